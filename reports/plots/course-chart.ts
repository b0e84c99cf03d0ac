/**
 * A whole over time: how many of it were in which part, stacked, with what went on meanwhile in
 * rows above and a mark down the picture where each of that ended. A column is as wide as its
 * bucket and nothing is drawn between two, since a whole of forty devices has no slopes. Faults are
 * caps on it: a tint would change what the colours say.
 */
import type { ChapterCourse, CourseStretch, Result, Sense, Series } from '../result.ts';
import { formatCount, formatInstant } from '../wording.ts';
import { type Band, percent, phaseEdges, tintedBands } from './bands.ts';
import { coordinate, type Markup, markup } from './markup.ts';
import { linearScale, type Span, shareAt, timeTicks } from './scale.ts';

/** So many that are on their way, or went wrong, have a colour of their own. */
const COLOURS: Readonly<Record<Sense, number>> = { rest: 1, way: 4, good: 1, bad: 2 };
const WIDTH = 1000;
const HEIGHT = 190;
const ROW_HEIGHT = 24;

interface CourseChart {
  course: ChapterCourse;
  span: Span;
  bands: readonly Band[];
  phases: Result['phases'];
}

/** Classes that carry the colours, each sense in its order. */
export function tonesOf(parts: readonly { sense: Sense }[]): string[] {
  const seen = new Map<Sense, number>();
  return parts.map(({ sense }) => {
    const before = seen.get(sense) ?? 0;
    seen.set(sense, before + 1);
    return `g-${sense}${before % COLOURS[sense]}`;
  });
}

export function courseChart({ course, span, bands, phases }: CourseChart): Markup {
  const { parts, rows } = course;
  const whole = wholeOf(parts.map(({ series }) => series));
  const top = rows.length * ROW_HEIGHT;
  const tones = tonesOf(parts);
  const grounds = groundsOf(parts.map(({ series }) => series));
  const below = linearScale(whole).ticks.filter((tick) => tick < whole * 0.93 && tick % 1 === 0);
  const ticks = [...below, whole];
  const ends = rows.flat().filter(({ sense }) => sense === 'good' || sense === 'bad');
  return markup`<svg class="chart course" role="img" aria-label="${spoken(course)}"
 width="100%" height="${top + HEIGHT + 22}">
${rows.map((row, index) =>
  row.map((stretch, at) => block(stretch, index * ROW_HEIGHT, span, at === row.length - 1)),
)}
<svg class="ground" x="0" y="${top}" width="100%" height="${HEIGHT}">
${phaseEdges(phases, span)}</svg>
<svg class="plane" x="0" y="${top}" width="100%" height="${HEIGHT}"
 viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none">
${parts.map(({ series }, index) => {
  const path = area(series, grounds[index] ?? [], whole, span);
  return (
    path !== '' &&
    markup`<path class="part-over-time ${tones[index]}" d="${path}">
<title>${series.name}</title></path>
`
  );
})}</svg>
<svg class="ground" x="0" y="${top}" width="100%" height="3">${tintedBands(bands, span)}</svg>
${ticks.map((tick) => {
  const y = coordinate(top + HEIGHT * (1 - tick / whole));
  return markup`<line class="grid" x1="-4" x2="0" y1="${y}" y2="${y}"/>
<text class="tick" x="-8" y="${y}" dy="0.32em" text-anchor="end">${formatCount(tick)}</text>`;
})}
${ends.map(({ sense, to, labels }) => {
  const x = percent(shareAt(span, to));
  return markup`<g class="decided g-${sense}0"><title>${labels[0]}</title>
<line x1="${x}" x2="${x}" y1="${top - 4}" y2="${top + HEIGHT}"/></g>
`;
})}
${timeTicks(span).map(({ t, label }, index) => {
  const share = shareAt(span, t);
  const anchor = share < 0.02 ? 'start' : share > 0.98 ? 'end' : 'middle';
  return markup`<text class="tick${index % 2 === 1 ? ' wide-only' : ''}"
 x="${percent(share)}" y="${top + HEIGHT + 16}" text-anchor="${anchor}">${label}</text>`;
})}
</svg>`;
}

