/**
 * How long things took by percentile, one curve per row. The axis across is the number of nines, so
 * the tail, where chaos shows, gets as much room as the middle; the last place is the largest value
 * seen. Only the percentiles that the result carries are marked: between them the line is a guide
 * for the eye.
 */
import type { SpanRow } from '../result.ts';
import { formatSpan } from '../wording.ts';
import { percent } from './bands.ts';
import { coordinate, type Markup, markup } from './markup.ts';
import { spreadScale } from './scale.ts';

const PLACES = [
  { key: 'p50', label: '50 %', at: 0.02 },
  { key: 'p90', label: '90 %', at: 0.265 },
  { key: 'p99', label: '99 %', at: 0.51 },
  { key: 'p999', label: '99.9 %', at: 0.755 },
  { key: 'max', label: 'max', at: 0.98 },
] as const;

const WIDTH = 1000;
const HEIGHT = 220;

export function percentileCurve(title: string, rows: readonly SpanRow[]): Markup {
  const shown = rows.filter((row) => PLACES.some(({ key }) => row[key] !== null));
  if (shown.length === 0) return markup`<p class="none">Nothing was measured.</p>`;
  const scale = spreadScale(shown.flatMap((row) => PLACES.map(({ key }) => row[key] ?? 0)));
  const y = (value: number) => coordinate(HEIGHT * (1 - scale.at(value)));
  const spoken = shown
    .map((row) => `${row.name}: p50 ${formatSpan(row.p50)}, p99 ${formatSpan(row.p99)}`)
    .join('; ');
  return markup`<div class="plot"><svg class="chart" role="img" aria-label="${title} by percentile. ${spoken}." width="100%" height="${HEIGHT + 22}">
${scale.ticks.map(
  (tick) =>
    markup`<line class="grid" x1="0" x2="100%" y1="${y(tick)}" y2="${y(tick)}"/><text class="tick" x="-8" y="${y(tick)}" dy="0.32em" text-anchor="end">${formatSpan(tick).replace(' ', '\u202f')}</text>`,
)}
<svg class="plane" x="0" y="0" width="100%" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none">
${shown.map((row, index) => markup`<path class="line ${tone(row, index)}" d="${pathOf(row, y)}"/>`)}</svg>
${shown.map((row, index) => dots(row, index, y))}
${PLACES.map(({ label, at }, index) => markup`<text class="tick" x="${percent(at)}" y="${HEIGHT + 16}" text-anchor="${index === 0 ? 'start' : index === PLACES.length - 1 ? 'end' : 'middle'}">${label}</text>`)}
</svg></div>
<ul class="legend">${shown.map((row, index) => markup`<li><i class="key ${tone(row, index)}" aria-hidden="true"></i>${row.name}</li>`)}</ul>`;
}

/** A whole stands out from its parts. */
const tone = (row: SpanRow, index: number): string =>
  row.name === 'all' ? 'whole' : `q${index % 6}`;

function pathOf(row: SpanRow, y: (value: number) => string): string {
  const points = PLACES.flatMap(({ key, at }) => {
    const value = row[key];
    return value === null ? [] : [`${coordinate(at * WIDTH)} ${y(value)}`];
  });
  return points.length === 0 ? '' : `M${points.join('L')}`;
}

function dots(row: SpanRow, index: number, y: (value: number) => string): Markup {
  return markup`${PLACES.map(({ key, label, at }) => {
    const value = row[key];
    if (value === null) return null;
    return markup`<circle class="dot ${tone(row, index)}" cx="${percent(at)}" cy="${y(value)}" r="3.5"><title>${`${row.name}, ${label}: ${formatSpan(value)}`}</title></circle>`;
  })}`;
}
