/** A device goes back behind no security counter that it has kept, whatever it was offered. */
import { defineFirmwareChecker } from '../judging/firmware-checker.ts';
import { formatCount, plural } from '../wording.ts';

export default defineFirmwareChecker({
  kind: 'ota-no-downgrade',
  title: 'Devices go back to nothing older',
  refs: ['O6'],
  summary: 'A device runs no firmware with an older security counter than it has kept.',
  judge: (device, { book, firmware, amiss }) => {
    book.kept(firmware.ran(device).length);
    for (const { t, version, counter } of firmware.older(device)) {
      const what = `runs ${version} with the counter ${counter}`;
      amiss(device, t, `${what}, and had kept a higher one`);
    }
  },
  say: ({ decided, findingCount }) =>
    findingCount === 0
      ? `None of ${plural(decided, 'boot')} ran what is older.`
      : `${formatCount(findingCount)} of ${plural(decided, 'boot')} ran what is older.`,
});