/** How many were in it when the run ended. */
export const atTheEnd = ({ values }: Series): number => Math.round(values.at(-1) ?? 0);

/**
 * A stretch with the longest text that fits into it, or behind it where nothing follows; the whole
 * of it is in the tooltip.
 */
function block(stretch: CourseStretch, y: number, span: Span, isLast: boolean): Markup {
  const { from, to, labels, sense } = stretch;
  const start = Math.min(shareAt(span, from), 0.996);
  const width = Math.max(shareAt(span, to) - start, 0.004);
  const text = (perCharacter: number, when: string): Markup | false => {
    const fits = (room: number) => (label: string) => room * 100 > label.length * perCharacter + 1;
    const [inside, behind] = [labels.find(fits(width)), labels.find(fits(1 - start - width))];
    const isBehind = isLast && (behind?.length ?? 0) > (inside?.length ?? 0);
    const [x, anchor, dx] = isBehind
      ? [start + width, 'start', 7]
      : [start + width / 2, 'middle', 0];
    const label = isBehind ? behind : inside;
    return (
      label !== undefined &&
      markup`<text class="phase-name ${when}" x="${percent(x)}" dx="${dx}" y="${y + 14}"
 text-anchor="${anchor}">${label}</text>`
    );
  };
  return markup`<g class="stretch g-${sense}0">
<title>${labels[0]}, ${formatInstant(from)} to ${formatInstant(to)}</title>
<rect x="${percent(start)}" y="${y}" width="${percent(width)}" height="${ROW_HEIGHT - 4}" rx="3"/>
${text(0.9, 'wide-only')}${text(2.4, 'narrow-only')}</g>
`;
}

const wholeOf = (all: readonly Series[]): number => {
  const sums = (all[0]?.values ?? []).map((_, at) =>
    all.reduce((sum, { values }) => sum + (values[at] ?? 0), 0),
  );
  return Math.max(1, Math.round(Math.max(0, ...sums)));
};

/** Below each part lie those that come after it. */
function groundsOf(all: readonly Series[]): number[][] {
  const grounds: number[][] = [];
  let below = (all[0]?.values ?? []).map(() => 0);
  for (const { values } of [...all].reverse()) {
    grounds.unshift(below);
    below = below.map((sum, at) => sum + (values[at] ?? 0));
  }
  return grounds;
}

/** Each stretch of buckets in which there was any of it; there and back. */
function area({ t0, step, values }: Series, ground: readonly number[], whole: number, span: Span) {
  const x = (bucket: number) => coordinate(shareAt(span, t0 + bucket * step) * WIDTH);
  const y = (value: number) => coordinate(HEIGHT * (1 - Math.min(1, value / whole)));
  const [upper, lower] = [
    (at: number) => y((ground[at] ?? 0) + (values[at] ?? 0)),
    (at: number) => y(ground[at] ?? 0),
  ];
  let path = '';
  for (let from = 0; from < values.length; from++) {
    if ((values[from] ?? 0) === 0) continue;
    let to = from;
    while ((values[to + 1] ?? 0) > 0) to++;
    path += `M${x(from)} ${upper(from)}`;
    for (let at = from; at <= to; at++) {
      if (at === to || upper(at + 1) !== upper(at)) path += `H${x(at + 1)}`;
      path += at === to ? `V${lower(to)}` : upper(at + 1) === upper(at) ? '' : `V${upper(at + 1)}`;
    }
    for (let at = to; at >= from; at--) {
      if (at === from || lower(at - 1) !== lower(at)) path += `H${x(at)}`;
      if (at > from && lower(at - 1) !== lower(at)) path += `V${lower(at - 1)}`;
    }
    path += 'Z';
    from = to;
  }
  return path;
}

/** What a person hears who cannot see it. */
function spoken({ title, about, parts, rows }: ChapterCourse): string {
  const ends = parts.map(({ series }) => `${series.name} ${formatCount(atTheEnd(series))}`);
  const stretches = rows.flat().map(({ labels }) => labels[0]);
  return [`${title}.`, about, `At the end: ${ends.join(', ')}.`, stretches.join('; ')].join(' ');
}
