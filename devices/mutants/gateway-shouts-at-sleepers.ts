/** A gateway that speaks to its children at once, whether or not they listen. */
import { defineDeviceMutant } from '../mutant.ts';
import type { GatewaySeams } from '../parts/gateway.ts';

export default defineDeviceMutant<GatewaySeams>({
  kind: 'gateway-shouts-at-sleepers',
  summary: 'a gateway gives its children what comes down at once, whether or not they listen',
  word: 'gateway',
  caughtBy: 'gateway-downlinks',
  scenario: 'sleepy-children',
  plant: (fired) => ({
    speaksAtOnce: (_, child) => {
      fired(child);
      return true;
    },
  }),
});
