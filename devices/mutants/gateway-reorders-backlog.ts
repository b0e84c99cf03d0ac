/** A gateway that now and then sends the second of its backlog before the first. */
import { defineDeviceMutant } from '../mutant.ts';
import type { GatewaySeams } from '../parts/gateway.ts';

const ONE_IN = 7;

export default defineDeviceMutant<GatewaySeams>({
  kind: 'gateway-reorders-backlog',
  summary: 'a gateway lets messages overtake each other now and then',
  word: 'gateway',
  caughtBy: 'gateway-kept',
  scenario: 'gateway-outage',
  plant: (fired) => ({
    pickInGateway: (gateway, waiting) => {
      if (waiting < ONE_IN || waiting % ONE_IN !== 0) return 0;
      fired(gateway);
      return 1;
    },
  }),
});
