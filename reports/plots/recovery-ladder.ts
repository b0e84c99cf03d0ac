/**
 * How the fleet came back after one fault: the share online at the heal and the times at which
 * half, 95, 99 and all of the targets were back. A rung that was never reached is missing from the
 * curve and said in words.
 */
import type { Recovery } from '../result.ts';
import { formatSpan } from '../wording.ts';
import { percent } from './bands.ts';
import { coordinate, type Markup, markup } from './markup.ts';

export const RUNGS = [
  { key: 'to50Ms', label: '50 %', share: 0.5 },
  { key: 'to95Ms', label: '95 %', share: 0.95 },
  { key: 'to99Ms', label: '99 %', share: 0.99 },
  { key: 'to100Ms', label: '100 %', share: 1 },
] as const;

const WIDTH = 1000;
const HEIGHT = 56;

/** Undefined when nobody left or nobody came back: then there is nothing to draw. */
export function recoveryLadder(recovery: Recovery): Markup | undefined {
  const start = Math.max(0, 1 - recovery.disconnectedShare);
  // A rung below the share that never left is no event of the recovery.
  const reached = RUNGS.flatMap(({ key, label, share }) => {
    const ms = recovery[key];
    return ms === null || share <= start ? [] : [{ ms, label, share }];
  });
  const last = reached[reached.length - 1];
  if (last === undefined) return undefined;
  const whole = Math.max(last.ms, 1) * 1.04;
  const y = (share: number) => coordinate(4 + (HEIGHT - 8) * (1 - share));
  let path = `M0 ${y(start)}`;
  for (const rung of reached) {
    const at = coordinate((rung.ms / whole) * WIDTH);
    path += `H${at}V${y(rung.share)}`;
  }
  path += `H${WIDTH}`;
  const spoken = reached.map(({ label, ms }) => `${label} after ${formatSpan(ms)}`).join(', ');
  return markup`<svg class="ladder" role="img" aria-label="Back online: ${spoken}" width="100%" height="${HEIGHT}">
<svg class="plane" width="100%" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none"><path class="fill own" d="${path}V${HEIGHT}H0Z"/><path class="line own" d="${path}"/></svg>
${reached.map(({ ms, label, share }) => markup`<circle class="dot own" cx="${percent(ms / whole)}" cy="${y(share)}" r="3"><title>${`${label} back after ${formatSpan(ms)}`}</title></circle>`)}</svg>`;
}
