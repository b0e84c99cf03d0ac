/** A change that comes before the device has reported the one before is kept, and never sent. */
import { defineMutant } from '../mutant.ts';
import type { TwinSeams } from '../services/twin.ts';

export default defineMutant<TwinSeams>({
  kind: 'twin-drops-close-delta',
  summary: 'of two changes that come close, the second is never sent to the device',
  word: 'twin',
  caughtBy: 'twin-converged',
  scenario: 'two-writers',
  plant: (fired) => ({
    pushTwin: (device, { version, since, isAsked }) => {
      if (isAsked || version - since < 2) return true;
      fired(`${device} ${version}`);
      return false;
    },
  }),
});
