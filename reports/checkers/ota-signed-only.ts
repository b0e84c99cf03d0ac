/** A device runs only what was signed for it, to the last byte, whatever it was offered. */
import { defineFirmwareChecker } from '../judging/firmware-checker.ts';
import { formatCount, plural } from '../wording.ts';

export default defineFirmwareChecker({
  kind: 'ota-signed-only',
  title: 'Devices run what was signed',
  refs: ['O1'],
  summary: 'A device runs only firmware that was signed for it, to the last byte.',
  judge: (device, { book, firmware, amiss }) => {
    book.kept(firmware.of(device).boots.length);
    for (const { t, version, sha256 } of firmware.unsigned(device)) {
      const what = `runs ${version}, of which its flash holds ${sha256.slice(0, 12)}`;
      amiss(device, t, `${what}, and nobody signed that`);
    }
  },
  say: ({ decided, findingCount }) =>
    findingCount === 0
      ? `All ${plural(decided, 'boot')} ran what was signed.`
      : `${formatCount(findingCount)} of ${plural(decided, 'boot')} ran what nobody signed.`,
});
