/**
 * Which things of a run are worth a look: those that its capabilities note while it is judged, and
 * those that findings are about. A few of them are traced at once, for the report.
 */
import type { Plan } from '#kernel';
import type { OracleFailures } from '#oracles';
import type { LaneContext } from '../checker.ts';
import type { HopsKind } from '../hops.ts';
import { Asker } from '../judging/asker.ts';
import { LaneChapters } from '../judging/chapter-run.ts';
import { ms } from '../judging/witness.ts';
import type { CheckerResult, TraceRow, Tracing } from '../result.ts';
import { checkerName } from '../wording.ts';
import { gather, type TraceGround } from './gather.ts';
import type { Ref } from './ids.ts';
import { livesOf, seek } from './seek.ts';
import { type Sight, Sights } from './sights.ts';
import { traceAll } from './trace.ts';

/** So many are told of in the report, and so much of each. */
const TRACED_MAX = 8;
const FINDINGS_MAX = 3;
const BOUNDS = { things: 10, hops: 14 };
/** So many stand in the list. */
const ROWS_MAX = 40;
/** What findings are about is looked for in so many lives. */
const LIVES_MAX = 400;

interface Open {
  hops: HopsKind;
  asker: Asker;
}

export class LookRun {
  readonly #plan: Plan;
  readonly #sights: Sights;
  readonly #open: readonly Open[];

  constructor(plan: Plan, kinds: readonly HopsKind[], failures: OracleFailures) {
    this.#plan = plan;
    this.#sights = new Sights(plan);
    this.#open = kinds.map((hops) => ({ hops, asker: new Asker(failures, hops.asks ?? []) }));
  }

  lane(view: Omit<LaneContext, 'params'>): LaneChapters {
    return new LaneChapters(
      this.#open.flatMap(({ hops, asker }) => {
        const { look } = hops;
        if (look === undefined) return [];
        const of = asker.asking(view.of);
        return [{ asker, fold: asker.guarded(() => look({ ...view, of }, this.#sights)) }];
      }),
    );
  }

  /** Whoever failed in judging tells nothing, and is told among the troubles. */
  close(ground: TraceGround, checkers: readonly CheckerResult[]): Tracing {
    for (const { hops, asker } of this.#open) {
      if (asker.error !== null) ground.troubles.set(hops.kind, asker.error);
    }
    const found = this.#findings(checkers, ground);
    const noted = this.#sights.sorts().map(([, sights]) => sights);
    const rows = [...found, ...inTurn(noted)];
    const traced = once([
      ...found.slice(0, FINDINGS_MAX),
      ...noted.flatMap((row) => row.slice(0, 1)),
    ]);
    const { traces } = traceAll(ground, traced.slice(0, TRACED_MAX), BOUNDS);
    return { worth: once(rows).slice(0, ROWS_MAX).map(rowOf), traces };
  }

  /** Of each checker the first that are about a thing of which something is told. */
  #findings(checkers: readonly CheckerResult[], ground: TraceGround): Sight[] {
    const found = checkers.flatMap((checker) =>
      checker.findings.flatMap((finding) => {
        const refs = this.#about(finding, ground.troubles);
        return refs.length === 0 ? [] : [{ checker, finding, refs }];
      }),
    );
    if (found.length === 0) return [];
    const lives = found.flatMap(({ refs }) => refs.flatMap((ref) => [...livesOf(ground, ref)]));
    const { book } = gather(ground, new Set([...new Set(lives)].slice(0, LIVES_MAX)));
    return checkers.flatMap((checker) =>
      found
        .filter((one) => one.checker === checker)
        .flatMap(({ finding: { at }, refs }) => {
          const thing = refs.map((ref) => seek(book, ref)).find((one) => one !== undefined);
          if (thing === undefined) return [];
          const { id, ref } = thing;
          const why = `finding of ${checkerName(checker)}`;
          return [{ id, device: ref.device, why, at: at * 1000, tookUs: null }];
        })
        .slice(0, 2),
    );
  }

  #about(finding: CheckerResult['findings'][number], troubles: Map<string, string>): Ref[] {
    for (const { hops, asker } of this.#open) {
      const refs = asker.guarded(() => hops.about?.(finding, this.#plan) ?? null);
      if (asker.error !== null) troubles.set(hops.kind, asker.error);
      if (refs !== null) return [refs].flat();
    }
    return [];
  }
}

const rowOf = ({ id, why, at, tookUs }: Sight): TraceRow => ({
  ...{ id, why, at: ms(at), took: tookUs === null ? null : ms(tookUs) },
});

/** The first of each sort, then the second of each. */
function inTurn<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, k) =>
    lists.flatMap((list) => list.slice(k, k + 1)),
  ).flat();
}

const once = (rows: readonly Sight[]): Sight[] =>
  rows.filter(({ id }, index) => rows.findIndex((row) => row.id === id) === index);
