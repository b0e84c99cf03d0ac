/** One thing of a run, by whatever a person writes for its id; or why not, and what was meant. */
import type { Plan } from '#kernel';
import type { HopsKind } from '../hops.ts';
import { readTimeline } from '../judging/read-timeline.ts';
import { openable, type Segment } from '../judging/segments.ts';
import type { Trace } from '../result.ts';
import { gather, type TraceGround, wordsOf } from './gather.ts';
import { formsOf, idOf, MESSAGE, NoId, nearestIds, type Ref, readId } from './ids.ts';
import { livesOf, seek } from './seek.ts';
import { type Asked, traceAll } from './trace.ts';
import type { TraceBook } from './trace-book.ts';

export interface TraceRequest {
  plan: Plan;
  /** What the segments' headers should say; empty skips the comparison. */
  planSha256: string;
  segments: readonly Segment[];
  hops: readonly HopsKind[];
}

export interface OneTrace {
  trace: Trace;
  /** By which it is found again. */
  asked: Asked;
  /** What a reader should know of it, a sentence each. */
  notes: string[];
}

/** As much as one person reads of one thing. */
const BOUNDS = { things: 200, hops: 100 };
const NEAREST = 5;

export function groundOf({ plan, planSha256, segments, hops }: TraceRequest): TraceGround {
  const { segments: open, unreadable } = openable(segments);
  const timeline = readTimeline(plan, planSha256, open, unreadable);
  return { plan, timeline, segments: open, kinds: hops, troubles: new Map() };
}

/** Throws `NoId`. */
export function traceOne(request: TraceRequest, text: string): OneTrace {
  const { plan } = request;
  const words = wordsOf(request.hops);
  const ref = readId(plan, text, words);
  const ground = groundOf(request);
  const asked = ref.word === MESSAGE ? askedAs(plan, ref) : meant(ground, ref, words);
  const { traces, book, isCut } = traceAll(ground, [asked], BOUNDS);
  const [trace] = traces;
  if (trace === undefined) throw nothingOf(asked.id, book, words);
  return { trace, asked, notes: notesOf(ground, isCut) };
}

const askedAs = (plan: Plan, ref: Ref): Asked => ({
  ...{ id: idOf(plan, ref), device: ref.device, why: '' },
});

/** A thing has one id and may be meant by others. */
function meant(ground: TraceGround, ref: Ref, words: ReadonlyMap<string, string>): Asked {
  const { book } = gather(ground, livesOf(ground, ref));
  const found = seek(book, ref);
  if (found !== undefined) return { id: found.id, device: found.ref.device, why: '' };
  throw nothingOf(idOf(ground.plan, ref).replace(/^:/, ''), book, words);
}

function nothingOf(id: string, book: TraceBook, words: ReadonlyMap<string, string>): NoId {
  const ids = [...book.all()].map((thing) => thing.id);
  const near = nearestIds(id, ids, NEAREST);
  const hint =
    near.length > 0
      ? `near it: ${near.join(', ')}`
      : `ids are ${formsOf(words)}; without one, what is worth a look is listed`;
  return new NoId(`nothing is told of '${id}' in this run`, hint);
}

function notesOf({ timeline, troubles }: TraceGround, isCut: boolean): string[] {
  return [
    ...(timeline.isWhole ? [] : ['The ledger is not whole: hops may be missing.']),
    ...(isCut ? ['There was more in the ledger than is read for one thing.'] : []),
    ...[...troubles].map(([kind, why]) => `The hops '${kind}' cannot be told: ${why}.`),
  ];
}
