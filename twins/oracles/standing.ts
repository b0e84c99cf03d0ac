/**
 * What an acknowledged message that is absent at the end amounts to. Owed: the target promised it,
 * so it is lost. Not owed: the target never promised it (it was killed and promises nothing over
 * that; the session had ended). Not decided: we were not in a position to see it. Only the first is
 * a violation, and only the last leaves a doubt.
 */
import {
  carrierOf,
  expiryOf,
  type FaultPlan,
  heldTo,
  type Plan,
  reachesDevices,
  streamOf,
} from '#kernel';
import type { Connection, ConnectionOracle, DeviceLife } from './connections.ts';
import { mayBeInTheAir } from './in-the-air.ts';
import { HAPPENED } from './message-table.ts';
import type { MessageView, StandingKind } from './message-view.ts';
import { subscriptionAt } from './subscription.ts';
import {
  isDisturbed,
  isTargetDown,
  LEDGER_TORN,
  overlaps,
  type Span,
  type Timeline,
} from './timeline.ts';

export interface Standing {
  kind: StandingKind;
  why: string;
}

interface Around {
  plan: Plan;
  timeline: Timeline;
  connections: ConnectionOracle;
}

const SECOND_US = 1_000_000;
/** How long a healthy target may take from its acknowledgement to every subscriber. */
const FORWARD_GRACE_US = 5_000_000;
/** And at the end of a run, when nothing new is published any more, where the drain is shorter. */
const END_GRACE_US = 2_000_000;
/**
 * Where the ledger does not tell: a SUBSCRIBE is granted at the latest so long after the connection
 * stands.
 */
const SUBSCRIBE_GRACE_US = 2_000_000;
/** After a heal, what was held back comes in a burst for so long. */
const BURST_US = 15_000_000;

const LET_GO = 'its gateway let it go before the child listened';
const BEYOND = 'sent beyond a limit that the target declares';

const EXPIRED = 'it may have expired first';

const MAY_STILL_COME = 'the run ended while it might still be delivered again';

const owed: Standing = { kind: 'owed', why: '' };
const notOwed = (why: string): Standing => ({ kind: 'not-owed', why });
const undecided = (why: string): Standing => ({ kind: 'undecided', why });

/** For a message that was acknowledged at QoS 1 or 2 and has not arrived. */
export function standingOf(message: MessageView, around: Around): Standing {
  const { plan, timeline } = around;
  const lane = plan.devices[message.device]?.lane ?? -1;
  if (timeline.damagedLanes.has(lane)) return undecided(LEDGER_TORN);
  if (message.flags & HAPPENED.beyond) return notOwed(BEYOND);
  switch (streamOf(plan, message.stream)?.arrives) {
    case 'device':
      return deviceStanding(message, around);
    case 'store':
      return storeStanding(message, around, lane);
    default:
      return sightStanding(message, around, lane);
  }
}

function storeStanding(message: MessageView, around: Around, lane: number): Standing {
  const { plan, timeline } = around;
  const { guarantees } = plan.target;
  const reads = timeline.readsOf(lane);
  if (reads.parts.get('store') !== true)
    return undecided('the final read of the store is not complete');
  if (message.ackedAt >= reads.beganAt) return undecided('acknowledged after the final read began');
  const span = { from: message.sentAt, to: message.ackedAt + FORWARD_GRACE_US };
  const killed = timeline.downs.some((down) =>
    guarantees.durableTelemetry
      ? guarantees.acknowledgesEarly && down.from >= span.from && down.from < span.to
      : down.from >= span.from,
  );
  if (killed) return notOwed('the target was killed and does not promise its store');
  const isTaken = !guarantees.durableTelemetry && awayIn(timeline, span).length > 0;
  return isTaken ? notOwed('a piece of the platform was away, which promises no store') : owed;
}

/** Whether a piece of its platform was away, or what it had in hand may have gone with it. */
const awayIn = (timeline: Timeline, span: Span): FaultPlan[] =>
  timeline.faults
    .filter((fault) => fault.injected && fault.plan.acts === 'behind' && overlaps(fault, span))
    .map(({ plan }) => plan);

