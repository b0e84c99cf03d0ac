/** A gateway that leaves what it stamped without a clock as it was: a moment after 1970. */
import { defineDeviceMutant } from '../mutant.ts';
import type { ClockSeams } from '../parts/clock.ts';

export default defineDeviceMutant<ClockSeams>({
  kind: 'clock-stamps-uptime',
  summary: 'a gateway never puts right what it stamped before it knew the time',
  word: 'clock',
  caughtBy: 'clock-kept',
  scenario: 'gateway-clock',
  plant: (fired) => ({
    correctTime: (gateway) => {
      fired(gateway);
      return false;
    },
  }),
});
