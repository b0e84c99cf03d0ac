/**
 * All charts over time in one stack with one axis, so that a single line marks an instant in every
 * one of them. The instants of findings and witnesses are anchors in the page: `#t=12345` marks
 * 12.345 s even without a script.
 */
import {
  type Band,
  faultBands,
  faultColour,
  faultLabel,
  faultSwatch,
  percent,
  runOverview,
} from '../../plots/bands.ts';
import { type Markup, markup } from '../../plots/markup.ts';
import { type Span, shareAt } from '../../plots/scale.ts';
import {
  type Curve,
  inUnit,
  isLogarithmic,
  peakOf,
  type Shape,
  timeChart,
} from '../../plots/time-chart.ts';
import { instantAnchor } from '../../plots/witness.ts';
import type { Result, Series } from '../../result.ts';
import { formatSpan } from '../../wording.ts';

/** What the script needs: the values under the crosshair and the names of what was on. */
interface TimelineData {
  span: Span;
  series: Series[];
  faults: (Span & { label: string; colour: number })[];
  phases: (Span & { name: string })[];
}

interface Group {
  title: string;
  note?: string;
  names: readonly string[];
  shape: Shape;
  heightPx?: number;
}

/** Charts in reading order; a series nobody names here gets a chart with its unit. */
const GROUPS: readonly Group[] = [
  {
    title: 'Latency',
    note: 'intended to observed',
    names: ['p50', 'p90', 'p99', 'max'],
    shape: 'line',
    heightPx: 200,
  },
  { title: 'Connected devices', names: ['connected'], shape: 'area', heightPx: 120 },
  {
    title: 'Connects',
    note: 'first ones and reconnects, per second',
    names: ['connects'],
    shape: 'bars',
    heightPx: 100,
  },
  { title: 'Message rate', names: ['rate'], shape: 'area', heightPx: 100 },
  { title: 'Lost and duplicate', names: ['lost', 'duplicates'], shape: 'bars', heightPx: 80 },
];

/** Of these, a chart of nothing but zeros says in a line what it would show. */
const QUIET_WHEN_ZERO: readonly string[] = ['lost', 'duplicates'];

export function timelineOf(result: Result): { section: Markup; data: TimelineData } {
  const span = wholeSpan(result);
  const bands = faultBands(result);
  const quiet = result.series.filter(isQuiet);
  const shown = result.series.filter((series) => !quiet.includes(series));
  const place = new Map(shown.map((series, index) => [series, index]));
  const groups = [...GROUPS, ...remaining(shown)];
  const section = markup`<section class="card" id="timeline"><h2>Timeline</h2>
${legend(result)}
${phaseList(result)}
<div class="stack" id="stack" tabindex="0" role="group" aria-label="Charts over time; the arrow keys move the crosshair">
<div class="over" aria-hidden="true">${anchors(result, span)}<i class="cursor" id="cursor" hidden></i><div class="tip" id="tip" hidden></div></div>
${result.phases.length + bands.length > 0 && markup`<figure class="plot">${runOverview(result.phases, bands, span)}</figure>`}
${groups.map((group) => chartOf(group, shown, place, result, bands, span))}
${shown.length === 0 && markup`<p class="none">This run recorded no series.</p>`}</div>
${quiet.length > 0 && markup`<p class="note">Zero throughout: ${quiet.map(({ name }) => name).join(', ')}.</p>`}
<p class="note marked" id="marked" hidden aria-live="polite"></p>
</section>`;
  const faults = bands.map(({ label, colour, from, to }) => ({ label, colour, from, to }));
  return { section, data: { span, series: shown, faults, phases: result.phases } };
}

/** From the earliest to the latest thing the result knows of. */
export function wholeSpan(result: Result): Span {
  const windows: Span[] = [
    ...result.phases,
    ...result.faults,
    ...result.series.map(({ t0, step, values }) => ({ from: t0, to: t0 + step * values.length })),
  ];
  const ends = windows.flatMap(({ from, to }) => [from, to]).filter(Number.isFinite);
  const from = ends.reduce((least, t) => Math.min(least, t), Number.POSITIVE_INFINITY);
  const to = ends.reduce((most, t) => Math.max(most, t), Number.NEGATIVE_INFINITY);
  return to > from ? { from, to } : { from: 0, to: 1000 };
}

