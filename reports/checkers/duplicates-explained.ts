/**
 * M3: at QoS 1 a message may come more than once, but never without a cause: its publisher sent it
 * again, the target was restarted, a fault on its link says messages twice, or the subscriber came
 * back from a connection that ended before the acknowledgement of this very message could be
 * through. What a target says unasked goes by its bytes, and is said anew where it had said
 * something else meanwhile.
 */
import {
  carrierOf,
  FLAG,
  type LedgerEntry,
  type LedgerEntryOf,
  questionOf,
  reachesDevices,
  roundTripMs,
  streamOf,
} from '#kernel';
import { type Oracles, overlaps, type Span, slowedIn, slownessIn } from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { someMessageAt } from '../judging/planned.ts';
import { storedFold } from '../judging/stored-again.ts';
import { isTampered } from '../judging/tampered-with.ts';
import {
  deviceName,
  finding,
  inSeconds,
  messageEvents,
  messageName,
  ms,
  seerOf,
} from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

/** A subscriber acknowledges at once, and a healthy target has taken that in after so long. */
const ACK_UNDER_WAY_US = 5_000_000;

export default defineChecker({
  kind: 'duplicates-explained',
  title: 'Every duplicate has a cause',
  refs: ['M3'],
  summary: 'Extra deliveries at QoS 1 follow a resend, a reconnect or a restart.',
  judges: 'always',
  broken: 'fail',
  params: {},
  asks: ['connections', 'delivery'],
  applies: (plan) => someMessageAt(plan, (qos) => qos === 1),
  start: (context) =>
    duplicateFold({
      ...context,
      delivery: context.of('delivery'),
      connections: context.of('connections'),
    }),
  say: ({ decided, findingCount, figures }) =>
    findingCount === 0
      ? `${plural(figures.extra ?? 0, 'duplicate')} among ${formatCount(decided)} messages at QoS 1, each with a cause.`
      : `${plural(findingCount, 'duplicate')} of ${formatCount(figures.extra ?? 0)} without any cause.`,
});

type Lane = LaneContext & Pick<Oracles, 'connections' | 'delivery'>;
type Seen = LedgerEntryOf<'observed' | 'received'>;
type Arrival = Pick<LedgerEntry, 'op' | 'device' | 't'>;

function duplicateFold(context: Lane): LaneFold {
  const { timeline, plan, delivery } = context;
  const book = new EvidenceBook();
  /** A message that keeps coming back is one finding, not one for each return. */
  const told = new Set<string>();
  /** Of messages that came again. */
  const comings = new Map<string, Coming>();
  const isSaidAnew = unaskedWords(context);
  const extra = (entry: Seen, isAnew: boolean): void => {
    const message = delivery.find(entry.device, entry.stream, entry.n);
    if (message === null) return;
    book.figure('extra');
    const { seenCount } = delivery.news;
    const span = { from: message.sentAt, to: entry.t };
    const name = nameOf(entry);
    const coming = comings.get(name) ?? { ...FIRST, lastAt: delivery.news.firstAt };
    comings.set(name, coming);
    if (isAnew) coming.anew++;
    if (!coming.isBrought) cameAgain(context, coming, entry, message.sentAt);
    // What a fault says twice comes twice for each time.
    const each = isTampered(context, entry, span, 'repeats') ? 2 : 1;
    const asked = isAskedTwice(context, entry, span) ? 2 : 1;
    const causes = message.sentCount + coming.anew + coming.returns + coming.restarts;
    if (seenCount <= each * asked * causes) return;
    if (told.has(name)) return;
    told.add(name);
    if (timeline.stalls.some((stall) => overlaps(stall, span))) {
      book.doubt('a process of ours stood still meanwhile');
      return;
    }
    book.also(() => {
      const what = `got it again (delivery ${seenCount})`;
      return finding(
        `${messageName(plan, message)}, delivered again at ${inSeconds(entry.t)} without a cause`,
        [deviceName(plan, entry.device)],
        entry.t,
        [...messageEvents(plan, message), { t: ms(entry.t), who: seerOf(plan, entry), what }],
      );
    });
  };
  const stored = storedFold(context, book, EACH_SENDING);
  return {
    ops: ['observed', 'received', 'stored', BROUGHT],
    step: (entry) => {
      if (entry.op === 'stored') return stored(entry);
      if ((entry.op as string) === BROUGHT)
        return brought(context, comings, entry as unknown as Brought);
      if (entry.op !== 'observed' && entry.op !== 'received') return;
      const { kind } = delivery.news;
      if (kind !== 'first-seen' && kind !== 'extra' && kind !== 'passing-again') return;
      if (delivery.qosOf(entry.device, entry.stream) !== 1) return;
      const isAnew = isSaidAnew(entry);
      if (kind === 'first-seen') book.kept();
      else extra(entry, isAnew);
    },
    end: () => book.close(),
  };
}

