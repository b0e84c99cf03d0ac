/**
 * At the end the target believes of each device the version that it truly runs, as far as the
 * device could say so: by its last status that was acknowledged, or one that came after it.
 */
import { defineFirmwareChecker } from '../judging/firmware-checker.ts';
import { formatCount, plural } from '../wording.ts';

export default defineFirmwareChecker({
  kind: 'inventory-true',
  title: 'The target knows what devices run',
  refs: ['O3'],
  summary: 'The version that the target believes a device to run is the one in its flash.',
  judge: (device, { book, firmware, amiss }) => {
    const { boots, read } = firmware.of(device);
    if (boots.length === 0) return;
    const truths = firmware.believable(device);
    if (read === null) return book.doubt(UNREAD);
    if (truths === null) return book.notOwed(UNSAID);
    if (truths.some((one) => said(one) === said(read))) return book.kept();
    const runs = truths.at(-1);
    const what = `is believed to run ${said(read)}, and runs ${runs && said(runs)}`;
    amiss(device, read.t, what, { who: 'target', counts: true });
  },
  say: ({ decided, findingCount }) =>
    findingCount === 0
      ? `Of all ${plural(decided, 'device')} it is known what they run.`
      : `${formatCount(findingCount)} of ${plural(decided, 'device')} are believed to run another.`,
});

const said = ({ version, uses }: { version: string; uses: string }): string =>
  [version || 'nothing', ...(uses === '' ? [] : [uses])].join(' with ');

const UNREAD = 'it was not read back';
const UNSAID = 'nothing that it said was acknowledged';
