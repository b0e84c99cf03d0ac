/**
 * Under pressure what may not be passed over goes first: what devices report and answer is
 * acknowledged, and what they are told is with them, within the declared time. It counts from the
 * first sending, since what has to be sent again was late already, and only while nothing kept the
 * device or the target from it: no fault acted on its way, and its device was there. What was never
 * through was late as soon as that time was over. Where a fault loses single packets, nothing is
 * sent again before the next connection. What goes to a child on a bus that holds things back is
 * through when its gateway has it.
 */
import { type Plan, pressureOf, type StreamPlan, streamOf } from '#kernel';
import {
  freeIn,
  HAPPENED,
  hasNoBus,
  hindrancesIn,
  isSlowing,
  LEDGER_TORN,
  type MessageView,
  type Oracles,
  overlaps,
  type Slowness,
  type Span,
  slowedIn,
  slownessIn,
  type Timeline,
} from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, messageEvents, messageName, ms } from '../judging/witness.ts';
import type { LinkOf } from '../link.ts';
import { formatCount, plural } from '../wording.ts';

type Connections = Oracles['connections'];

const HINDERED = 'it was hindered for as long as nobody knows of it';
const GIVEN_UP = 'its device gave it up, and nobody knows when';
const LOST_IN_TIME = 'its device lost it before it was late';
const ENDED = 'the run ended before it was late';
const ON_BUS = 'nobody tells when it had come to the gateway of its device';

/** A gateway has a message for a child of its own, and keeps it until that may have it. */
const BROUGHT = 'gateway/brought';
type Brought = Record<'t' | 'child' | 'stream' | 'n', number>;

export default defineChecker({
  kind: 'urgent-in-time',
  title: 'What is urgent is through in time',
  refs: ['H3'],
  summary: 'What may not be passed over is acknowledged, or with its device, in the declared time.',
  judges: 'always',
  workflow: 'pressure',
  broken: 'fail',
  params: {},
  asks: ['connections', 'delivery'],
  applies: (plan) => pressureOf(plan) !== null,
  start: (context) => fold(context),
  harmed: (_, { end }) => [{ from: 0, to: end }],
  say: ({ decided, findingCount }) =>
    findingCount === 0
      ? `All ${plural(decided, 'urgent message')} were through in time.`
      : `${formatCount(findingCount)} of ${plural(decided, 'urgent message')} were late.`,
});

/** What each message is judged by. */
interface Bench {
  plan: Plan;
  timeline: Timeline;
  linkOf: LinkOf;
  connections: Connections;
  /** By name, when the gateway of its device had it. */
  brought: Map<string, number>;
  /** When the target could do nothing, and when its disk was slow. */
  target: readonly Span[];
  slow: readonly Slowness[];
  urgentMs: number;
  /** When nobody waits for anything any more. */
  ended: number;
  book: EvidenceBook;
}

function fold({ plan, timeline, linkOf, of }: LaneContext): LaneFold {
  const delivery = of('delivery');
  const bench: Bench = {
    ...{ plan, timeline, linkOf, brought: new Map() },
    ...{ connections: of('connections'), target: hindrancesIn(timeline) },
    slow: slownessIn(timeline, plan),
    urgentMs: pressureOf(plan)?.urgentMs ?? Number.POSITIVE_INFINITY,
    ended: Math.min(timeline.end, timeline.phase('drain')?.to ?? timeline.end),
    book: new EvidenceBook(),
  };
  return {
    ops: [BROUGHT],
    step: (entry) => {
      const { t, child: device, stream, n } = entry as unknown as Brought;
      const name = nameOf({ device, stream, n });
      if (!bench.brought.has(name)) bench.brought.set(name, t);
    },
    end: () => {
      delivery.each((message) => judge(message, bench));
      return bench.book.close();
    },
  };
}

function judge(message: MessageView, bench: Bench): void {
  const stream = streamOf(bench.plan, message.stream);
  if (stream === undefined || !isJudged(message, stream)) return;
  const { sentAt } = message;
  const to = throughAt(message, stream, bench);
  if (to === null) return judgeNever(message, stream, bench);
  // Most are, whatever was in the way.
  if (ms(to - sentAt) <= bench.urgentMs) return bench.book.kept();
  const { tookMs, allowedMs } = waited(message, stream, to, bench, true);
  if (tookMs <= allowedMs) return bench.book.kept();
  if (isUntold(message, stream, bench)) return bench.book.doubt(ON_BUS);
  const whole = ms(to - sentAt);
  const own = tookMs === whole ? '' : `, and nothing hindered it for ${tookMs} ms of these`;
  late(message, `was through after ${whole} ms${own}; ${allowedMs} are allowed`, bench);
}

/** Null where it never was. */
function throughAt(message: MessageView, { way }: StreamPlan, { brought }: Bench): number | null {
  const { flags, seenAt, ackedAt } = message;
  if (way !== 'down') return flags & HAPPENED.acked ? ackedAt : null;
  const at = brought.get(nameOf(message)) ?? Number.POSITIVE_INFINITY;
  if (flags & HAPPENED.received) return Math.min(at, seenAt);
  return Number.isFinite(at) ? at : null;
}

