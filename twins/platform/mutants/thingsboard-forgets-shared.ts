/** Shared attributes that change are kept, and every third push of them goes to nobody. */
import { hashText } from '#kernel';
import { defineMutant } from '../mutant.ts';
import type { ThingsBoardSeams } from '../services/thingsboard/desk.ts';

export default defineMutant<ThingsBoardSeams>({
  kind: 'thingsboard-forgets-shared',
  summary: 'a third of all pushes of shared attributes comes to nobody',
  word: 'thingsboard',
  caughtBy: 'twin-converged',
  scenario: 'thingsboard-site',
  plant: (fired) => ({
    pushShared: (device, n) => {
      if (hashText(`forgets-shared/${device} ${n}`) % 3 !== 0) return true;
      fired(`${device} ${n}`);
      return false;
    },
  }),
});
