/** A gateway that comes up as it left the factory, although its settings were in flash. */
import { defineDeviceMutant } from '../mutant.ts';
import type { EdgeSeams } from '../parts/edge.ts';

export default defineDeviceMutant<EdgeSeams>({
  kind: 'edge-forgets-config',
  summary: 'a gateway forgets how its control loop was set when it loses its power',
  word: 'edge',
  caughtBy: 'edge-kept',
  scenario: 'edge-control',
  plant: (fired) => ({
    readSettings: (gateway, isFactory) => {
      if (!isFactory) fired(gateway);
      return false;
    },
  }),
});
