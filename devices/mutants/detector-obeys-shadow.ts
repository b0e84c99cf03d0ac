/** It lets a model that is on trial decide. */
import { defineDeviceMutant } from '../mutant.ts';
import type { DetectorSeams } from '../parts/detector.ts';

export default defineDeviceMutant<DetectorSeams>({
  kind: 'detector-obeys-shadow',
  summary: 'lets a model that is on trial decide',
  word: 'detector',
  caughtBy: 'model-guarded',
  scenario: 'model-roll-out',
  plant: (fired) => ({
    obeyShadow: (device, n) => {
      fired(`${device} reading ${n}`);
      return true;
    },
  }),
});