/** On a bus it waits for its turn, and its gateway does not say that it has it. */
function isUntold(message: MessageView, { way }: StreamPlan, { plan, brought }: Bench): boolean {
  if (way !== 'down' || brought.has(nameOf(message))) return false;
  const { via, fallBack } = plan.devices[message.device] ?? {};
  return [via, fallBack].some((one) => typeof one === 'number' && !hasNoBus(plan, one));
}

const nameOf = ({ device, stream, n }: Pick<MessageView, 'device' | 'stream' | 'n'>): string =>
  `${device}/${stream}/${n}`;

/** It has not come through at all. */
function judgeNever(message: MessageView, stream: StreamPlan, bench: Bench): void {
  const { book, connections, ended, plan, timeline } = bench;
  const { device, flags, sentAt, standing, why } = message;
  if (timeline.damagedLanes.has(plan.devices[device]?.lane ?? -1)) return book.doubt(LEDGER_TORN);
  if (flags & HAPPENED.letGo) return book.notOwed('its gateway gave it up');
  // Acknowledged by a target that does not owe it to this device any more, or may not.
  if (standing === 'not-owed') return book.notOwed(why);
  if (standing === 'undecided') return book.doubt(why);
  const lost = flags & HAPPENED.abandoned ? lostAt(connections, message) : null;
  if (flags & HAPPENED.abandoned && lost === null) return book.doubt(GIVEN_UP);
  const to = lost ?? Math.max(ended, sentAt);
  const { tookMs, allowedMs } = waited(message, stream, to, bench, false);
  if (tookMs > allowedMs && isUntold(message, stream, bench)) return book.doubt(ON_BUS);
  if (tookMs > allowedMs) {
    const until = lost === null ? 'to the end' : 'until its device lost it';
    const what = `was never through, and waited ${tookMs} ms ${until}; ${allowedMs} are allowed`;
    return late(message, what, bench);
  }
  if (lost !== null) return book.notOwed(LOST_IN_TIME);
  // What is sent in the last moments is not owed any more.
  if (ms(ended - sentAt) <= allowedMs) return book.notOwed(ENDED);
  book.doubt(HINDERED);
}

function waited(
  message: MessageView,
  stream: StreamPlan,
  to: number,
  bench: Bench,
  isThrough: boolean,
) {
  const span = { from: message.sentAt, to };
  const hindrances = [
    ...inTheWay(message.device, stream, bench),
    ...lostIn(span, message.device, stream, bench, isThrough),
  ];
  const tookMs = ms(freeIn(span, hindrances));
  // At QoS 2 it goes to and fro twice.
  const trips = message.qos === 2 ? 2 : 1;
  return { tookMs, allowedMs: bench.urgentMs + trips * ms(slowedIn(bench.slow, span)) };
}

function late(message: MessageView, what: string, { book, plan }: Bench): void {
  const { device, sentAt } = message;
  book.broken(() => {
    const sentence = `${messageName(plan, message)} ${what}`;
    return finding(sentence, [deviceName(plan, device)], sentAt, messageEvents(plan, message));
  });
}

function isJudged({ flags, qos }: MessageView, { from, mayShed, schedule }: StreamPlan): boolean {
  if (mayShed === true || qos === 0 || (flags & HAPPENED.sent) === 0) return false;
  // What the target publishes of its own nobody saw leaving.
  return from !== 'target' && schedule.by !== 'attempt';
}

/** When a message had no way, or a fault acted on it. */
function inTheWay(
  device: number,
  { way }: StreamPlan,
  { timeline, connections, target }: Bench,
): Span[] {
  const faults = timeline.faultsOn(device).filter(({ injected, plan: fault }) => {
    // Who is there stays, and who is not has no connection. Of operators nobody tells that.
    const isElsewhere = fault.inside?.shut === true && way === 'up';
    return injected && !isSlowing(fault) && !isElsewhere;
  });
  const { connections: stands } = connections.over(device);
  const away = [...stands, null].map((one, index) => ({
    from: stands[index - 1]?.to ?? 0,
    to: one?.from ?? Number.POSITIVE_INFINITY,
  }));
  const { absences = [] } = connections.of(device);
  return [...target, ...faults, ...away, ...absences];
}

/**
 * A fault may have lost it, or what answers it: it was not sent again before its connection was
 * over. What was through over that very connection was not lost.
 */
function lostIn(
  span: Span,
  device: number,
  { way }: StreamPlan,
  { timeline, linkOf, connections }: Bench,
  isThrough: boolean,
): Span[] {
  const around = { from: span.from - 1, to: span.to + 1 };
  return timeline.faultsOn(device).flatMap((fault) => {
    if (!fault.injected || !linkOf(fault.plan).messages[way].loses) return [];
    const hit = { from: Math.max(fault.from, around.from), to: Math.min(fault.to, around.to) };
    // What was over before it was sent, or began when it was through, lost nothing of it.
    if (hit.to <= hit.from) return [];
    return connections
      .over(device)
      .connections.filter((one) => overlaps(one, hit) && (!isThrough || one.to <= span.to))
      .map(({ to }) => ({ from: hit.from, to }));
  });
}

/** When its device lost what it had not been answered to; null where nothing tells. */
function lostAt(connections: Connections, { device, sentAt }: MessageView): number | null {
  const offs = [connections.of(device), connections.over(device)].flatMap((life) => life.offs);
  const times = offs.map(({ t }) => t).filter((t) => t >= sentAt);
  return times.length === 0 ? null : Math.min(...times);
}
