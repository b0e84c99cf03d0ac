/**
 * M7: a will is published exactly once if the connection ended without a goodbye, and never if it
 * ended with one. Each connection has a will of its own, numbered by the attempt it was armed with.
 * Where the device itself raced the target back (a take-over) only what the target promises is
 * judged, and where the target was killed nothing is.
 */
import {
  type EntryPlan,
  heldTo,
  isCarried,
  type LedgerEntry,
  mqtt5Of,
  type Plan,
  reachesDevices,
} from '#kernel';
import {
  type Connection,
  type FaultWindow,
  isDisturbed,
  isSilentEnd,
  isTargetDown,
  type Oracles,
  overlaps,
  type Span,
  type Timeline,
} from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, inSeconds, ms } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

/** Time for a will to come through once it is due. */
const SLACK_US = 5_000_000;
/**
 * One that came is late only beyond this: brokers look for silent clients in rounds of their own,
 * tried: a stock Mosquitto took up to 6 s longer than one and a half keep-alives.
 */
const LATE_US = 10_000_000;
/** The two ends of a connection may see it end so far apart. */
const APART_US = 2_000_000;
/**
 * A device breaks its silence after 0.8 of its keep-alive, and a target waits for one and a half:
 * if we stood still for this share of it in all, the target may have waited in vain.
 */
const MISSED_SHARE = 0.25;
/** Who reconnects sooner than this after the end races the target's own discovery of it. */
const RACE_US = 500_000;

type Lane = LaneContext & Pick<Oracles, 'connections' | 'delivery'>;

interface WillSighting {
  count: number;
  firstAt: number;
  lastAt: number;
}

type Ruling = { kind: 'kept' | 'unpromised' } | { kind: 'doubt' | 'broken'; text: string };

const doubt = (text: string): Ruling => ({ kind: 'doubt', text });

export default defineChecker({
  kind: 'will-honest',
  title: 'Wills are published when due, and only then',
  refs: ['M7'],
  summary: 'A will comes exactly once after an end without goodbye, never otherwise.',
  judges: 'always',
  broken: 'fail',
  params: {},
  asks: ['connections', 'delivery'],
  applies: (plan) =>
    plan.devices.some(
      ({ entry }, device) => plan.entries[entry]?.will === true && !isCarried(plan, device),
    ),
  start: (context) =>
    willFold({
      ...context,
      delivery: context.of('delivery'),
      connections: context.of('connections'),
    }),
  say: ({ decided, figures, findingCount }) =>
    findingCount === 0
      ? `${plural(figures.published ?? 0, 'will')} published over ${plural(decided, 'connection')}, each when due.`
      : `${plural(findingCount, 'will')} of ${formatCount(decided)} missing, doubled or out of place.`,
});

function willFold(context: Lane): LaneFold {
  const { plan, devices, connections, delivery } = context;
  const wills = new Map<string, WillSighting>();
  return {
    ops: ['observed'],
    step: (entry: LedgerEntry) => {
      if (entry.op !== 'observed' || delivery.news.kind !== 'will') return;
      const key = `${entry.device}/${entry.n}`;
      const known = wills.get(key);
      if (known === undefined) wills.set(key, { count: 1, firstAt: entry.t, lastAt: entry.t });
      else {
        known.count++;
        known.lastAt = entry.t;
      }
    },
    end: () => {
      const book = new EvidenceBook();
      for (const device of devices) {
        if (plan.entries[plan.devices[device]?.entry ?? -1]?.will !== true) continue;
        for (const connection of connections.of(device).connections) {
          const will = wills.get(`${device}/${connection.attempt}`);
          judge(context, device, connection, will, book);
        }
      }
      return book.close();
    },
  };
}

