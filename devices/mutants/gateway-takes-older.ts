/** A gateway that takes notifications in the order in which they come in. */
import { defineDeviceMutant } from '../mutant.ts';
import type { GatewaySeams } from '../parts/gateway.ts';

export default defineDeviceMutant<GatewaySeams>({
  kind: 'gateway-takes-older',
  summary: 'a gateway takes a notification that a newer one has overtaken',
  word: 'gateway',
  caughtBy: 'gateway-observes',
  scenario: 'coap-line',
  plant: (fired) => ({
    takesOlder: (gateway, child) => {
      fired(`${gateway} ${child}`);
      return true;
    },
  }),
});
