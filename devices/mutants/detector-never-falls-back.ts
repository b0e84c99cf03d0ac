/** It goes by its model though what it reads is nothing that it was made for. */
import { defineDeviceMutant } from '../mutant.ts';
import type { DetectorSeams } from '../parts/detector.ts';

export default defineDeviceMutant<DetectorSeams>({
  kind: 'detector-never-falls-back',
  summary: 'goes by its model though what it reads is nothing that it was made for',
  word: 'detector',
  caughtBy: 'model-guarded',
  scenario: 'model-roll-out',
  plant: (fired) => ({
    fallBack: (device, n) => {
      fired(`${device} reading ${n}`);
      return false;
    },
  }),
});
