/**
 * A device runs only what was signed for it, to the last byte, with a key that it trusts by then
 * and for a time that was not over when it took it, whatever it was offered; and it installs
 * nothing before its user lets it.
 */
import { installedUnasked } from '#oracles';
import { defineFirmwareChecker } from '../judging/firmware-checker.ts';
import { formatCount, plural } from '../wording.ts';

export default defineFirmwareChecker({
  kind: 'ota-signed-only',
  title: 'Devices run what was signed',
  refs: ['O1'],
  summary: 'A device runs only firmware that was signed for it, whole and by a key that it trusts.',
  judge: (device, { plan, book, firmware, amiss }) => {
    book.kept(firmware.ran(device).length);
    for (const { t, version, sha256 } of firmware.unsigned(device)) {
      const what = `runs ${version}, of which its flash holds ${sha256.slice(0, 12)}`;
      amiss(device, t, `${what}, and nobody signed that`);
    }
    for (const { t, version } of firmware.expired(device)) {
      amiss(device, t, `runs ${version}, whose time was over when it took it`);
    }
    for (const { t, version } of firmware.untrusted(device)) {
      amiss(device, t, `runs ${version}, signed with a key that it does not trust by then`);
    }
    for (const t of installedUnasked(firmware.of(device), plan, device)) {
      amiss(device, t, 'installs what its user has not let it take yet', { counts: true });
    }
  },
  say: ({ decided, findingCount }) =>
    findingCount === 0
      ? `All ${plural(decided, 'boot')} ran what was signed.`
      : `${formatCount(findingCount)} of ${plural(decided, 'boot')} ran or took what they may not.`,
});
