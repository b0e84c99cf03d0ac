/**
 * One chart over the run's time. It is plain SVG with percentages across and pixels down: text
 * keeps its size and the curves stretch with the page, without a script and on paper. Gaps in a
 * series stay gaps; a line across missing values would claim that something was measured.
 */
import type { Result, Series } from '../result.ts';
import { formatCount, formatInstant, formatSpan } from '../wording.ts';
import { type Band, percent, phaseEdges, tintedBands } from './bands.ts';
import { coordinate, type Markup, markup } from './markup.ts';
import { linearScale, type Scale, type Span, shareAt, spreadScale, timeTicks } from './scale.ts';

export type Shape = 'line' | 'area' | 'bars';

export interface Curve {
  series: Series;
  label: string;
  shape: Shape;
  /** Class that carries the colour. */
  tone: string;
}

interface TimeChart {
  title: string;
  span: Span;
  curves: readonly Curve[];
  bands: readonly Band[];
  phases: Result['phases'];
  /** The axis reaches at least here, so that "all devices connected" is at the top. */
  atLeast?: number;
  heightPx?: number;
}

const WIDTH = 1000;

export function timeChart(chart: TimeChart): Markup {
  const height = chart.heightPx ?? 160;
  const scale = scaleOf(chart);
  const unit = chart.curves[0]?.series.unit ?? '';
  const ticks = timeTicks(chart.span);
  return markup`<svg class="chart" role="img" aria-label="${spoken(chart)}" width="100%" height="${height + 22}">
<svg class="ground" x="0" y="0" width="100%" height="${height}">${tintedBands(chart.bands, chart.span)}${phaseEdges(chart.phases, chart.span)}</svg>
${scale.ticks.map((tick) => {
  const y = coordinate(height * (1 - scale.at(tick)));
  return markup`<line class="grid" x1="0" x2="100%" y1="${y}" y2="${y}"/><text class="tick" x="-8" y="${y}" dy="0.32em" text-anchor="end">${axisLabel(tick, unit)}</text>`;
})}
<svg class="plane" x="0" y="0" width="100%" height="${height}" viewBox="0 0 ${WIDTH} ${height}" preserveAspectRatio="none">
${chart.curves.map((curve) => drawn(curve, chart.span, scale, height))}</svg>
${ticks.map(({ t, label }, index) => {
  const share = shareAt(chart.span, t);
  const anchor = share < 0.02 ? 'start' : share > 0.98 ? 'end' : 'middle';
  return markup`<text class="tick${index % 2 === 1 ? ' wide-only' : ''}" x="${percent(share)}" y="${height + 16}" text-anchor="${anchor}">${label}</text>`;
})}
</svg>`;
}

/** The largest value of a series and when it was reached; undefined when it has none. */
export function peakOf(series: Series): { value: number; t: number } | undefined {
  let peak: { value: number; t: number } | undefined;
  series.values.forEach((value, index) => {
    if (value === null || !Number.isFinite(value)) return;
    if (peak === undefined || value > peak.value)
      peak = { value, t: series.t0 + (index + 0.5) * series.step };
  });
  return peak;
}

export const inUnit = (value: number, unit: string): string =>
  unit === 'ms' ? formatSpan(value) : formatCount(value);

/** Whether the chart's axis had to be logarithmic; the page says so beside the title. */
export const isLogarithmic = (chart: TimeChart): boolean => scaleOf(chart).kind === 'log';

function scaleOf(chart: TimeChart): Scale {
  const values = chart.curves.flatMap((curve) => curve.series.values).filter(isNumber);
  const unit = chart.curves[0]?.series.unit;
  if (unit === 'ms') return spreadScale(values);
  const most = values.reduce((highest, value) => Math.max(highest, value), chart.atLeast ?? 0);
  // Half a message was never lost.
  return linearScale(most, values.every(Number.isInteger));
}

function axisLabel(value: number, unit: string): string {
  if (unit === 'ms') return formatSpan(value).replace(' ', '\u202f');
  if (value >= 1e9) return value.toExponential(0);
  if (value >= 1_000_000) return `${formatCount(value / 1_000_000)}M`;
  return value >= 10_000 ? `${formatCount(value / 1000)}k` : formatCount(value);
}

function drawn(curve: Curve, span: Span, scale: Scale, height: number): Markup {
  const runs = unbrokenRuns(curve.series);
  const step = curve.series.step;
  const x = (t: number) => coordinate(shareAt(span, t) * WIDTH);
  const y = (value: number) => coordinate(height * (1 - scale.at(value)));
  if (curve.shape === 'bars') {
    const path = runs.flatMap((run) =>
      run
        .filter(({ value }) => value > 0)
        .map(({ t, value }) => {
          const right = x(t + step * 0.42);
          return `M${x(t - step * 0.42)} ${height}V${y(value)}H${right}V${height}Z`;
        }),
    );
    return markup`<path class="fill bars ${curve.tone}" d="${path.join('')}"/>`;
  }
  const line = runs.map(
    (run) =>
      `M${run.map(({ t, value }) => `${x(t)} ${y(value)}`).join('L')}${
        // A single value between gaps has no length; the round cap makes it a dot.
        run.length === 1 ? 'h0.01' : ''
      }`,
  );
  const area = runs.map((run, index) => {
    const [first, last] = [run[0], run[run.length - 1]];
    if (first === undefined || last === undefined) return '';
    return `${line[index]}L${x(last.t)} ${height}L${x(first.t)} ${height}Z`;
  });
  return markup`${curve.shape === 'area' && markup`<path class="fill ${curve.tone}" d="${area.join('')}"/>`}<path class="line ${curve.tone}" d="${line.join('')}"/>`;
}

/** Stretches of a series without a gap; a bucket's value stands at the bucket's middle. */
function unbrokenRuns(series: Series): { t: number; value: number }[][] {
  const runs: { t: number; value: number }[][] = [];
  let run: { t: number; value: number }[] | undefined;
  series.values.forEach((value, index) => {
    if (!isNumber(value)) {
      run = undefined;
      return;
    }
    if (run === undefined) {
      run = [];
      runs.push(run);
    }
    run.push({ t: series.t0 + (index + 0.5) * series.step, value });
  });
  return runs;
}

const isNumber = (value: number | null): value is number =>
  value !== null && Number.isFinite(value);

/** What a person hears who cannot see the chart. */
function spoken(chart: TimeChart): string {
  const curves = chart.curves.map(({ label, series }) => {
    const peak = peakOf(series);
    if (peak === undefined) return `${label}: no values`;
    return `${label}: highest ${inUnit(peak.value, series.unit)} at ${formatInstant(peak.t)}`;
  });
  return `${chart.title} over time. ${curves.join('; ')}.`;
}
