/**
 * One lane on its way through the judge: each entry goes into the oracles first and then to the
 * judge's own books, to the witnesses of faults and to the checkers that want its kind. A checker
 * that throws is out of the run; its error becomes its verdict, and nobody else's.
 */
import { type Hooks, hookFlaw, type LedgerEntry, type Plan } from '#kernel';
import {
  LEDGER_TORN,
  type OracleFailures,
  type OracleKind,
  OracleRun,
  type Timeline,
} from '#oracles';
import type { Evidence, LaneFold } from '../checker.ts';
import type { LookRun } from '../tracing/look-run.ts';
import type { RunAccount } from './account.ts';
import type { Asker } from './asker.ts';
import type { ChapterRun, LaneChapters } from './chapter-run.ts';
import type { FaultBook } from './effects.ts';
import { noEvidence, undecidedFor } from './evidence.ts';
import type { FleetOracles } from './fleet-oracles.ts';
import type { CheckerInstance } from './instances.ts';
import { LaneBooks } from './lane-books.ts';
import type { LaneWatch } from './lane-watch.ts';
import { soundEvidence } from './sound-evidence.ts';

/** A checker that judges the run, and how it fares over all lanes. */
export interface Judging extends CheckerInstance {
  asker: Asker;
}

export interface LaneRequest {
  plan: Plan;
  timeline: Timeline;
  oracles: ReadonlyMap<string, OracleKind>;
  failures: OracleFailures;
  fleet: FleetOracles;
  account: RunAccount;
  /** In whose name the account asks. */
  bookkeeper: Asker;
  faults: FaultBook;
  chapters: ChapterRun;
  looks: LookRun;
  checkers: readonly Judging[];
}

interface Fold {
  asker: Asker;
  fold: LaneFold | null;
}

const FOLD_HOOKS: Hooks<Exclude<keyof LaneFold, 'ops'>> = { step: 'may', end: 'must' };

function sound(fold: LaneFold): LaneFold {
  const flaw = hookFlaw(fold, FOLD_HOOKS);
  if (flaw === null) return fold;
  throw new Error([flaw.message, flaw.remedy].filter((text) => text !== undefined).join('; '));
}

export class LaneRun {
  readonly #request: LaneRequest;
  readonly #lane: number;
  readonly #oracles: OracleRun;
  readonly #books: LaneBooks;
  readonly #watch: LaneWatch;
  readonly #chapters: LaneChapters;
  readonly #looks: LaneChapters;
  readonly #folds: readonly Fold[];
  /** The folds that want an op, by op; made when the op comes first. */
  readonly #wanted = new Map<string, readonly Fold[]>();

  constructor(request: LaneRequest, lane: number, devices: readonly number[]) {
    const { plan, timeline, faults, account, bookkeeper } = request;
    this.#request = request;
    this.#lane = lane;
    this.#oracles = new OracleRun({
      kinds: request.oracles,
      scope: 'lane',
      around: { plan, timeline, lane, devices },
      failures: request.failures,
      elsewhere: request.fleet.of,
    });
    const { of } = this.#oracles;
    this.#books = new LaneBooks(plan, account, bookkeeper, of);
    const view = { plan, lane, devices, timeline, of, linkOf: faults.linkOf };
    this.#watch = faults.watch(view);
    this.#chapters = request.chapters.lane(view);
    this.#looks = request.looks.lane(view);
    this.#folds = request.checkers.map(({ checker, params, asker }) => ({
      asker,
      fold: asker.guarded(() => sound(checker.start({ ...view, of: asker.asking(of), params }))),
    }));
    this.#oracles.begin();
  }

  step(written: LedgerEntry): void {
    const entry = this.#books.restored(written);
    this.#oracles.step(entry);
    this.#books.step(entry);
    this.#watch.step(entry);
    this.#chapters.step(entry);
    this.#looks.step(entry);
    for (const { asker, fold } of this.#wanting(entry.op)) {
      if (asker.error !== null) continue;
      try {
        fold?.step?.(entry);
      } catch (error) {
        asker.fail(error);
      }
    }
  }

  /** Evidence by checker. */
  end(): Evidence[] {
    this.#books.end();
    this.#watch.end();
    this.#chapters.end();
    this.#looks.end();
    return this.#folds.map(({ asker, fold }) => {
      const evidence =
        asker.guarded(() => (fold === null ? null : soundEvidence(fold.end()))) ?? noEvidence();
      return this.#isTold(asker) ? evidence : undecidedFor(LEDGER_TORN, evidence);
    });
  }

  /**
   * Whether what a checker found absent did not happen. Who asks an oracle of the fleet sees the
   * lanes of others too.
   */
  #isTold(asker: Asker): boolean {
    const { timeline, oracles } = this.#request;
    if (timeline.isWhole) return true;
    const seesFleet = asker.leansOn((kind) => oracles.get(kind)?.scope === 'fleet');
    return !seesFleet && !timeline.damagedLanes.has(this.#lane);
  }

  #wanting(op: LedgerEntry['op']): readonly Fold[] {
    let wanting = this.#wanted.get(op);
    if (wanting === undefined) {
      wanting = this.#folds.filter(
        ({ fold }) => fold?.step !== undefined && (fold.ops ?? [op]).includes(op),
      );
      this.#wanted.set(op, wanting);
    }
    return wanting;
  }
}
