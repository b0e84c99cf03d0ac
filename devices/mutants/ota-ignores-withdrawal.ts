/** The firmware learns new keys, and never forgets one. */
import { defineDeviceMutant } from '../mutant.ts';
import type { OtaSeams } from '../parts/ota/seams.ts';

export default defineDeviceMutant<OtaSeams>({
  kind: 'ota-ignores-withdrawal',
  summary: 'goes on trusting a key that was withdrawn',
  word: 'ota',
  caughtBy: 'ota-signed-only',
  scenario: 'key-rotation',
  plant: (fired) => ({
    heedWithdrawal: (device, version) => {
      fired(`${device} ${version}`);
      return false;
    },
  }),
});