function judge(
  context: Lane,
  device: number,
  connection: Connection,
  will: WillSighting | undefined,
  book: EvidenceBook,
): void {
  const { plan, timeline } = context;
  const ruling = rule(context, device, connection, will);
  const judged = ruling.kind === 'kept' || ruling.kind === 'broken';
  if (will !== undefined && judged) book.figure('published');
  if (ruling.kind === 'kept') book.kept();
  else if (ruling.kind === 'doubt') book.doubt(ruling.text);
  else if (ruling.kind === 'broken') {
    const id = deviceName(plan, device);
    const ended = connection.to !== Number.POSITIVE_INFINITY;
    const at = ended ? connection.to : (will?.firstAt ?? timeline.end);
    const events = [
      { t: ms(connection.from), who: id, what: `connected, with will ${connection.attempt}` },
      ...(ended
        ? [{ t: ms(connection.to), who: id, what: `connection ended: ${connection.end}` }]
        : []),
      ...(will === undefined
        ? [{ t: ms(timeline.end), who: 'observer', what: 'never got the will' }]
        : [{ t: ms(will.firstAt), who: 'observer', what: `got the will (${will.count} in all)` }]),
    ];
    book.broken(() =>
      finding(
        `${id}: ${ruling.text}`,
        [id],
        at,
        events.sort((a, b) => a.t - b.t),
      ),
    );
  }
}

function rule(
  context: Lane,
  device: number,
  connection: Connection,
  will: WillSighting | undefined,
): Ruling {
  const { plan, timeline } = context;
  const lane = plan.devices[device]?.lane ?? -1;
  const until = connection.to === Number.POSITIVE_INFINITY ? timeline.end : connection.to;
  if (will !== undefined && will.count > 1) return ruleDoubled(context, will, lane);
  if (isTargetDown(timeline, { from: connection.from, to: until + SLACK_US })) {
    return { kind: 'unpromised' };
  }
  const graceful = connection.to === Number.POSITIVE_INFINITY || connection.planned;
  if (graceful) return ruleGraceful(context, device, connection, will);
  if (will === undefined) return ruleMissing(context, device, connection, lane);
  const early = will.firstAt < connection.to - APART_US;
  const hasty = ruleHasty(context, device, connection, will);
  if (!early && hasty !== null) return hasty;
  const disturbed = isDisturbed(timeline, device, { from: connection.from, to: connection.to });
  if (!early) return ruleLate(context, device, connection, will, lane);
  if (disturbed) return { kind: 'kept' };
  if (stoodStill(context, device, connection, will)) return doubt(STOOD_STILL);
  const text = `its will was published at ${inSeconds(will.firstAt)}, long before the connection ended`;
  return { kind: 'broken', text };
}

/**
 * More than once: unless the observer was given the same one again, or the target died between the
 * two.
 */
function ruleDoubled({ timeline }: Lane, will: WillSighting, lane: number): Ruling {
  const between: Span = { from: will.firstAt, to: will.lastAt + 1 };
  if (isTargetDown(timeline, between)) return { kind: 'unpromised' };
  // A kept session brings it before the observer has subscribed anew, which ends the gap.
  const again = timeline.gapsOf(lane).some((gap) => overlaps(gap, between));
  if (again) return doubt('the observer came back and may have been given it again');
  return { kind: 'broken', text: `its will was published ${will.count} times` };
}

/** The connection still stands, or the device said goodbye: no will may come. */
function ruleGraceful(
  context: Lane,
  device: number,
  connection: Connection,
  will: WillSighting | undefined,
): Ruling {
  const { timeline } = context;
  if (will === undefined) return { kind: 'kept' };
  const until = Math.min(connection.to, timeline.end) + APART_US;
  // A link that stalls may make the target give up on a device that never noticed, or swallow its
  // goodbye.
  if (isDisturbed(timeline, device, { from: connection.from, to: until })) {
    return { kind: 'unpromised' };
  }
  if (hadClosed(connection, will)) return { kind: 'unpromised' };
  if (stoodStill(context, device, connection, will)) return doubt(STOOD_STILL);
  const isAfter = connection.planned && will.firstAt >= connection.to;
  const how = isAfter ? 'after a goodbye' : 'while it was connected';
  return { kind: 'broken', text: `its will was published at ${inSeconds(will.firstAt)}, ${how}` };
}

