/** A device that goes into limited mode and stays there, however well it is. */
import { defineDeviceMutant } from '../mutant.ts';
import type { LimitedSeams } from '../parts/limited.ts';

export default defineDeviceMutant<LimitedSeams>({
  kind: 'limited-never-leaves',
  summary: 'a device never leaves its limited mode',
  word: 'limited',
  caughtBy: 'limited-kept',
  scenario: 'limited-mode',
  plant: (fired) => ({
    leaveLimited: (device, n) => {
      fired(`${device} ${n}`);
      return false;
    },
  }),
});
