/** A control loop that waits for the platform: without an uplink it switches nothing. */
import { defineDeviceMutant } from '../mutant.ts';
import type { EdgeSeams } from '../parts/edge.ts';

export default defineDeviceMutant<EdgeSeams>({
  kind: 'edge-stops-offline',
  summary: 'a gateway controls nothing while its uplink is away',
  word: 'edge',
  caughtBy: 'edge-kept',
  scenario: 'edge-control',
  plant: (fired) => ({
    switchAlone: (gateway, isOnline) => {
      if (!isOnline) fired(gateway);
      return isOnline;
    },
  }),
});
