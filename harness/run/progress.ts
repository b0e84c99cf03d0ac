/** What a person sees of a run while it goes on; nothing is judged by it. */
import { percentileOf, type TallySnapshot } from '../fleet/tally.ts';
import type { LatencyBins } from './latency-bins.ts';

export interface Progress {
  phase: string;
  t: number;
  end: number;
  counts: Omit<TallySnapshot, 'latency'>;
  p50: number | null;
  p99: number | null;
  /** Of all that was seen so far: of these some are passed over on their way to whoever looks. */
  latency: LatencyBins;
  activeFaults: string[];
}

export function progressOf(
  { latency, ...counts }: TallySnapshot,
  at: Pick<Progress, 'phase' | 't' | 'end' | 'activeFaults' | 'latency'>,
): Progress {
  const { phase, t, end, activeFaults } = at;
  const [p50, p99] = [percentileOf(latency, 0.5), percentileOf(latency, 0.99)];
  return { phase, t, end, counts, p50, p99, latency: at.latency, activeFaults };
}
