/**
 * Where a chapter writes down what it saw, over all lanes: counts, how long things took, curves
 * over the run, and the few rows that stand out. What is in it does not depend on the order of the
 * lanes.
 */
import type { Timeline } from '#oracles';
import type { ChapterTable, Series, SpanRow } from '../result.ts';
import { LatencyHistogram, spanFigures } from './histogram.ts';
import { Curves } from './series.ts';

/** So many rows of one table are shown. */
export const ROWS_SHOWN = 10;

type Cells = ChapterTable['rows'][number];

interface Ranked {
  rank: number;
  text: string;
  cells: Cells;
}

export class ChapterBook {
  readonly #counts = new Map<string, number>();
  readonly #spans = new Map<string, LatencyHistogram>();
  readonly #curves: Curves;
  readonly #rows = new Map<string, Ranked[]>();
  /** How often each amount was there: few differ, and what is told of them must be exact. */
  readonly #amounts = new Map<string, Map<number, number>>();

  /** When the run ended, in milliseconds. */
  readonly endMs: number;

  constructor(timeline: Timeline) {
    this.endMs = timeline.end / 1000;
    this.#curves = new Curves(timeline);
  }

  count(name: string, by = 1): void {
    this.#counts.set(name, this.counted(name) + by);
  }

  counted(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  /** What was counted under names that begin so. */
  named(prefix: string): string[] {
    return [...this.#counts.keys()].filter((name) => name.startsWith(prefix)).sort();
  }

  /** Something took so long, in microseconds. */
  took(name: string, us: number): void {
    let histogram = this.#spans.get(name);
    if (histogram === undefined) {
      histogram = new LatencyHistogram();
      this.#spans.set(name, histogram);
    }
    histogram.record(us);
  }

  span(name: string): SpanRow {
    return { name, ...spanFigures(this.#spans.get(name) ?? new LatencyHistogram()) };
  }

  /** Something happened at an instant of the run, in microseconds. */
  happened(curve: string, us: number, by = 1): void {
    this.#curves.count(curve, us, by);
  }

  curve(name: string, unit: string): Series {
    return this.#curves.counted(name, unit);
  }

  /** It was so from one instant up to another, in microseconds. */
  lasted(curve: string, from: number, to: number): void {
    this.#curves.lasted(curve, from, to);
  }

  /** The same of few, such as alarms: how many were so at most is remembered one by one. */
  stood(curve: string, from: number, to: number): void {
    this.#curves.stood(curve, from, to);
  }

  /** How many stood at most at one time, over the run. */
  most(curve: string, unit: string): Series {
    return this.#curves.most(curve, unit);
  }

  /** How many were so on average, over the run. */
  average(curve: string, unit: string): Series {
    return this.#curves.average(curve, unit);
  }

  /** One has so much of something. */
  amount(name: string, value: number): void {
    const amounts = this.#amounts.get(name) ?? new Map<number, number>();
    this.#amounts.set(name, amounts.set(value, (amounts.get(value) ?? 0) + 1));
  }

  /** How many have some, and which amount such shares of them do not exceed; null for nobody. */
  amounts(name: string, ...shares: readonly number[]): [count: number, ...(number | null)[]] {
    const amounts = [...(this.#amounts.get(name) ?? [])].sort(([a], [b]) => a - b);
    const count = amounts.reduce((sum, [, times]) => sum + times, 0);
    const at = (share: number): number | null => {
      let left = Math.max(1, Math.ceil(share * count - 1e-9));
      for (const [value, times] of amounts) {
        left -= times;
        if (left <= 0) return value;
      }
      return null;
    };
    return [count, ...shares.map(at)];
  }

  /** A row that stands among the first of its table where few have a higher rank. */
  row(table: string, rank: number, cells: Cells): void {
    let rows = this.#rows.get(table);
    if (rows === undefined) {
      rows = [];
      this.#rows.set(table, rows);
    }
    const last = rows[ROWS_SHOWN - 1];
    if (last !== undefined && rank < last.rank) return;
    rows.push({ rank, text: JSON.stringify(cells), cells });
    rows.sort((a, b) => b.rank - a.rank || (a.text < b.text ? -1 : 1));
    rows.length = Math.min(rows.length, ROWS_SHOWN);
  }

  rows(table: string): Cells[] {
    return (this.#rows.get(table) ?? []).map(({ cells }) => cells);
  }
}
