/** A gateway that restarts into its new firmware and has not written its buffer to flash. */
import { defineDeviceMutant } from '../mutant.ts';
import type { GatewaySeams } from '../parts/gateway.ts';

export default defineDeviceMutant<GatewaySeams>({
  kind: 'gateway-restarts-unsaved',
  summary: 'a gateway restarts into new firmware and does not write its buffer to flash before',
  word: 'gateway',
  caughtBy: 'gateway-kept',
  scenario: 'relayed-firmware',
  plant: (fired) => ({
    saveBeforeRestart: (gateway, lacking) => {
      if (lacking > 0) fired(gateway);
      return false;
    },
  }),
});
