/** Who comes back is told what was desired of it first, under the present version. */
import { defineMutant } from '../mutant.ts';
import type { Document } from '../services/twin/document.ts';
import type { TwinSeams } from '../services/twin.ts';

export default defineMutant<TwinSeams>({
  kind: 'twin-repeats-stale',
  summary: 'after a reconnect the device is given what was desired long ago',
  word: 'twin',
  caughtBy: 'twin-applied',
  scenario: 'two-writers',
  plant: (fired) => {
    const first = new Map<string, Document>();
    return {
      deltaOfTwin: (device, delta) => {
        const old = first.get(device);
        if (old === undefined && Object.keys(delta.desired).length > 0) {
          first.set(device, delta.desired);
        }
        if (old === undefined || !delta.isAsked || delta.version < 2) return delta;
        fired(`${device} ${delta.version}`);
        return { ...delta, desired: { ...delta.desired, ...old } };
      },
    };
  },
});
