/**
 * M6: a persistent session outlives its connection. Who comes back finds it, with the subscriptions
 * and with what was queued meanwhile; after a restart of its own a device comes back clean and is
 * owed nothing of the kind.
 */
import type { Plan } from '#kernel';
import {
  type Connection,
  type DeviceLife,
  isDisturbed,
  isTargetDown,
  STREAM,
  type Timeline,
} from '#oracles';
import { defineChecker, type LaneContext } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import {
  deviceName,
  finding,
  inSeconds,
  messageEvents,
  messageName,
  ms,
} from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

/** Proofs of faults that end a connection for certain. */
const ENDING: readonly string[] = ['refused', 'closed', 'target-down', 'swallowed'];
/** A SUBSCRIBE is granted at the latest so long after the connection stands. */
const SUBSCRIBE_US = 2_000_000;

export default defineChecker({
  kind: 'session-kept',
  title: 'Persistent sessions are kept',
  refs: ['M6'],
  summary: 'A device that reconnects finds its session, and what was queued for it.',
  judges: 'always',
  broken: 'fail',
  params: {},
  applies: (plan) => plan.devices.some((_, device) => willReconnect(plan, device)),
  start: (context) => ({
    ops: [],
    end: () => {
      const book = new EvidenceBook();
      for (const device of context.devices) {
        if (isPersistent(context.plan, device)) judgeReturns(context, device, book);
      }
      judgeQueued(context, book);
      return book.close();
    },
  }),
  say: ({ decided, figures, findingCount }) =>
    findingCount === 0
      ? `${plural(figures.returns ?? 0, 'return')} to a session and ${plural(figures.queued ?? 0, 'queued command')}: all kept.`
      : `${plural(findingCount, 'promise')} of ${formatCount(decided)} about sessions broken.`,
});

function isPersistent(plan: Plan, device: number): boolean {
  return plan.entries[plan.devices[device]?.entry ?? -1]?.session === 'persistent';
}

/** Whether the plan makes this device come back to a session. */
function willReconnect(plan: Plan, device: number): boolean {
  const entry = plan.entries[plan.devices[device]?.entry ?? -1];
  if (entry?.session !== 'persistent') return false;
  if (entry.sleep !== null) return true;
  return plan.faults.some(
    ({ proof, devices }) => promisesReturn(plan, proof.kind) && devices.includes(device),
  );
}

/** The fault ends connections for certain, and the sessions are promised over it. */
const promisesReturn = (plan: Plan, proof: string): boolean =>
  ENDING.includes(proof) && (proof !== 'target-down' || plan.target.guarantees.durableSessions);

function judgeReturns(context: LaneContext, device: number, book: EvidenceBook): void {
  const { plan, timeline, connections } = context;
  const life = connections.of(device);
  life.connections.forEach((connection, index) => {
    const before = life.connections[index - 1];
    if (before === undefined || connection.afterRestart) return;
    if (!wasPromised(plan, timeline, device, life, index)) return;
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
  life: DeviceLife,
  index: number,
): boolean {
  const before = life.connections[index - 1];
  const now = life.connections[index];
  if (before === undefined || now === undefined) return false;
  const gone = { from: before.from, to: now.from };
  if (!plan.target.guarantees.durableSessions && isTargetDown(timeline, gone)) return false;
  if (before.present) return true;
  // A clean connection leaves no session behind; whether the first one after a restart was clean
  // is the device's affair.
  if (before.afterRestart) return false;
  return hasSubscribed(timeline, device, before);
}

/** Some brokers keep a session only once it holds a subscription. */
function hasSubscribed(timeline: Timeline, device: number, connection: Connection): boolean {
  const span = { from: connection.from, to: connection.from + SUBSCRIBE_US };
  if (connection.to < span.to) return false;
  return !isDisturbed(timeline, device, span) && !isTargetDown(timeline, span);
}

/** Commands that came while a persistent device was away. */
function judgeQueued(context: LaneContext, book: EvidenceBook): void {
  const { plan, delivery, connections } = context;
  delivery.each((message) => {
    if (message.stream !== STREAM.command || message.standing === 'none') return;
    if (!isPersistent(plan, message.device) || message.standing === 'not-owed') return;
    const life = connections.of(message.device);
    const away = !life.connections.some(
      (one) => one.from <= message.sentAt && one.to >= message.ackedAt,
    );
    if (!away) return;
    book.figure('queued');
    if (message.standing === 'undecided') {
      book.doubt();
      return;
    }
    if (message.fate === 'delivered') {
      book.kept();
      return;
    }
    book.broken(() =>
      finding(
        `${messageName(plan, message)}, queued at ${inSeconds(message.ackedAt)} while the device was away, never reached it`,
        [deviceName(plan, message.device)],
        message.ackedAt,
        messageEvents(plan, message),
      ),
    );
  });
}
