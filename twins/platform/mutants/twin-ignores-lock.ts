/** Who says from which version he made his change overwrites what came meanwhile all the same. */
import { defineMutant } from '../mutant.ts';
import type { TwinSeams } from '../services/twin.ts';

export default defineMutant<TwinSeams>({
  kind: 'twin-ignores-lock',
  summary: 'a change made from an old version overwrites what came since',
  word: 'twin',
  caughtBy: 'twin-versions',
  scenario: 'two-writers',
  plant: (fired) => ({
    lockTwin: (device, from, version) => {
      if (from !== version) fired(`${device} ${from} ${version}`);
      return true;
    },
  }),
});
