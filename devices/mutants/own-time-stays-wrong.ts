/** A clock that was stepped once is never put right again. */
import { defineDeviceMutant } from '../mutant.ts';
import type { OwnTimeSeams } from '../parts/own-time.ts';

export default defineDeviceMutant<OwnTimeSeams>({
  kind: 'own-time-stays-wrong',
  summary: 'a clock that was stepped stays wrong when it should have been put right',
  word: 'own-time',
  caughtBy: 'stamps-true',
  scenario: 'clock-step',
  plant: (fired) => ({
    putRight: (device) => {
      fired(device);
      return false;
    },
  }),
});
