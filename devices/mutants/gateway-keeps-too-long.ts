/** A gateway that keeps for its sleepy children what it should have let go. */
import { defineDeviceMutant } from '../mutant.ts';
import type { GatewaySeams } from '../parts/gateway.ts';

const TIMES = 3;

export default defineDeviceMutant<GatewaySeams>({
  kind: 'gateway-keeps-too-long',
  summary: 'a gateway keeps what comes down for a sleepy child three times as long as it may',
  word: 'gateway',
  caughtBy: 'gateway-downlinks',
  scenario: 'sleepy-children',
  plant: (fired) => ({
    keepsFor: (_, child, honestMs) => {
      fired(child);
      return TIMES * honestMs;
    },
  }),
});
