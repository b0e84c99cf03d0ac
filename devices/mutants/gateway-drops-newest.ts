/** A gateway with a full buffer that keeps the oldest, where it was told to keep the newest. */
import { defineDeviceMutant } from '../mutant.ts';
import type { GatewaySeams } from '../parts/gateway.ts';

export default defineDeviceMutant<GatewaySeams>({
  kind: 'gateway-drops-newest',
  summary: 'a full gateway drops what comes, and not the oldest',
  word: 'gateway',
  caughtBy: 'gateway-kept',
  scenario: 'gateway-outage',
  plant: (fired) => ({
    dropFromGateway: (gateway, honest) => {
      if (honest === 'oldest') fired(gateway);
      return 'newest';
    },
  }),
});
