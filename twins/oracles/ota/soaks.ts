/**
 * Whether a wave waited for those before it to have had the release for as long as it has to soak:
 * by when they truly kept it, of which a target can know no sooner.
 */
import type { Campaign } from './campaign.ts';

const [WHOLE, MS] = [1_000_000, 1000];

/** A device that began within the soak of a wave before its own. */
export interface Hasty {
  device: number;
  /** Microseconds. */
  t: number;
  /** Too soon by so many milliseconds. */
  byMs: number;
  wave: number;
  campaign: string;
}

/** How many starts had to wait, and those that did not. */
export function hastyIn(campaign: Campaign): { count: number; hasty: Hasty[] } {
  const { plan, waves, sizes, kept, began } = campaign;
  const { soakMs = 0, success } = plan.gate;
  if (soakMs === 0) return { count: 0, hasty: [] };
  const over = sizes.map((size, wave) => {
    const needed = Math.ceil((size * success) / WHOLE);
    const times = [...kept].flatMap(([device, t]) => (waves.get(device) === wave ? [t] : []));
    times.sort((a, b) => a - b);
    return needed === 0 ? 0 : (times[needed - 1] ?? Number.POSITIVE_INFINITY) + soakMs * MS;
  });
  const late = began.filter(({ device }) => (waves.get(device) ?? 0) > 0);
  const hasty = late.flatMap(({ device, t }): Hasty[] => {
    const wave = waves.get(device) ?? 0;
    const until = Math.max(...over.slice(0, wave));
    // Who began before enough kept it at all is told of elsewhere.
    if (t >= until || until === Number.POSITIVE_INFINITY || t < until - soakMs * MS) return [];
    return [{ device, t, byMs: Math.round((until - t) / MS), wave, campaign: plan.name }];
  });
  return { count: late.length, hasty };
}
