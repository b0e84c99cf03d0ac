/**
 * M6: a persistent session outlives its connection: who comes back finds it. After a restart of its
 * own a device comes back clean, and then nothing of the old session may reach it. That what was
 * queued meanwhile arrives is M6 as well, but a message that is missing is told once, by
 * no-acked-loss.
 */
import {
  carrierOf,
  heldTo,
  isCarried,
  mqtt5Of,
  type Plan,
  SUBSCRIPTION_REFUSED,
  streamOf,
} from '#kernel';
import {
  type Connection,
  HAPPENED,
  isDisturbed,
  isTargetDown,
  type MessageView,
  type Oracles,
  type Timeline,
} from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import {
  deviceName,
  finding,
  goesDown,
  inSeconds,
  messageEvents,
  messageNoun,
  ms,
} from '../judging/witness.ts';
import type { LinkOf, LinkProperties } from '../link.ts';
import { formatCount, plural } from '../wording.ts';

/**
 * Where the ledger does not tell: a SUBSCRIBE is granted at the latest so long after the connection
 * stands.
 */
const SUBSCRIBE_US = 2_000_000;
/** The two ends of a connection may see it end so far apart. */
const APART_S = 2;
/** So long after its acknowledgement a command may still be on its way inside the target. */
const UNDER_WAY_US = 5_000_000;

export default defineChecker({
  kind: 'session-kept',
  title: 'Persistent sessions are kept',
  refs: ['M6'],
  summary: 'A device that reconnects finds its session; a new session inherits nothing.',
  judges: 'always',
  broken: 'fail',
  params: {},
  asks: ['connections', 'delivery'],
  applies: (plan, _params, linkOf) => someReturn(plan, linkOf),
  start: (context) =>
    sessionFold({
      ...context,
      delivery: context.of('delivery'),
      connections: context.of('connections'),
    }),
  say: ({ decided, figures, findingCount }) =>
    findingCount === 0
      ? [
          `${plural(figures.returns ?? 0, 'return')} to a session, all found it;`,
          `${plural(figures['new sessions'] ?? 0, 'new session')} after one with commands, none inherited.`,
        ].join(' ')
      : `${plural(findingCount, 'promise')} of ${formatCount(decided)} about sessions broken.`,
});

type Lane = LaneContext & Pick<Oracles, 'connections' | 'delivery'>;

function sessionFold(context: Lane): LaneFold {
  return {
    ops: [],
    end: () => {
      const book = new EvidenceBook();
      for (const device of context.devices) {
        if (isPersistent(context.plan, device)) judgeReturns(context, device, book);
      }
      judgeInheritance(context, book);
      return book.close();
    },
  };
}

function isPersistent(plan: Plan, device: number): boolean {
  return plan.entries[plan.devices[device]?.entry ?? -1]?.session === 'persistent';
}

/**
 * Whether the plan makes any device come back to a session; a target of a fault is asked once.
 * Whom a fault that is tied to a state will meet no plan can tell.
 */
function someReturn(plan: Plan, linkOf: LinkOf): boolean {
  const mayReturn = (device: number): boolean =>
    isPersistent(plan, device) && !isCarried(plan, device);
  const sleeps = (device: number): boolean =>
    (plan.entries[plan.devices[device]?.entry ?? -1]?.sleep ?? null) !== null;
  return (
    plan.devices.some((_, device) => sleeps(device) && mayReturn(device)) ||
    plan.faults.some(
      (fault) =>
        fault.tie === undefined &&
        fault.devices.some(mayReturn) &&
        promisesReturn(plan, linkOf(fault)),
    )
  );
}

/** Connections end for certain, and sessions are promised over it. */
function promisesReturn(plan: Plan, { ends, forgets }: LinkProperties): boolean {
  if (forgets === 'target') return ends && plan.target.guarantees.durableSessions;
  return ends && forgets === 'nobody';
}

function judgeReturns(context: Lane, device: number, book: EvidenceBook): void {
  const { plan, timeline, connections } = context;
  const life = connections.of(device);
  life.connections.forEach((connection, index) => {
    const before = life.connections[index - 1];
    if (before === undefined || connection.afterRestart) return;
    if (!wasPromised(plan, timeline, device, before, connection)) return;
    book.figure('returns');
    if (connection.present) {
      book.kept();
      return;
    }
    const id = deviceName(plan, device);
    book.broken(() =>
      finding(
        `${id} came back at ${inSeconds(connection.from)} and its session was gone`,
        [id],
        connection.from,
        [
          { t: ms(before.from), who: id, what: 'connected with a persistent session' },
          { t: ms(before.to), who: id, what: `lost the connection (${before.end})` },
          { t: ms(connection.from), who: 'target', what: 'accepted it without a session' },
        ],
      ),
    );
  });
}

