/**
 * An interruption costs a device little: of an image it loads hardly more than there is, whatever
 * breaks its connections off on the way.
 */
import { defineFirmwareChecker } from '../judging/firmware-checker.ts';
import { formatCount, plural } from '../wording.ts';

export default defineFirmwareChecker({
  kind: 'ota-resume',
  title: 'Downloads go on where they were',
  refs: ['O7'],
  summary: 'Of an image a device loads hardly more than there is, however often it is interrupted.',
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
  },
  say: ({ decided, findingCount, figures }) =>
    findingCount === 0
      ? `All ${plural(decided, 'download')} went on after ${plural(figures[BREAKS] ?? 0, 'break')}.`
      : `${formatCount(findingCount)} of ${plural(decided, 'download')} began again.`,
});

const BREAKS = 'breaks';
