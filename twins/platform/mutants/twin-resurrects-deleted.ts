/** What is taken back is desired all the same. */
import { defineMutant } from '../mutant.ts';
import type { TwinSeams } from '../services/twin.ts';

export default defineMutant<TwinSeams>({
  kind: 'twin-resurrects-deleted',
  summary: 'a key that is taken back stays in what is desired',
  word: 'twin',
  caughtBy: 'twin-kept',
  scenario: 'two-writers',
  plant: (fired) => ({
    patchTwin: (device, desired, patch, honest) => {
      const gone = Object.keys(patch).filter((key) => patch[key] === null && key in desired);
      if (gone.length === 0) return honest;
      fired(`${device} ${gone.join()}`);
      return { ...honest, ...Object.fromEntries(gone.map((key) => [key, desired[key]])) };
    },
  }),
});
