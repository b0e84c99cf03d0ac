/**
 * The chapters of one run: those that its plan has anything for, each with a book of its own. A
 * chapter decides nothing, so one that throws is left out and said among the biases; no verdict
 * hangs on it.
 */
import type { LedgerEntry, Plan } from '#kernel';
import type { AskOracle, OracleFailures, Timeline } from '#oracles';
import type { ChapterFold, ChapterKind } from '../chapter.ts';
import type { LaneContext } from '../checker.ts';
import type { Chapter } from '../result.ts';
import { Asker } from './asker.ts';
import { ChapterBook } from './chapter-book.ts';
import { soundChapter } from './sound-chapter.ts';
import { hasWorkOf } from './work-of.ts';

interface Open {
  chapter: ChapterKind;
  asker: Asker;
  book: ChapterBook;
}

export class ChapterRun {
  readonly #plan: Plan;
  readonly #open: readonly Open[];

  constructor(
    plan: Plan,
    timeline: Timeline,
    kinds: readonly ChapterKind[],
    failures: OracleFailures,
  ) {
    this.#plan = plan;
    this.#open = inTurn(kinds.filter((chapter) => hasWorkOf(chapter, plan))).map((chapter) => ({
      chapter,
      asker: new Asker(failures, chapter.asks),
      book: new ChapterBook(timeline),
    }));
  }

  lane(view: Omit<LaneContext, 'params'>): LaneChapters {
    return new LaneChapters(
      this.#open.map(({ chapter, asker, book }) => ({
        asker,
        fold: asker.guarded(() => chapter.start({ ...view, of: asker.asking(view.of) }, book)),
      })),
    );
  }

  /** When all lanes have ended: what they tell, and of whom there is nothing to tell and why. */
  close(of: AskOracle): { chapters: Chapter[]; troubles: string[] } {
    const chapters: Chapter[] = [];
    const troubles: string[] = [];
    for (const { chapter, asker, book } of this.#open) {
      const { kind: id, title } = chapter;
      const told = asker.guarded(() => {
        if (chapter.has?.(book) === false) return [];
        return [{ id, title, ...soundChapter(chapter.tell(book, this.#plan, asker.asking(of))) }];
      });
      if (told !== null) chapters.push(...told);
      else troubles.push(`The chapter '${id}' cannot be told: ${asker.error}.`);
    }
    return { chapters, troubles };
  }
}

/** As they are, but none before what led to it; two that want to be after each other stay so. */
export function inTurn<T extends Pick<ChapterKind, 'kind' | 'after'>>(kinds: readonly T[]): T[] {
  const waiting = [...kinds];
  const placed: T[] = [];
  while (waiting.length > 0) {
    const free = waiting.findIndex(
      ({ after = [] }) => !waiting.some(({ kind }) => after.includes(kind)),
    );
    placed.push(...waiting.splice(Math.max(0, free), 1));
  }
  return placed;
}

interface Folding {
  asker: Asker;
  fold: ChapterFold | null;
}

export class LaneChapters {
  readonly #folds: readonly Folding[];

  constructor(folds: readonly Folding[]) {
    this.#folds = folds;
  }

  step(entry: LedgerEntry): void {
    for (const { asker, fold } of this.#folds) {
      if (fold?.step === undefined || fold.ops?.includes(entry.op) === false) continue;
      asker.guarded(() => fold.step?.(entry));
    }
  }

  end(): void {
    for (const { asker, fold } of this.#folds) asker.guarded(() => fold?.end());
  }
}
