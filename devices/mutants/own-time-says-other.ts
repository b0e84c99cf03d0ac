/** A clock is wrong, and what is sent bears the right time all the same. */
import { defineDeviceMutant } from '../mutant.ts';
import type { OwnTimeSeams } from '../parts/own-time.ts';

export default defineDeviceMutant<OwnTimeSeams>({
  kind: 'own-time-says-other',
  summary: 'a reading bears another time than the one that its clock tells',
  word: 'own-time',
  caughtBy: 'stamps-true',
  scenario: 'clock-step',
  plant: (fired) => ({
    bears: (device, stamp, of) => {
      if (stamp !== of) fired(device);
      return of;
    },
  }),
});
