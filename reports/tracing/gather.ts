/**
 * From a ledger to a book of hops: the entries of some devices, in one order whatever the segments
 * were, through the files of all capabilities. Who tells wrongly is left out and said, like a
 * chapter; no verdict hangs on it.
 */
import { addTo, errorText, type LedgerEntry, type Plan } from '#kernel';
import type { Timeline } from '#oracles';
import type { HopsFold, HopsKind } from '../hops.ts';
import { mergedEntries, type Segment } from '../judging/segments.ts';
import { TraceBook } from './trace-book.ts';

export interface TraceGround {
  plan: Plan;
  timeline: Timeline;
  segments: readonly Segment[];
  kinds: readonly HopsKind[];
  /** Why a capability tells nothing, by its kind; what is found out is added. */
  troubles: Map<string, string>;
}

/** Entries that the book of one thing is made of at most: some hundred megabytes. */
const ENTRIES_MAX = 1_000_000;

export interface Gathered {
  book: TraceBook;
  /** There were more entries than a book is made of. */
  isCut: boolean;
}

export function gather(
  ground: TraceGround,
  devices: ReadonlySet<number>,
  most = ENTRIES_MAX,
): Gathered {
  const { plan, timeline, segments, kinds, troubles } = ground;
  const book = new TraceBook(plan);
  const guarded = <T>(kind: string, action: () => T): T | undefined => {
    if (troubles.has(kind)) return undefined;
    try {
      return action();
    } catch (error) {
      troubles.set(kind, errorText(error));
      return undefined;
    }
  };
  const folds = [...kinds]
    .sort((a, b) => (a.kind < b.kind ? -1 : 1))
    .flatMap((hops) => {
      const fold = guarded(hops.kind, () => hops.start({ plan, timeline, book }));
      return fold === undefined ? [] : [{ hops, fold }];
    });
  const wanting = new Map<string, { hops: HopsKind; fold: HopsFold }[]>();
  for (const one of folds) {
    for (const op of one.hops.ops) addTo(wanting, op, one);
  }
  const wants = ({ op, device }: LedgerEntry): boolean =>
    wanting.has(op) && (device < 0 || devices.has(device));
  let left = most;
  for (const entry of mergedEntries(plan, segments, wants)) {
    if (left-- === 0) break;
    for (const { hops, fold } of wanting.get(entry.op) ?? []) {
      guarded(hops.kind, () => fold.step(entry));
    }
  }
  for (const { hops, fold } of folds) guarded(hops.kind, () => fold.end?.());
  return { book, isCut: left < 0 };
}

/** The words of things beside messages, and how ids of them are written. */
export const wordsOf = (kinds: readonly HopsKind[]): ReadonlyMap<string, string> =>
  new Map(kinds.flatMap(({ names = {} }) => Object.entries(names)));