const isQuiet = (series: Series): boolean =>
  QUIET_WHEN_ZERO.includes(series.name) && series.values.every((value) => !value);

/** Series that no group names, by unit. */
function remaining(shown: readonly Series[]): Group[] {
  const named = new Set(GROUPS.flatMap(({ names }) => names));
  const byUnit = new Map<string, string[]>();
  for (const { name, unit } of shown) {
    if (named.has(name)) continue;
    const names = byUnit.get(unit) ?? [];
    if (!names.includes(name)) names.push(name);
    byUnit.set(unit, names);
  }
  return [...byUnit].map(([unit, names]) => ({
    title: names.join(', '),
    ...(unit === '' ? {} : { note: unit }),
    names,
    shape: 'line' as const,
    heightPx: 100,
  }));
}

function chartOf(
  group: Group,
  shown: readonly Series[],
  place: ReadonlyMap<Series, number>,
  result: Result,
  bands: readonly Band[],
  span: Span,
): Markup | null {
  const series = group.names.flatMap((name) => shown.filter((one) => one.name === name));
  if (series.length === 0) return null;
  const curves: Curve[] = series.map((one, index) => ({
    series: one,
    label: one.name,
    shape: group.shape,
    tone: toneOf(one.name, index),
  }));
  const chart = {
    title: group.title,
    span,
    curves,
    bands,
    phases: result.phases,
    ...(group.heightPx === undefined ? {} : { heightPx: group.heightPx }),
    ...(group.names.includes('connected')
      ? { atLeast: result.devices - (result.carried ?? 0) }
      : {}),
  };
  const note = [group.note, isLogarithmic(chart) ? 'log scale' : undefined].filter(
    (text) => text !== undefined,
  );
  return markup`<figure class="plot"><figcaption><span class="chart-title"><b>${group.title}</b>${note.length > 0 && markup` <small>${note.join(', ')}</small>`}</span><ul class="legend">${curves.map(
    (curve) =>
      markup`<li><i class="key ${curve.tone}" aria-hidden="true"></i>${curve.label} <output data-series="${place.get(curve.series)}">${peakText(curve.series)}</output></li>`,
  )}</ul></figcaption>
${timeChart(chart)}</figure>
`;
}

const OWN_TONES: readonly string[] = [
  'p50',
  'p90',
  'p99',
  'max',
  'connected',
  'connects',
  'rate',
  'lost',
  'duplicates',
];

const toneOf = (name: string, index: number): string =>
  OWN_TONES.includes(name) ? `s-${name}` : `q${index % 6}`;

function peakText(series: Series): string {
  const peak = peakOf(series);
  return peak === undefined ? 'no values' : `peak ${inUnit(peak.value, series.unit)}`;
}

function legend(result: Result): Markup | null {
  if (result.faults.length === 0) return markup`<p class="note">No faults were planned.</p>`;
  return markup`<ul class="legend bands-legend" aria-label="Faults">${result.faults.map(
    (fault, index) =>
      markup`<li>${faultSwatch(faultColour(index))}<span class="name">${faultLabel(fault)}</span></li>`,
  )}</ul>`;
}

/** A block of the overview may be too short for its name on a narrow screen. */
const phaseList = ({ phases }: Result): Markup =>
  markup`<ul class="legend narrow-only" aria-label="Phases">${phases.map(
    ({ name, from, to }) =>
      markup`<li><span><b>${name}</b> ${formatSpan(from)} to ${formatSpan(to)}</span></li>`,
  )}</ul>`;

/**
 * One invisible line per instant that something on the page points at; the browser shows the one in
 * the address.
 */
function anchors(result: Result, span: Span): Markup {
  const instants = new Set(result.faults.flatMap(({ from, to }) => [from, to]));
  for (const checker of result.checkers)
    for (const finding of checker.findings) {
      instants.add(finding.at);
      for (const event of [...finding.witness, ...(finding.story ?? [])]) instants.add(event.t);
    }
  for (const { at } of result.tracing?.worth ?? []) instants.add(at);
  const sorted = [...instants].filter(Number.isFinite).sort((a, b) => a - b);
  return markup`${sorted.map((t) => markup`<i class="instant" id="${instantAnchor(t)}" style="left:${percent(shareAt(span, t))}"></i>`)}`;
}
