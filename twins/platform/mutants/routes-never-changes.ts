/** Another gateway hears the device, and it is commanded by its own all the same. */
import { defineMutant } from '../mutant.ts';
import type { ActSeams } from '../services/acts.ts';

export default defineMutant<ActSeams>({
  kind: 'routes-never-changes',
  summary: 'sends commands by the own gateway of a device whoever hears it',
  word: 'routes',
  caughtBy: 'rerouted',
  scenario: 'self-healing',
  plant: (fired) => ({
    reroute: (device, gateway) => {
      fired(`${device} ${gateway}`);
      return false;
    },
  }),
});
