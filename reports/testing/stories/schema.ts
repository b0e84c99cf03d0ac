/** Stories about a device whose new firmware calls its level `height`, and two who read it. */
import { type FirmwareImage, type FirmwarePlan, OTA_OPS, OTA_TRUTHS, type Plan } from '#kernel';
import type { CheckerFixtures } from '../checker-fixtures.ts';
import { healthy, type Story } from '../story.ts';

const READING = 0;
const DEVICE = 0;

function told(): Story {
  const speech = { schema: 2, renames: { level: 'height' }, drops: [], keeps: true };
  const resolved: FirmwarePlan = {
    factory: {} as FirmwareImage,
    keys: [],
    campaign: { name: 'spring', of: '', image: { speech } } as unknown as FirmwarePlan['campaign'],
    readers: { signals: [['level']], reads: { old: 'both', new: 'both' } },
  };
  return healthy({
    devices: 2,
    workflows: [{ workflow: 'ota', session: 'ota', resolved }] as Plan['workflows'],
    ops: [OTA_OPS, OTA_TRUTHS],
  });
}

function looked(story: Story, owed: number, misread = 0, spared = 0): Story {
  story.add('ota/readings', 60_000, { device: DEVICE, owed, spared, misread });
  return story;
}

function misread(story: Story, n: number, reader: string): Story {
  const why = 'it does not tell level';
  const fields = { device: DEVICE, stream: READING, n, reader, schema: 2, why };
  story.add('ota/misread', 9000 + n, fields);
  return story;
}

const schemaKept: CheckerFixtures = {
  passing: {
    'both find all that they need': () => looked(told(), 40),
    'the old one is not promised what is new': () => looked(told(), 20, 0, 20),
  },
  failing: {
    'the old one goes blind': () => looked(misread(told(), 9, 'old'), 40, 1),
    'the new one finds nothing': () => looked(misread(told(), 9, 'new'), 40, 1),
    'more than is written down one by one': () => looked(misread(told(), 9, 'old'), 40, 3),
  },
  undecided: {
    'nobody was shown anything': told,
    'nothing of it was promised': () => looked(told(), 0, 0, 40),
  },
};

export default { 'schema-kept': schemaKept };
