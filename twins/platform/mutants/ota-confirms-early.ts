/** What a device has on trial is taken for what it has. */
import { defineMutant } from '../mutant.ts';
import type { OtaSeams } from '../services/ota.ts';

export default defineMutant<OtaSeams>({
  kind: 'ota-confirms-early',
  summary: 'devices count as updated while they are still on trial',
  word: 'ota',
  caughtBy: 'ota-rollback',
  scenario: 'firmware-wave',
  plant: (fired) => ({
    takeForDone: (device, attempt, state) => {
      if (state !== 'testing') return false;
      fired(`${device} ${attempt}`);
      return true;
    },
  }),
});
