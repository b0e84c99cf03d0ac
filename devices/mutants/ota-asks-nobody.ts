/** An offer is taken at once, whatever its user says to that. */
import { defineDeviceMutant } from '../mutant.ts';
import type { OtaSeams } from '../parts/ota/seams.ts';

export default defineDeviceMutant<OtaSeams>({
  kind: 'ota-asks-nobody',
  summary: 'takes an offer before its user lets it',
  word: 'ota',
  caughtBy: 'ota-signed-only',
  scenario: 'wrong-releases',
  plant: (fired) => ({
    askUser: (device, campaign) => {
      fired(`${device} ${campaign}`);
      return false;
    },
  }),
});
