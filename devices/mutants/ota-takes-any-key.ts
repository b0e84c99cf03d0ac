/** The firmware looks at a signature where it has the key, and trusts what it cannot look at. */
import { defineDeviceMutant } from '../mutant.ts';
import type { OtaSeams } from '../parts/ota/seams.ts';

export default defineDeviceMutant<OtaSeams>({
  kind: 'ota-takes-any-key',
  summary: 'installs what was signed with a key that it does not know',
  word: 'ota',
  caughtBy: 'ota-signed-only',
  scenario: 'key-rotation',
  plant: (fired) => ({
    askForKey: (device, version) => {
      fired(`${device} ${version}`);
      return false;
    },
  }),
});
