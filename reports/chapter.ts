/**
 * A chapter of the report tells how one capability fared: what there was of it, how long it took,
 * what stood out. It folds over the lanes like a checker, and decides nothing. What it tells is
 * data, in a few forms that every reporter can show, so that a capability needs no page of its own.
 */
import {
  type DeclaredOp,
  type EntryPlan,
  type FaultPlan,
  type LedgerEntry,
  type OpName,
  type Plan,
  stamp,
} from '#kernel';
import type { AskOracle } from '#oracles';
import type { LaneContext } from './checker.ts';
import type { ChapterBook } from './judging/chapter-book.ts';
import type { Chapter } from './result.ts';

export interface ChapterFold {
  /** Which entries `step` wants to see; all of the lane's when left out. */
  ops?: readonly (OpName | DeclaredOp)[];
  step?(entry: LedgerEntry): void;
  /** The lane is complete: what is still to be noted of it. */
  end(): void;
}

/** What a chapter tells beside its name. */
export type ChapterText = Omit<Chapter, 'id' | 'title'>;

export interface ChapterKind {
  kind: string;
  title: string;
  summary: string;
  /** The oracles that it asks; it can ask no other. */
  asks: readonly string[];
  /** Other chapters that tell what led to this one: where a run has them, they come before it. */
  after?: readonly string[];
  /** It is about what this workflow does: a run without it has no such chapter. */
  workflow?: string;
  /** The same of what devices with this part do. */
  part?: string;
  /** The same of devices whose entry says this. */
  entry?: keyof EntryPlan;
  /** The same of faults that say this. */
  fault?: keyof FaultPlan;
  /** One lane; all lanes of a run write into the same book, in any order. */
  start(context: Omit<LaneContext, 'params'>, book: ChapterBook): ChapterFold;
  /** Whether the run had anything of it after all; it always has when left out. */
  has?(book: ChapterBook): boolean;
  /** When all lanes have ended; `of` asks an oracle of the whole fleet. */
  tell(book: ChapterBook, plan: Plan, of: AskOracle): ChapterText;
}

export const defineChapter = (chapter: ChapterKind): ChapterKind => stamp('chapter', chapter);