/** It answers what a fault says twice on its way to the target. */
function isAskedTwice(context: Lane, { device, stream, n }: Seen, span: Span): boolean {
  const { from, schedule, answers } = streamOf(context.plan, stream) ?? {};
  const answered = questionOf(n) === null ? undefined : answers;
  const asked = schedule?.by === 'reply' ? schedule.to : answered;
  if (from !== 'target' || asked === undefined) return false;
  return isTampered(context, { op: 'observed', device, stream: asked }, span, 'repeats');
}

/**
 * Equal words that are said unasked have one number. Whoever says one again after another one says
 * it anew, and does not deliver it a second time: that would be marked as such, or follow at once.
 */
function unaskedWords({ plan }: Lane): (entry: Seen) => boolean {
  const last = new Map<string, number>();
  return ({ op, device, stream, n, flags }) => {
    const { from, answers } = streamOf(plan, stream) ?? {};
    const isUnasked = from === 'target' && answers !== undefined && questionOf(n) === null;
    if (op !== 'received' || !isUnasked) return false;
    const before = last.get(`${device}/${stream}`);
    last.set(`${device}/${stream}`, n);
    return before !== undefined && before !== n && (flags & FLAG.dup) === 0;
  };
}

function cameAgain(context: Lane, coming: Coming, arrival: Arrival, sentAt: number): void {
  if (cameBackWithout(context, arrival, coming.lastAt)) coming.returns++;
  coming.restarts = restartsSince(context, sentAt, arrival, coming.lastAt);
  coming.lastAt = arrival.t;
}

/** The subscriber has it, and keeps it until its child listens. */
function brought(context: Lane, comings: Map<string, Coming>, entry: Brought): void {
  const { t, child: device, stream, n } = entry;
  const name = nameOf({ op: 'received', device, stream, n });
  const coming = comings.get(name);
  if (coming === undefined) {
    comings.set(name, { ...FIRST, lastAt: t, isBrought: true });
    return;
  }
  const sentAt = context.delivery.find(device, stream, n)?.sentAt ?? coming.lastAt;
  cameAgain(context, coming, { op: 'received', device, t }, sentAt);
}

/** Where nobody sees it come in, each time that it was sent is all that explains one of them. */
const EACH_SENDING: Parameters<typeof storedFold>[2] = {
  judges: (qos) => qos === 1,
  most: ({ sentCount }) => sentCount,
};

/** Said by a gateway that keeps what comes down. */
const BROUGHT = 'gateway/brought';
type Brought = Record<'t' | 'child' | 'stream' | 'n', number>;

interface Coming {
  /** When it came to the subscriber last. */
  lastAt: number;
  /** So often that came back from a connection which may have cost the acknowledgement. */
  returns: number;
  restarts: number;
  /** So often it was said anew. */
  anew: number;
  /** A gateway tells when it came; its child gets it later, on their bus. */
  isBrought: boolean;
}

