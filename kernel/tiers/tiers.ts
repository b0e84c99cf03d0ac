/**
 * What a plan says of tiers: of which devices raw readings are kept for how long, and what is made
 * of them besides, in windows that are ever wider. And what the ledger says of them: one table for
 * those who write it and those who judge.
 */
import { isOf } from '../device-ids.ts';
import type { Plan } from '../plan/plan.ts';
import { isMap } from '../plugins/quantity.ts';

/** The workflow that lays it out. */
const TIERS = 'tiers';

export interface TierStep {
  /** Width of its windows; a multiple of the one before. */
  everyMs: number;
  /** So long after its end a window is kept; null for good. */
  keepMs: number | null;
}

export interface TiersPlan {
  /** No two alike. */
  name: string;
  /** How the ids of its devices begin; empty for all. */
  of: string;
  /** Milliseconds of scenario time: when the operator asks for it. */
  at: number;
  /** So long after its time, by the device, a reading is kept as it came. */
  keepMs: number;
  steps: readonly TierStep[];
  /** What comes later than so long after its time is in no window, and kept as it came. */
  latenessMs: number;
  /** What is to go is gone so soon after. */
  withinMs: number;
  /** So often somebody looks which readings are there as they came. */
  lookMs: number;
}

export const TIERS_OPS = {
  'tiers/asked': { device: 'device', name: 'text' },
  'tiers/answered': { device: 'device', name: 'text', status: 'count' },
  /**
   * In the n-th look, asked for at a time, these of its readings were there as they came; `more`:
   * it goes on with the next one.
   */
  'tiers/raw': {
    device: 'device',
    look: 'count',
    asked: 'count',
    numbers: 'text',
    more: 'boolean',
  },
  /** There are too many: nobody looks at this one before the end. */
  'tiers/unwatched': { device: 'device' },
  /** At the end, by the target: numbers that are counted in windows, late, or moved. */
  'tiers/numbers': { device: 'device', are: 'text', numbers: 'text' },
  /** A window that the target has, and what it says of one signal; empty where it has none. */
  'tiers/window': {
    device: 'device',
    step: 'count',
    start: 'signed',
    count: 'count',
    signal: 'text',
    told: 'text',
  },
  /** All that the target has of the device was read, asked for at a time. */
  'tiers/told': { device: 'device', asked: 'count', from: 'count' },
} as const;

/** First to last, as the scenario says them. */
export const tiersOf = ({ workflows = [] }: Plan): TiersPlan[] =>
  workflows.flatMap(({ workflow, resolved }) =>
    workflow === TIERS && isMap(resolved) ? [resolved as unknown as TiersPlan] : [],
  );

/** The ones that a device is under; null for none. */
export const tiersOver = (plan: Plan, id: string): TiersPlan | null =>
  tiersOf(plan).find(({ of }) => isOf(of, id)) ?? null;

/** An entry of the ledger holds no more text. */
const RANGES_A_TEXT = 25;

/** Ascending numbers as texts such as `0-17,19`, each of which fits into an entry; at least one. */
export function rangeTexts(numbers: readonly number[]): string[] {
  const ranges: [low: number, high: number][] = [];
  for (const n of numbers) {
    const last = ranges.at(-1);
    if (last !== undefined && n === last[1] + 1) last[1] = n;
    else ranges.push([n, n]);
  }
  const texts = ranges.map(([low, high]) => (low === high ? `${low}` : `${low}-${high}`));
  const cut = Math.max(1, Math.ceil(texts.length / RANGES_A_TEXT));
  return Array.from({ length: cut }, (_, at) =>
    texts.slice(at * RANGES_A_TEXT, (at + 1) * RANGES_A_TEXT).join(','),
  );
}

/** A damaged ledger may name any; so many at once nobody honestly does. */
const RANGE_MAX = 1_000_000;

/** Each number that such a text names. */
export function numbersIn(text: string): number[] {
  return text.split(',').flatMap((range) => {
    const match = /^(\d{1,15})(?:-(\d{1,15}))?$/.exec(range);
    if (match === null) return [];
    const low = Number(match[1]);
    const length = Math.min(RANGE_MAX, Number(match[2] ?? low) - low + 1);
    return Array.from({ length: Math.max(0, length) }, (_, at) => low + at);
  });
}