/**
 * The session existed for certain when the connection before ended, and nothing since could rightly
 * end it.
 */
function wasPromised(
  plan: Plan,
  timeline: Timeline,
  device: number,
  before: Connection,
  now: Connection,
): boolean {
  const gone = { from: before.from, to: now.from };
  if (mayHaveEnded(plan, device, before, now.from - before.to)) return false;
  if (!plan.target.guarantees.durableSessions && isTargetDown(timeline, gone)) return false;
  if (before.present) return true;
  // A clean connection leaves no session behind; whether the first one after a restart was clean
  // is the device's affair.
  if (before.afterRestart) return false;
  return hasSubscribed(timeline, device, before);
}

/**
 * MQTT 5: a session of a device that was away for so long may be over. The target may have noticed
 * its absence later than it did, or sooner by the time after which it gives a silent one up.
 */
function mayHaveEnded(plan: Plan, device: number, { agreed }: Connection, awayUs: number): boolean {
  const entry = plan.entries[plan.devices[device]?.entry ?? -1];
  if (entry === undefined) return false;
  const { sessionExpiryS = Number.POSITIVE_INFINITY } = mqtt5Of(plan, entry) ?? {};
  const keptS = Math.min(sessionExpiryS, agreed?.sessionS ?? Number.POSITIVE_INFINITY);
  const keepAliveS = agreed?.keepAliveS ?? entry.keepAliveS;
  const apartS = keepAliveS * heldTo(plan).keepAliveGrace + APART_S;
  return awayUs >= (keptS - apartS) * 1_000_000;
}

/** Some brokers keep a session only once it holds a subscription. */
function hasSubscribed(timeline: Timeline, device: number, connection: Connection): boolean {
  if (timeline.tellsGrants) {
    const { granted } = connection.grants.at(-1) ?? { granted: SUBSCRIPTION_REFUSED };
    return granted !== SUBSCRIPTION_REFUSED;
  }
  const span = { from: connection.from, to: connection.from + SUBSCRIBE_US };
  if (connection.to < span.to) return false;
  return !isDisturbed(timeline, device, span) && !isTargetDown(timeline, span);
}

/** What was accepted for a session that is gone went with it: a new one inherits nothing. */
function judgeInheritance(context: Lane, book: EvidenceBook): void {
  const { plan } = context;
  for (const [connection, inherited] of newSessions(context)) {
    book.figure('new sessions');
    const [first] = inherited;
    if (first === undefined) {
      book.kept();
      continue;
    }
    const id = deviceName(plan, first.device);
    const what = messageNoun(plan, first.stream, first.n);
    const noun = `more ${streamOf(plan, first.stream)?.noun ?? 'message'}`;
    const more = inherited.length > 1 ? ` and ${plural(inherited.length - 1, noun)}` : '';
    const accepted = { t: ms(connection.from), who: 'target', what: 'began a new session for it' };
    book.broken(() =>
      finding(
        `${id} came back at ${inSeconds(connection.from)} to a new session, and was given ${what}${more} of the old one`,
        [id],
        connection.from,
        [...messageEvents(plan, first), accepted].sort((a, b) => a.t - b.t),
      ),
    );
  }
}

/**
 * Connections that found no session although commands had been accepted while there was an earlier
 * one, each with those commands that it was given all the same. What was accepted shortly before,
 * or sent again, may be under way to the new session in its own right.
 */
function newSessions({ plan, timeline, delivery, connections }: Lane) {
  const found = new Map<Connection, MessageView[]>();
  delivery.each((message) => {
    const { flags, device, ackedAt, seenAt } = message;
    if (!goesDown(plan, message) || (flags & HAPPENED.acked) === 0) return;
    if (flags & (HAPPENED.resent | HAPPENED.sentAgain)) return;
    if (!isPersistent(plan, carrierOf(plan, device))) return;
    const life = connections.over(device);
    const next = life.connections.findIndex(({ from }) => from >= ackedAt);
    const now = life.connections[next];
    if (next <= 0 || now === undefined || now.present) return;
    if (now.from < ackedAt + UNDER_WAY_US) return;
    if (isTargetDown(timeline, { from: ackedAt, to: now.from })) return;
    const given = (flags & HAPPENED.received) !== 0;
    if (given && seenAt < now.from) return;
    const inherited = found.get(now) ?? [];
    if (given && seenAt < now.to) inherited.push({ ...message });
    found.set(now, inherited);
  });
  return found;
}
