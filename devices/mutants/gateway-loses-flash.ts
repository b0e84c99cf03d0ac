/** A gateway that comes up with an empty buffer, although it wrote it to flash. */
import { defineDeviceMutant } from '../mutant.ts';
import type { GatewaySeams } from '../parts/gateway.ts';

export default defineDeviceMutant<GatewaySeams>({
  kind: 'gateway-loses-flash',
  summary: 'a gateway finds nothing in its flash after a loss of power',
  word: 'gateway',
  caughtBy: 'gateway-kept',
  scenario: 'gateway-power-cut',
  plant: (fired) => ({
    readFlash: (gateway, kept) => {
      if (kept > 0) fired(gateway);
      return false;
    },
  }),
});
