/** A sensor that lied once goes on lying. */
import { defineDeviceMutant } from '../mutant.ts';
import type { SensorsSeams } from '../parts/sensors.ts';

export default defineDeviceMutant<SensorsSeams>({
  kind: 'sensors-stays-wrong',
  summary: 'a sensor that lied goes on when it should have been put right',
  word: 'sensors',
  caughtBy: 'sensors-honest',
  scenario: 'closed-loop',
  plant: (fired) => ({
    readsRight: (device) => {
      fired(device);
      return false;
    },
  }),
});
