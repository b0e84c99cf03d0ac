/** A gateway that takes the two words of a value for one another. */
import { defineDeviceMutant } from '../mutant.ts';
import type { GatewaySeams } from '../parts/gateway.ts';

export default defineDeviceMutant<GatewaySeams>({
  kind: 'gateway-swaps-words',
  summary: 'a gateway reads values of two registers with their words in the wrong order',
  word: 'gateway',
  caughtBy: 'gateway-reads-true',
  scenario: 'brown-field-line',
  plant: (fired) => ({
    wordOrder: (gateway, honest) => {
      fired(gateway);
      return honest === 'low-first' ? 'high-first' : 'low-first';
    },
  }),
});
