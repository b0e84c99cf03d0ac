/** A gateway that registers once and trusts that it will be told for ever. */
import { defineDeviceMutant } from '../mutant.ts';
import type { GatewaySeams } from '../parts/gateway.ts';

export default defineDeviceMutant<GatewaySeams>({
  kind: 'gateway-registers-once',
  summary: 'a gateway never registers anew with a child that was silent or has restarted',
  word: 'gateway',
  caughtBy: 'gateway-observes',
  scenario: 'coap-line',
  plant: (fired) => ({
    registersAnew: (gateway, child) => {
      fired(`${gateway} ${child}`);
      return false;
    },
  }),
});
