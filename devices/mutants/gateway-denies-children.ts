/** A gateway that lets go what is for its children now and then, as if they were not there. */
import { hashText } from '#kernel';
import { defineDeviceMutant } from '../mutant.ts';
import type { GatewaySeams } from '../parts/gateway.ts';

const ONE_IN = 5;

export default defineDeviceMutant<GatewaySeams>({
  kind: 'gateway-denies-children',
  summary: 'about one message in five for a child is let go as if that were not there',
  word: 'gateway',
  caughtBy: 'gateway-downlinks',
  scenario: 'sleepy-children',
  plant: (fired) => ({
    takesForGone: (_, child, n) => {
      if (hashText(`denies/${child}/${n}`) % ONE_IN !== 0) return false;
      fired(`${child} ${n}`);
      return true;
    },
  }),
});
