/**
 * An interruption costs a device little: of an image it loads hardly more than there is, whatever
 * breaks its connections off on the way; and it loads no patch that it cannot use.
 */
import { type FirmwarePlan, firmwareOf, isLeftAlone, type Plan } from '#kernel';
import { isOverUnasked } from '#oracles';
import { addEvidence, EvidenceBook } from '../judging/evidence.ts';
import { defineFirmwareChecker } from '../judging/firmware-checker.ts';
import { formatCount, plural } from '../wording.ts';

export default defineFirmwareChecker({
  kind: 'ota-resume',
  title: 'Downloads go on where they were',
  refs: ['O7'],
  summary: 'Of an image a device loads hardly more than there is, however often it is interrupted.',
  comesUp: isLoaded,
  judge: (device, { plan, book, firmware, amiss }) => {
    const { loads, wrong } = firmware.wasteful(device);
    book.kept(loads);
    const story = firmware.of(device);
    const loaded = new Set(
      firmwareOf(plan)
        .filter((one) => isLoaded(one, plan))
        .map((one) => one.campaign.name),
    );
    for (const attempt of story.attempts) {
      if (attempt.size > 0 || !loaded.has(attempt.campaign)) continue;
      book.figure(isOverUnasked(story, attempt, { plan, device }) ? UNASKED : UNLOADED);
    }
    for (const { stretches } of firmware.of(device).attempts) {
      book.figure(BREAKS, Math.max(0, stretches - 1));
    }
    for (const { beganAt, endedAt, bytes, size, stretches } of wrong) {
      const much = `loads ${formatCount(bytes)} bytes of an image of ${formatCount(size)}`;
      amiss(device, endedAt ?? beganAt, `${much} in ${plural(stretches, 'part')}`);
    }
    for (const { beganAt, endedAt, campaign } of firmware.deltas.misused(firmware.of(device))) {
      const what = `loads the patch of ${campaign}, which is for another image than it runs`;
      amiss(device, endedAt ?? beganAt, what);
    }
  },
  // Where nobody could come to load, nobody can have loaded too much.
  conclude: (merged) => {
    const { [UNASKED]: unasked = 0, [UNLOADED]: unloaded = 0 } = merged.figures;
    if (merged.obligations > 0 || unloaded > 0 || unasked === 0) return merged;
    const book = new EvidenceBook();
    book.kept(unasked);
    book.figure(NOBODY);
    return addEvidence(merged, book);
  },
  say: ({ decided, findingCount, figures }) => {
    if (figures[NOBODY] === 1 && findingCount === 0) {
      return `Nobody came to load: ${plural(decided, 'offer')} ended before users allowed it.`;
    }
    return findingCount === 0
      ? `All ${plural(decided, 'download')} went on after ${plural(figures[BREAKS] ?? 0, 'break')}.`
      : `${formatCount(findingCount)} of ${plural(decided, 'download')} began again or in vain.`;
  },
});

/** Whoever has it already loads nothing, nor whoever turns its manifest away. */
function isLoaded(one: FirmwarePlan, plan: Plan): boolean {
  const { spoil, image } = one.campaign;
  return isLeftAlone(one, plan) && spoil === 'none' && image.sha256 !== one.factory.sha256;
}

const BREAKS = 'breaks';
/** Attempts that loaded nothing: they were over before their user let them, or not. */
const [UNASKED, UNLOADED] = ['over before it was allowed', 'nothing loaded'];
/** In all of the run, nobody came to it. */
const NOBODY = 'nobody';