function sightStanding(message: MessageView, around: Around, lane: number): Standing {
  const { plan, timeline } = around;
  const { guarantees } = plan.target;
  const span = { from: message.sentAt, to: arrivalDue(message, timeline) };
  if (plan.observers.qos === 0) return notOwed('observers subscribe at QoS 0');
  const killed = timeline.downs.some((down) => down.from >= span.from && down.from <= span.to);
  if (killed && (!guarantees.durableSessions || guarantees.acknowledgesEarly)) {
    return notOwed('the target was killed and does not promise its queues');
  }
  const isCut = awayIn(timeline, span).some(reachesDevices);
  if (isCut && (!guarantees.durableSessions || guarantees.acknowledgesEarly)) {
    return notOwed('a piece of the platform was away, which promises no queues');
  }
  for (const gap of timeline.gapsOf(lane)) {
    if (!overlaps(gap, span)) continue;
    const backlogDue = gap.to + Math.max(FORWARD_GRACE_US, redeliveryUs(plan));
    if (mayHaveExpired(plan, message, backlogDue)) return notOwed(EXPIRED);
    if (!gap.kept) return undecided('the observer was away and its session was gone');
    if (!plan.observers.backlogSafe)
      return undecided('the observer was away for too many messages');
    if (timeline.end < gap.to + redeliveryUs(plan)) return undecided(MAY_STILL_COME);
  }
  if (!plan.observers.backlogSafe && isBurst(timeline, span)) {
    return undecided("the burst may exceed the target's declared queue limit");
  }
  return owed;
}

/**
 * By when it should have arrived. The drain is the time that the run gives to what is under way, so
 * at its end a message is absent; without this, whatever is lost in the last seconds would be
 * excused.
 */
function arrivalDue({ ackedAt }: MessageView, timeline: Timeline): number {
  const drained = timeline.phase('drain')?.to ?? Number.POSITIVE_INFINITY;
  return Math.min(ackedAt + FORWARD_GRACE_US, Math.max(drained, ackedAt + END_GRACE_US));
}

/** For so long after a return, what had been under way when the connection broke may come again. */
const redeliveryUs = (plan: Plan): number => heldTo(plan).redeliversWithinMs * 1000;

/** It has an expiry that was over by then; in whole seconds one may be over a second early. */
function mayHaveExpired(
  plan: Plan,
  { device, stream, sentAt }: Pick<MessageView, 'device' | 'stream' | 'sentAt'>,
  byUs: number,
): boolean {
  const expiryS = expiryOf(plan, device, stream);
  return expiryS !== null && byUs >= sentAt + (expiryS - 1) * SECOND_US;
}

/** A window in which more may have come at once than the target promises to queue. */
export function isBurst(timeline: Timeline, span: Span): boolean {
  const windows = [...timeline.faults.filter((fault) => fault.injected), ...timeline.stalls];
  return windows.some((window) => overlaps({ from: window.from, to: window.to + BURST_US }, span));
}

/** A message down is owed to a device that had subscribed to it. */
function deviceStanding(message: MessageView, around: Around): Standing {
  if (message.flags & HAPPENED.letGo) return notOwed(LET_GO);
  const life = around.connections.over(message.device);
  if (life !== around.connections.of(message.device) && !wasUp(message, around)) {
    return undecided('it was off or asleep when its carrier got it');
  }
  if (mayBeInTheAir(message, around)) return undecided(IN_THE_AIR);
  const subscription = subscriptionAt(around.timeline, life, message.sentAt);
  switch (subscription.kind) {
    case 'refused':
      return notOwed("the target refused the device's subscription");
    case 'none':
      return notOwed(NOT_SUBSCRIBED);
    case 'unknown':
      return undecided(SUBSCRIBED_UNKNOWN);
    case 'granted':
      if (subscription.qos === 0) return notOwed('the target granted the device only QoS 0');
      return subscriberStanding(message, life, message.sentAt, around);
    case 'untold':
      return subscriberStanding(message, life, message.sentAt - SUBSCRIBE_GRACE_US, around);
  }
}

/** Of one that is carried: nothing waits for it in a session of its own. */
function wasUp(message: MessageView, { connections, timeline }: Around): boolean {
  const { absences, boots, offs } = connections.of(message.device);
  const boot = boots.findLast(({ t }) => t <= message.sentAt);
  const span = { from: message.sentAt, to: arrivalDue(message, timeline) };
  if (absences?.some((absence) => overlaps(absence, span)) === true) return false;
  return boot !== undefined && !offs.some(({ t }) => t >= boot.t && t <= span.to);
}