/**
 * The target had closed the connection before the goodbye could reach it: the device was told so
 * when it had gone, or the will was out before it went.
 */
function hadClosed({ planned, to, isUnheard }: Connection, { firstAt }: WillSighting): boolean {
  return planned && (isUnheard || (firstAt < to && firstAt >= to - APART_US));
}

const STOOD_STILL = 'we stood still ourselves, and the target may have missed a sign of life';

/** Whether the target may rightly have given the device up, since we kept its signs of life. */
function stoodStill(
  { plan, timeline }: Lane,
  device: number,
  connection: Connection,
  { firstAt }: WillSighting,
): boolean {
  const entry = plan.entries[plan.devices[device]?.entry ?? -1];
  const keepAliveUs = entry === undefined ? 0 : keepAliveOf(connection, entry);
  const from = firstAt - keepAliveUs * heldTo(plan).keepAliveGrace - SLACK_US;
  const stoodUs = timeOf(timeline.stalls, { from, to: firstAt });
  return keepAliveUs > 0 && stoodUs >= keepAliveUs * MISSED_SHARE;
}

/** How much of a span they cover: when the machine stands still, each process of ours says so. */
function timeOf(spans: readonly Span[], { from, to }: Span): number {
  let covered = 0;
  let until = from;
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    const end = Math.min(span.to, to);
    covered += Math.max(0, end - Math.max(span.from, until));
    until = Math.max(until, end);
  }
  return covered;
}

/**
 * MQTT 5: it came before the delay that it was armed with was over, and the session lived on. The
 * target may have given the device up before that noticed.
 */
function ruleHasty(
  context: Lane,
  device: number,
  connection: Connection,
  will: WillSighting,
): Ruling | null {
  const entry = context.plan.entries[context.plan.devices[device]?.entry ?? -1];
  if (entry === undefined) return null;
  const delayUs = delayOf(context.plan, connection, entry);
  const keepAliveUs = keepAliveOf(connection, entry);
  const graceUs = keepAliveUs * heldTo(context.plan).keepAliveGrace + APART_US;
  if (delayUs === 0 || will.firstAt >= connection.to + delayUs - graceUs) return null;
  const next = context.connections.of(device).connections.find((one) => one.from > connection.to);
  // Who comes back clean ends the old session, and with it the delay.
  if (next !== undefined && next.from <= will.firstAt && !next.present) return null;
  const [at, delay] = [inSeconds(will.firstAt), inSeconds(delayUs)];
  const text = `its will was published at ${at}, before its delay of ${delay} was over`;
  return { kind: 'broken', text };
}

/** How long the target waits with a will, while the session lives; 0 for not at all. */
function delayOf(plan: Plan, { agreed }: Connection, entry: EntryPlan): number {
  const { willDelayS = 0, sessionExpiryS = Number.POSITIVE_INFINITY } = mqtt5Of(plan, entry) ?? {};
  const { sessionS = Number.POSITIVE_INFINITY } = agreed ?? {};
  return Math.min(willDelayS, sessionExpiryS, sessionS) * 1_000_000;
}

/** MQTT 5: the target may set another than was asked for. */
const keepAliveOf = ({ agreed }: Connection, { keepAliveS }: EntryPlan): number =>
  (agreed?.keepAliveS ?? keepAliveS) * 1_000_000;

/** It came; but in time? */
function ruleLate(
  context: Lane,
  device: number,
  connection: Connection,
  will: WillSighting,
  lane: number,
): Ruling {
  const { plan, timeline } = context;
  const entry = plan.entries[plan.devices[device]?.entry ?? -1];
  if (entry === undefined) return { kind: 'unpromised' };
  const due = dueOf(context, device, connection, entry);
  if (will.firstAt <= due + LATE_US) return { kind: 'kept' };
  const span: Span = { from: connection.to, to: will.firstAt };
  if (isTargetDown(timeline, span)) return { kind: 'unpromised' };
  const absences = [...timeline.gapsOf(lane), ...timeline.stalls];
  const wasAbsent = absences.some((absence) => overlaps(absence, span));
  if (wasAbsent) return doubt('it came late, and so may only have been seen late');
  const late = `its will came only at ${inSeconds(will.firstAt)}`;
  return { kind: 'broken', text: `${late}, and was due by ${inSeconds(due)}` };
}