const FIRST: Omit<Coming, 'lastAt'> = { returns: 0, restarts: 0, anew: 0, isBrought: false };

const nameOf = ({ op, device, stream, n }: Pick<Seen, 'op' | 'device' | 'stream' | 'n'>): string =>
  `${op}/${device}/${stream}/${n}`;

/**
 * How often the target was restarted since it was sent. One whose sessions survive remembers what
 * was acknowledged to it, so only restarts that may have come before the acknowledgement count.
 */
function restartsSince(context: Lane, sentAt: number, entry: Arrival, gotAt: number): number {
  const { plan, timeline } = context;
  const downs = timeline.downs.filter((down) => overlaps(down, { from: sentAt, to: entry.t }));
  if (!plan.target.guarantees.durableSessions) return downs.length;
  return downs.filter(({ from }) => isUnderWay(context, entry, gotAt, from)).length;
}

/**
 * Whether the subscriber came back between two deliveries, and what it had got by the first of them
 * was not surely acknowledged when the connection ended.
 */
function cameBackWithout(context: Lane, entry: Arrival, gotAt: number): boolean {
  const { plan, timeline, connections } = context;
  const { device, t } = entry;
  if (entry.op === 'observed') {
    const lane = plan.devices[device]?.lane ?? -1;
    // A kept session delivers again before the observer subscribes anew, which ends the gap.
    const away = timeline.gapsOf(lane).find(({ from }) => from >= gotAt);
    return away !== undefined && away.from < t && isUnderWay(context, entry, gotAt, away.from);
  }
  const lives = connections.over(device).connections;
  const at = lives.findLastIndex(({ from }) => from <= gotAt);
  const [over, next] = [lives[at], lives[at + 1]];
  if (over === undefined || next === undefined) return false;
  return isUnderWay(context, entry, gotAt, over.to);
}

/** Whether the acknowledgement of what was got may still have been on its way then. */
function isUnderWay(context: Lane, entry: Arrival, gotAt: number, then: number) {
  // Observers are on no link of a device.
  const isObserver = entry.op === 'observed';
  const through = isObserver ? gotAt + ACK_UNDER_WAY_US : throughBy(context, entry.device, gotAt);
  return then <= keptBy(context, gotAt, through);
}

/**
 * When an acknowledgement was written down for certain that was with the target by then. One that
 * stands still or cannot commit does so when it is well again, and a slow disk takes its time.
 */
function keptBy({ plan, timeline }: Lane, gotAt: number, through: number): number {
  const held = timeline.faults
    .filter(({ injected, plan: { inside } }) => {
      return injected && (inside?.still === true || inside?.full === true);
    })
    .toSorted((a, b) => a.from - b.from);
  let until = through;
  for (const fault of held) {
    if (!overlaps(fault, { from: gotAt, to: until })) continue;
    until = Math.max(until, fault.to + ACK_UNDER_WAY_US);
  }
  return until + slowedIn(slownessIn(timeline, plan), { from: gotAt, to: until });
}

/**
 * When what a device acknowledged at `gotAt` was with the target for certain. A fault on its link
 * holds that up for as long as it acts, but only where it began before then.
 */
function throughBy({ plan, timeline, linkOf }: Lane, device: number, gotAt: number): number {
  const cohort = plan.devices[carrierOf(plan, device)]?.cohort ?? -1;
  const underWayUs = ACK_UNDER_WAY_US + roundTripMs(plan.cohorts[cohort]?.profile) * 1000;
  const faults = timeline
    .faultsOn(device)
    .filter(({ injected, plan: fault }) => injected && reachesDevices(fault))
    .toSorted((a, b) => a.from - b.from);
  let through = gotAt + underWayUs;
  for (const fault of faults) {
    if (!overlaps(fault, { from: gotAt, to: through })) continue;
    const healedAt = fault.to + linkOf(fault.plan).later.anyMs * 1000;
    through = Math.max(through, healedAt + underWayUs);
  }
  return through;
}