const IN_THE_AIR = 'the run ended while its radio might still bring it';

const NOT_SUBSCRIBED = 'the device had not subscribed yet';
const SUBSCRIBED_UNKNOWN = 'whether the device had subscribed is not known';

/**
 * It is owed if the session lived from before the message was sent until the device had time to
 * take it. `since`: whose connection stood by then had subscribed when the message was sent.
 */
function subscriberStanding(
  message: MessageView,
  life: DeviceLife,
  since: number,
  around: Around,
): Standing {
  const { plan, timeline } = around;
  const { device, sentAt, ackedAt } = message;
  const entry = plan.entries[plan.devices[carrierOf(plan, device)]?.entry ?? -1];
  const { acknowledgesEarly, durableSessions } = plan.target.guarantees;
  const span = { from: since, to: arrivalDue(message, timeline) };
  const stood = stoodThrough(life, span);
  const calm = !isDisturbed(timeline, device, span) && !isTargetDown(timeline, span);
  // What was due before a kill is not excused by it.
  if (stood && calm && ackedAt <= timeline.samplingEnd) return owed;
  const killed = timeline.downs.some((down) => down.to > sentAt);
  if (killed && (!durableSessions || acknowledgesEarly)) {
    return notOwed('the target was killed and does not promise its sessions');
  }
  if (stood) {
    if (!calm && mayHaveExpired(plan, message, span.to)) return notOwed(EXPIRED);
    if (timeline.samplingEnd < ackedAt) return undecided('sent at the end');
    if (!isDisturbed(timeline, device, span)) return owed;
    if (entry?.session !== 'persistent') return undecided('its link was disturbed');
  }
  if (entry?.session !== 'persistent') return notOwed('the device was away and its session clean');
  return persistentStanding(message, life, since, around);
}

function persistentStanding(
  message: MessageView,
  life: DeviceLife,
  since: number,
  { plan, timeline }: Around,
): Standing {
  const { device, ackedAt } = message;
  const before = life.connections.findLast((one) => one.from < since);
  if (before === undefined) return notOwed(NOT_SUBSCRIBED);
  if (!timeline.tellsGrants && !before.present) {
    const subscribing = { from: before.from, to: before.from + SUBSCRIBE_GRACE_US };
    const isDoubtful = isDisturbed(timeline, device, subscribing) || before.to < subscribing.to;
    if (isDoubtful) return undecided(SUBSCRIBED_UNKNOWN);
  }
  const dueOver = (one: Connection): number => {
    const from = Math.max(one.from, ackedAt);
    const again = from + redeliveryUs(plan);
    return Math.max(again, arrivalDue({ ...message, ackedAt: from }, timeline));
  };
  const takes = (one: Connection): boolean => {
    const from = Math.max(one.from, ackedAt);
    const until = Math.min(one.to, timeline.end);
    return until >= dueOver(one) && !isDisturbed(timeline, device, { from, to: until });
  };
  const lives = life.connections.slice(life.connections.indexOf(before));
  const taken = lives.findIndex(takes);
  // A session that ended later than that is no excuse.
  const until = taken < 0 ? lives : lives.slice(0, taken + 1);
  // Whoever restarted came back clean, and a clean session ends with its connection. The next may
  // find one all the same: an attempt in between, of whose answer the device never heard, began it.
  const isOver = until.slice(0, -1).some((one) => one.afterRestart && !one.present);
  if (isOver || until.slice(1).some((one) => !one.present)) {
    return notOwed('the session ended before it was taken');
  }
  // It grows old until it is due to a device that is back; where none came, to the end.
  const back = lives[taken] ?? lives[1];
  const dueBy = back === undefined ? timeline.end : dueOver(back);
  if (mayHaveExpired(plan, message, dueBy)) return notOwed(EXPIRED);
  return taken < 0 ? undecided('the device was not there long enough to take it') : owed;
}

/**
 * One connection stood through the whole span. In virtual time a message may be sent in the very
 * instant of a connection, and then have come before it.
 */
const stoodThrough = (life: DeviceLife, span: Span): boolean =>
  life.connections.some((one) => one.from < span.from && one.to >= span.to);
