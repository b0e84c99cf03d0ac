/** A gateway that gives a child up for lost at the first question that it leaves open. */
import { defineDeviceMutant } from '../mutant.ts';
import type { GatewaySeams } from '../parts/gateway.ts';

export default defineDeviceMutant<GatewaySeams>({
  kind: 'gateway-cries-wolf',
  summary: 'a gateway tells a child lost at the first missed answer',
  word: 'gateway',
  caughtBy: 'gateway-children',
  scenario: 'lost-children',
  plant: (fired) => ({
    lostAfter: (_, child, honest) => {
      if (honest > 1) fired(child);
      return 1;
    },
  }),
});
