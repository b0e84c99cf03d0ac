/** A campaign is called off, and whoever asks for it is handed out what was called off. */
import { defineMutant } from '../mutant.ts';
import type { OtaSeams } from '../services/ota.ts';

export default defineMutant<OtaSeams>({
  kind: 'ota-forgets-cancel',
  summary: 'goes on handing out what was called off to devices that ask for it',
  word: 'ota',
  caughtBy: 'ota-controlled',
  scenario: 'hawkbit-wave',
  plant: (fired) => ({
    callOffAction: (device, campaign) => {
      fired(`${device} ${campaign}`);
      return false;
    },
  }),
});
