/**
 * What hops owe: they can be told of any run, they tell the same whatever segments the ledger lies
 * in and however often they are asked, and every id that they write is read again as the same
 * thing.
 */
import type { Catalog, Duty } from '#kernel';
import type { OracleKind } from '#oracles';
import type { HopsKind } from '../hops.ts';
import { judge } from '../judge.ts';
import { readTimeline } from '../judging/read-timeline.ts';
import type { Segment } from '../judging/segments.ts';
import { gather, wordsOf } from '../tracing/gather.ts';
import { idOf, readId } from '../tracing/ids.ts';
import { hopsOf } from '../tracing/trace.ts';
import { emptyLedger, LANES_APART, LANES_TOGETHER, smallLedger, smallPlan } from './small-run.ts';
import { kindsOf } from './watched.ts';

export const duties: readonly Duty<HopsKind>[] = [
  {
    says: 'can be told of a run that it has nothing of, and of an empty one',
    flaws: (hops, catalog) =>
      [smallLedger(smallPlan([]), LANES_APART), emptyLedger()].flatMap((segments) => [
        ...gathered(hops, segments).troubles.values(),
        ...judged(hops, catalog, segments),
      ]),
  },
  {
    says: 'tells the same again, and whatever segments the ledger lies in',
    flaws: (hops) => {
      const [first, again, together] = [LANES_APART, LANES_APART, LANES_TOGETHER].map((lanes) =>
        told(hops, smallLedger(smallPlan([]), lanes)),
      );
      return [
        ...(first === again ? [] : ['of the same ledger it tells otherwise the second time']),
        ...(first === together ? [] : ['of two segments it tells otherwise than of one']),
      ];
    },
  },
  {
    says: 'names things so that their ids can be read again',
    flaws: (hops) => {
      const plan = smallPlan([]);
      const { book } = gathered(hops, smallLedger(plan, LANES_APART));
      return [...book.all()].flatMap(({ id, ref }) => {
        const again = idOf(plan, readId(plan, id, wordsOf([hops])));
        return again === id ? [] : [`'${id}' is read as '${again}' (${JSON.stringify(ref)})`];
      });
    },
  },
  {
    says: 'names its words as an id begins',
    flaws: ({ names = {} }) =>
      Object.entries(names)
        .filter(([word, form]) => !new RegExp(`^${word}[:@][A-Z]`).test(form))
        .map(([word, form]) => `'${form}' is no form of an id that begins with '${word}'`),
  },
];

function gathered(hops: HopsKind, segments: readonly Segment[]) {
  const plan = smallPlan([]);
  const troubles = new Map<string, string>();
  const timeline = readTimeline(plan, '', segments, []);
  const devices = new Set(plan.devices.keys());
  const { book } = gather({ plan, timeline, segments, kinds: [hops], troubles }, devices);
  return { book, timeline, troubles };
}

function told(hops: HopsKind, segments: readonly Segment[]): string {
  const { book, timeline } = gathered(hops, segments);
  const things = [...book.all()].map((thing) => ({
    ...{ id: thing.id, title: thing.title, says: thing.says },
    ...{ causes: thing.causes, hops: hopsOf(book.plan, timeline, book, thing) },
  }));
  return JSON.stringify(things);
}

/** What it gets wrong where a run is judged. */
const judged = (hops: HopsKind, catalog: Catalog, segments: readonly Segment[]): string[] =>
  judge({
    plan: smallPlan([]),
    planSha256: '',
    segments,
    checkers: [],
    proofs: [],
    oracles: kindsOf<OracleKind>(catalog, 'oracle'),
    hops: [hops],
  }).biases.filter((bias) => bias.startsWith('The hops'));
