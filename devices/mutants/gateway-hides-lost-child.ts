/** A gateway that says of nobody that he is lost. */
import { defineDeviceMutant } from '../mutant.ts';
import type { GatewaySeams } from '../parts/gateway.ts';

export default defineDeviceMutant<GatewaySeams>({
  kind: 'gateway-hides-lost-child',
  summary: 'a gateway never tells that a child is lost',
  word: 'gateway',
  caughtBy: 'gateway-children',
  scenario: 'lost-children',
  plant: (fired) => ({
    lostAfter: (_, child) => {
      fired(child);
      return Number.POSITIVE_INFINITY;
    },
  }),
});
