/**
 * A whole and its parts as one bar. Three lost messages of a million are the point of a run and
 * thinner than a pixel, so a part that is not zero is widened to be seen, at the cost of the widest
 * one; the numbers beside it are exact.
 */
import { formatCount, formatShare, shareOf } from '../wording.ts';
import { percent } from './bands.ts';
import { type Markup, markup } from './markup.ts';

interface Part {
  label: string;
  count: number;
  /** Class that carries the colour. */
  tone: string;
}

const LEAST_SHARE = 0.008;
const HEIGHT = 26;

export function stackedBar(title: string, parts: readonly Part[]): Markup {
  const whole = parts.reduce((sum, part) => sum + Math.max(part.count, 0), 0);
  const spoken = parts.map((part) => `${part.label} ${formatCount(part.count)}`).join(', ');
  let at = 0;
  return markup`<svg class="stacked" role="img" aria-label="${`${title}: ${spoken}`}" width="100%" height="${HEIGHT}">
<rect class="track" x="0" y="0" width="100%" height="${HEIGHT}" rx="5"/>
${visibleShares(parts.map((part) => part.count)).map((share, index) => {
  const part = parts[index];
  if (part === undefined || share === 0) return null;
  const x = at;
  at += share;
  return markup`<rect class="part ${part.tone}" x="${percent(x)}" y="0" width="${percent(share)}" height="${HEIGHT}"><title>${`${part.label}: ${formatCount(part.count)} (${formatShare(shareOf(part.count, whole))})`}</title></rect>
`;
})}</svg>`;
}

/** Shares that add up to one, none that is not zero below the least visible. */
export function visibleShares(counts: readonly number[]): number[] {
  const whole = counts.reduce((sum, count) => sum + Math.max(count, 0), 0);
  const shares = counts.map((count) => shareOf(Math.max(count, 0), whole));
  const widened = shares.map((share) => (share > 0 ? Math.max(share, LEAST_SHARE) : 0));
  const excess = widened.reduce((sum, share) => sum + share, 0) - (whole > 0 ? 1 : 0);
  const widest = widened.indexOf(Math.max(...widened, 0));
  if (widest >= 0) widened[widest] = (widened[widest] ?? 0) - excess;
  return widened;
}
