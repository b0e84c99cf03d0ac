/**
 * Scales and their ticks: a value becomes a share (0 … 1) of an axis. An axis becomes logarithmic
 * when its values spread over more than a factor of fifty, as latency does when a fault holds
 * messages back: on a linear axis the steady state would be a flat line at zero.
 */
import { formatDuration } from '#kernel';

export interface Span {
  from: number;
  to: number;
}

export interface Scale {
  kind: 'linear' | 'log';
  from: number;
  to: number;
  /** Where a value lies, clamped to the axis. */
  at(value: number): number;
  ticks: number[];
}

const LOG_WHEN_SPREAD = 50;
const TICKS = 4;

/** An axis from zero to a round number above the largest value; of counts it has whole ticks. */
export function linearScale(largest: number, isCount = false): Scale {
  const safe = Number.isFinite(largest) && largest > 0 ? largest : 1;
  const step = isCount ? wholeStep(safe / TICKS) : roundStep(safe / TICKS);
  const to = Math.ceil(safe / step - 1e-9) * step;
  const ticks = Array.from({ length: Math.round(to / step) + 1 }, (_, index) => index * step);
  return { kind: 'linear', from: 0, to, at: (value) => clamp(value / to), ticks };
}

/** Linear, or logarithmic where the positive values spread far. */
export function spreadScale(values: readonly number[]): Scale {
  let smallest = Number.POSITIVE_INFINITY;
  let largest = 0;
  for (const value of values) {
    if (value > 0 && value < smallest) smallest = value;
    if (value > largest) largest = value;
  }
  if (!(largest / smallest > LOG_WHEN_SPREAD)) return linearScale(largest);
  const from = roundBelow(smallest);
  const to = roundStep(largest);
  const low = Math.log10(from);
  const width = Math.log10(to) - low;
  const stride = Math.ceil(width / 6);
  const ticks: number[] = [];
  for (let decade = Math.ceil(low - 1e-9); decade <= low + width + 1e-9; decade += stride)
    ticks.push(Number(`1e${decade}`));
  return {
    kind: 'log',
    from,
    to,
    at: (value) => (value <= 0 ? 0 : clamp((Math.log10(value) - low) / width)),
    ticks,
  };
}

const TIME_STEPS_S = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 86_400,
];

/** Round instants inside a span, at most about `most` of them, with their labels. */
export function timeTicks(span: Span, most = 9): { t: number; label: string }[] {
  const width = span.to - span.from;
  if (!(width > 0)) return [];
  const wanted = width / most;
  const seconds = TIME_STEPS_S.find((step) => step * 1000 >= wanted);
  const step =
    wanted < 1000 ? roundStep(wanted) : (seconds ?? roundStep(wanted / 864e5) * 86_400) * 1000;
  const ticks: { t: number; label: string }[] = [];
  for (let n = Math.ceil(span.from / step - 1e-9); n * step <= span.to + step * 1e-9; n++)
    ticks.push({ t: n * step, label: n === 0 ? '0' : signedDuration(n * step) });
  return ticks;
}

/** Where an instant lies in a span, as a share; the middle of nothing is its start. */
export const shareAt = (span: Span, t: number): number =>
  span.to > span.from ? clamp((t - span.from) / (span.to - span.from)) : 0;

function signedDuration(ms: number): string {
  return ms < 0 ? `−${formatDuration(-ms)}` : formatDuration(ms);
}

/** The next of 1, 2, 2.5, 5, 10 × 10ⁿ that is not below. */
function roundStep(least: number): number {
  const decade = decadeOf(least);
  const factor = [1, 2, 2.5, 5].find((one) => one * decade >= least * (1 - 1e-9)) ?? 10;
  return factor * decade;
}

/** The next of 1, 2, 5, 10, 20, 25, 50 … that is not below. */
function wholeStep(least: number): number {
  const step = roundStep(Math.max(1, least));
  return Number.isInteger(step) ? step : 5;
}

/** The last of 1, 2, 5 × 10ⁿ that is not above. */
function roundBelow(most: number): number {
  const decade = decadeOf(most);
  const factor = [5, 2].find((one) => one * decade <= most * (1 + 1e-9)) ?? 1;
  return factor * decade;
}

const decadeOf = (value: number): number => Number(`1e${Math.floor(Math.log10(value) + 1e-12)}`);

const clamp = (share: number): number => (share > 0 ? Math.min(share, 1) : 0);
