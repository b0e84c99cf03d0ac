/** Stories about a release that somebody spoilt, and whether devices met what is wrong of it. */
import type { CampaignPlan, FirmwareImage, Spoil } from '#kernel';
import type { CheckerFixtures } from '../checker-fixtures.ts';
import { FIRST, NAME, NEW, OLD, Told } from '../ota-told.ts';
import type { Story } from '../story.ts';

const PATCH: FirmwareImage = {
  ...NEW,
  delta: { base: OLD.sha256, size: 300, sha256: 'ab'.repeat(32) },
};

/** The first takes the offer at 7 s. */
const offered = (spoil: Spoil, more: Partial<CampaignPlan> = {}): Told =>
  new Told({ spoil, ...more }).begins(FIRST, 7000);

const loaded = (spoil: Spoil, bytes: number, size = NEW.size, image = NEW): Told =>
  offered(spoil, { image }).loads(FIRST, 7100, bytes, size);

/** It is told so without a word of what it loaded. */
const ended = (told: Told, status: string): Story =>
  told.story.add('ota/ended', 8000, { device: FIRST, campaign: NAME, attempt: 1, status, why: '' });

/** All of its devices have that. */
const fitted = (told: Told, params: Record<string, string>): Story => {
  told.story.plan.entries = told.story.plan.entries.map((entry) => ({
    ...entry,
    parts: [...entry.parts, { kind: 'ota', params }],
  }));
  return told.story;
};

const otherBoard: Partial<CampaignPlan> = { image: { ...NEW, hardware: 'tw-2' } };

const otaSpoilMet: CheckerFixtures = {
  passing: {
    'one takes what was forged': () => offered('forged').story,
    'one loads as far as a byte is another': () => loaded('flipped', 601).story,
    'one loads a patch as far as a byte is another': () => loaded('flipped', 181, 300, PATCH).story,
    'one loads all there is of what has no end': () => loaded('truncated', 900).story,
    'one loads an image that is of another manifest': () => loaded('mixed', 300).story,
    'one loads it behind a patch that is no good': () =>
      loaded('mixed', 300, 300, PATCH).needsWhole(FIRST, 7200).loads(FIRST, 7300, 300).story,
    'one is given all of it': () => loaded('whole', 1).story,
    'one is offered it twice': () => offered('repeated').story,
    'one is of another board than it is for': () => offered('other-hardware', otherBoard).story,
    'one loads it as it is': () => loaded('as-it-is', 1).story,
    'one has no room for it as it is': () => ended(offered('as-it-is'), 'failed'),
  },
  failing: {
    'nobody is offered it': () => new Told({ spoil: 'forged' }).story,
    'one had it already': () => ended(offered('stale'), 'confirmed'),
    'one loads less than is right': () => loaded('flipped', 600).story,
    'one loads less of a patch than is right': () => loaded('flipped', 180, 300, PATCH).story,
    'one loads less than there is': () => loaded('truncated', 899).story,
    'one loads the right patch': () => loaded('mixed', 300, 300, PATCH).story,
    'one takes the offer, and loads nothing': () => ended(offered('whole'), 'failed'),
    'one asks for itself, and is shown it once': () => fitted(offered('repeated'), { road: 'ddi' }),
    'all are of the board that it is for': () =>
      fitted(offered('other-hardware', otherBoard), { board: 'tw-2' }),
    'one takes it as it is, and loads nothing': () => offered('as-it-is').story,
  },
  undecided: {
    'the run ended before': () =>
      new Told({ spoil: 'forged' }).story.change(
        ({ op, fields }) => op === 'phase' && fields.name === 'drain' && fields.begins === true,
        ({ t }) => ({ t: t - 1000 }),
      ),
  },
};

export default { 'ota-spoil-met': otaSpoilMet };
