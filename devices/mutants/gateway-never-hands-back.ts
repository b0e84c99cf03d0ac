/** Children that speak through both gateways for ever once they have fallen back on the other. */
import { defineDeviceMutant } from '../mutant.ts';
import type { FallBackSeams } from '../seams.ts';

export default defineDeviceMutant<FallBackSeams>({
  kind: 'gateway-never-hands-back',
  summary: 'a child never stops to speak through the gateway on which it fell back',
  word: 'gateway',
  caughtBy: 'gateway-falls-back',
  scenario: 'gateway-fall-back',
  plant: (fired) => ({
    handBack: (device) => {
      fired(device);
      return false;
    },
  }),
});
