/** What a device reported in an earlier life stands against what it reports after a restart. */
import { defineMutant } from '../mutant.ts';
import type { TwinSeams } from '../services/twin.ts';

export default defineMutant<TwinSeams>({
  kind: 'twin-keeps-old-boot',
  summary: 'what was reported before a restart wins over what is reported after it',
  word: 'twin',
  caughtBy: 'twin-true',
  scenario: 'config-roll-out',
  plant: (fired) => ({
    takeReport: (device, { epoch: before }, epoch) => {
      if (before === 0 || epoch <= before) return true;
      fired(`${device} ${epoch}`);
      return false;
    },
  }),
});
