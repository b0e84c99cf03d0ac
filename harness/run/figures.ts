/** What the counts of a fleet say of it as a whole, for the gate and for stop-when alike. */
import type { TallySnapshot } from '../fleet/tally.ts';

/** Of the devices with a connection; one that sleeps by its own plan is not missing. */
export const connectedShare = (
  { connected, asleep }: Pick<TallySnapshot, 'connected' | 'asleep'>,
  connections: number,
): number => share(connected + asleep, connections);

/** Never more than the whole: some of what arrives nobody counted when it was sent. */
export const share = (part: number, whole: number): number =>
  whole === 0 ? 0 : Math.min(1, part / whole);

export const percent = (value: number): string => `${Math.round(value * 1000) / 10} %`;
