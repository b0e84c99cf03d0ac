/** Some changes get the version that the one before has already. */
import { defineMutant } from '../mutant.ts';
import type { TwinSeams } from '../services/twin.ts';

export default defineMutant<TwinSeams>({
  kind: 'twin-reuses-version',
  summary: 'every third change gets the version of the one before',
  word: 'twin',
  caughtBy: 'twin-versions',
  scenario: 'two-writers',
  plant: (fired) => ({
    versionTwin: (device, next) => {
      if (next % 3 !== 0) return next;
      fired(`${device} ${next}`);
      return next - 1;
    },
  }),
});
