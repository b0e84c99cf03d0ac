/**
 * An interruption costs a device little: of an image it loads hardly more than there is, whatever
 * breaks its connections off on the way; and it loads no patch that it cannot use.
 */
import { isLeftAlone } from '#kernel';
import { defineFirmwareChecker } from '../judging/firmware-checker.ts';
import { formatCount, plural } from '../wording.ts';

export default defineFirmwareChecker({
  kind: 'ota-resume',
  title: 'Downloads go on where they were',
  refs: ['O7'],
  summary: 'Of an image a device loads hardly more than there is, however often it is interrupted.',
  // Whoever has it already loads nothing, nor whoever turns its manifest away.
  comesUp: (one, plan) =>
    isLeftAlone(one, plan) &&
    one.campaign.spoil === 'none' &&
    one.campaign.image.sha256 !== one.factory.sha256,
  judge: (device, { book, firmware, amiss }) => {
    const { loads, wrong } = firmware.wasteful(device);
    book.kept(loads);
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
  say: ({ decided, findingCount, figures }) =>
    findingCount === 0
      ? `All ${plural(decided, 'download')} went on after ${plural(figures[BREAKS] ?? 0, 'break')}.`
      : `${formatCount(findingCount)} of ${plural(decided, 'download')} began again or in vain.`,
});

const BREAKS = 'breaks';
