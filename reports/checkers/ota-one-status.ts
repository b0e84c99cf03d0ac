/**
 * Each offer to a device ends once, as the device said and was acknowledged for, or because it was
 * silent for as long as it may be, no sooner and no later. What comes later changes nothing, and
 * nothing that was acknowledged is lost.
 */
import { defineFirmwareChecker } from '../judging/firmware-checker.ts';
import { deviceName } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

export default defineFirmwareChecker({
  kind: 'ota-one-status',
  title: 'Each update ends once',
  refs: ['O5'],
  summary: 'An offer of firmware to a device ends once, as the device said.',
  waves: (of) => of('ota/fleet'),
  judge: (device, { plan, book, firmware, waves, amiss }) => {
    const id = deviceName(plan, device);
    const { read } = firmware.of(device);
    for (const end of firmware.ends(device, waves)) {
      if (read === null) {
        book.doubt(UNREAD);
        continue;
      }
      book.kept();
      if (end.flaw === null) continue;
      const what = `attempt ${end.attempt} at ${end.campaign} ${end.flaw}`;
      const seen = end.settled.map(({ at, status }) => ({ t: at, who: 'target', what: status }));
      amiss(device, read.t, what, { sentence: `${id}: ${what}`, who: 'target', seen });
    }
  },
  say: ({ decided, findingCount }) =>
    findingCount === 0
      ? `All ${plural(decided, 'update')} ended once.`
      : `${formatCount(findingCount)} of ${plural(decided, 'update')} did not end once.`,
});

const UNREAD = 'the device was not read back';