/** The connection ended without a goodbye and no will was seen. */
function ruleMissing(context: Lane, device: number, connection: Connection, lane: number): Ruling {
  const { plan, timeline } = context;
  const entry = plan.entries[plan.devices[device]?.entry ?? -1];
  if (entry === undefined || entry.qos === 0) return { kind: 'unpromised' };
  const deadline = dueOf(context, device, connection, entry);
  if (deadline > timeline.end) return { kind: 'unpromised' };
  if (isTargetDown(timeline, { from: connection.from, to: deadline }))
    return { kind: 'unpromised' };
  const span: Span = { from: connection.to, to: deadline };
  if (takesLittle(timeline, span)) return { kind: 'unpromised' };
  const gaps = timeline.gapsOf(lane).filter((gap) => overlaps(gap, span));
  if (gaps.some((gap) => !gap.kept)) return doubt('the observer was away and its session was gone');
  return {
    kind: 'broken',
    text: `its connection ended at ${inSeconds(connection.to)} without a goodbye (${connection.end}) and its will was never published`,
  };
}

/** By a configuration that was pushed to it, the target may refuse a will like any payload. */
const takesLittle = ({ faults }: Timeline, span: Span): boolean =>
  faults.some(
    (fault) =>
      fault.injected && fault.plan.inside?.payloadBytes !== undefined && overlaps(fault, span),
  );

/** Until when a will must have come; Infinity where nothing is promised. */
function dueOf(
  { plan, timeline, connections, linkOf }: Lane,
  device: number,
  connection: Connection,
  entry: EntryPlan,
): number {
  const acting = actingOn(timeline, device, connection.to);
  const isCut = acting.length > 0 && acting.every((fault) => linkOf(fault.plan).cuts);
  const noticedAt = noticeOf(isCut, connection, entry, heldTo(plan).keepAliveGrace);
  // Nobody comes back through a link that refuses.
  const shut = acting.filter((fault) => linkOf(fault.plan).refuses);
  const shutUntil = Math.max(0, ...shut.map((fault) => fault.to));
  const backAt = Math.max(connection.nextAttemptAt, shutUntil);
  const delayUs = delayOf(plan, connection, entry);
  // In time it takes the will back, or, where it comes back clean, calls it.
  if (delayUs > 0 && backAt < noticedAt + delayUs + SLACK_US) return Number.POSITIVE_INFINITY;
  if (backAt >= noticedAt + RACE_US) return noticedAt + delayUs + SLACK_US;
  // A take-over closes the old connection; of its will a target declares what it promises.
  const next = connections.of(device).connections.find((one) => one.from >= connection.to);
  if (next === undefined) return Number.POSITIVE_INFINITY;
  const isClean = entry.session === 'clean' || next.afterRestart;
  const promised = { none: false, clean: isClean, all: true }[heldTo(plan).willOnTakeOver];
  return promised ? next.from + SLACK_US : Number.POSITIVE_INFINITY;
}

/** When the target must have noticed the end, were it left alone. */
function noticeOf(isCut: boolean, connection: Connection, entry: EntryPlan, grace: number): number {
  // Both sides of a link that is cut are closed at once; otherwise only silence tells.
  if (isCut && !isSilentEnd(connection.end)) return connection.to;
  const keepAliveUs = keepAliveOf(connection, entry);
  if (keepAliveUs === 0) return Number.POSITIVE_INFINITY;
  return connection.to + keepAliveUs * grace;
}

/** Faults on the device's link or power around an instant. */
function actingOn(timeline: Timeline, device: number, at: number): FaultWindow[] {
  const span = { from: at - RACE_US, to: at + RACE_US };
  return timeline
    .faultsOn(device)
    .filter((fault) => fault.injected && reachesDevices(fault.plan) && overlaps(fault, span));
}
