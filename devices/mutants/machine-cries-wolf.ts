/** A machine is told to be ill while it is as well as any. */
import { defineDeviceMutant } from '../mutant.ts';
import type { MachineSeams } from '../parts/machine.ts';

export default defineDeviceMutant<MachineSeams>({
  kind: 'machine-cries-wolf',
  summary: 'a machine is said to be ill before anything ails it',
  word: 'machine',
  caughtBy: 'machine-well-before',
  scenario: 'worn-fridges',
  plant: (fired) => ({
    seesIll: (device) => {
      fired(device);
      return true;
    },
  }),
});
