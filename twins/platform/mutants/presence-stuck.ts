/** A device that came back stays offline in the platform's eyes. */
import { hashText } from '#kernel';
import { defineMutant } from '../platform.ts';

const ONE_IN = 3;

export default defineMutant({
  kind: 'presence-stuck',
  summary: 'one device in three stays offline after its first return',
  caughtBy: 'presence',
  scenario: 'regional-partition',
  plant: (fired) => {
    const known = new Set<string>();
    return {
      presence: (device, online) => {
        const isReturn = online && known.has(device);
        known.add(device);
        if (!isReturn || hashText(`presence-stuck/${device}`) % ONE_IN !== 0) return online;
        fired(device);
        return null;
      },
    };
  },
});
