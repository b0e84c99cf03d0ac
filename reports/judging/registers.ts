/**
 * What a retained topic may hold when somebody reads it. It is a register: the last value that is
 * known to have been written by then, or a later one of which nobody knows whether it was; never an
 * older one, never two.
 */
import { type Plan, STREAMS_MAX, type StreamPlan, streamOf } from '#kernel';
import { HAPPENED, isTargetDown, type Oracles, type Span } from '#oracles';
import type { LaneContext } from '../checker.ts';
import { inSeconds } from './witness.ts';

export interface Register {
  /** Largest n known to have been written; -1 for none. */
  definite: number;
  definiteAt: number;
  /** Later ones that may have been written. */
  possible: Set<number>;
}

/** One that a reader was given. */
export interface Value {
  n: number;
  hash: number;
  t: number;
}

/** Whose it is. */
export interface Place {
  device: number;
  stream: StreamPlan;
}

/** What is current of what the target itself sends, nobody of ours knows. */
export const isRegister = (stream: StreamPlan | undefined): boolean =>
  stream?.retained === true && stream.from !== 'target';

export const retainedIn = (plan: Plan): StreamPlan[] => plan.streams.filter(isRegister);

export const registerKey = ({ device, stream }: { device: number; stream: number }): number =>
  device * STREAMS_MAX + stream;

export const nothing = (): Register => ({ definite: -1, definiteAt: 0, possible: new Set() });

/**
 * As a reading finds them: what was written before `from` is there, what is written later may be,
 * and what is sent after `to` is not.
 */
export function registersFor(
  plan: Plan,
  delivery: Oracles['delivery'],
  { from, to }: Span,
): Map<number, Register> {
  const registers = new Map<number, Register>();
  delivery.each((message) => {
    if (!isRegister(streamOf(plan, message.stream)) || !(message.flags & HAPPENED.sent)) return;
    if (message.sentAt > to) return;
    const key = registerKey(message);
    const register = registers.get(key) ?? nothing();
    registers.set(key, register);
    const seen = (message.flags & HAPPENED.observed) !== 0 && message.seenAt < from;
    const acked = (message.flags & HAPPENED.acked) !== 0 && message.ackedAt < from;
    // One that was lost altogether is told by no-acked-loss; what the register holds then is not
    // told again.
    if (seen || (acked && message.qos > 0 && message.fate !== 'lost')) {
      register.definite = message.n;
      register.definiteAt = seen ? message.seenAt : message.ackedAt;
      register.possible.clear();
    } else register.possible.add(message.n);
  });
  return registers;
}

/** A target that was killed since and does not promise its retained values over that. */
export function isExcused(
  { plan, timeline }: LaneContext,
  register: Register | undefined,
  until: number,
): boolean {
  if (plan.target.guarantees.durableRetained) return false;
  return isTargetDown(timeline, { from: register?.definiteAt ?? 0, to: until });
}

/** What is wrong with what a reader was given; null for nothing. */
export function wrongOf(
  delivery: Oracles['delivery'],
  { device, stream: { code, noun } }: Place,
  register: Register,
  values: readonly Value[],
): string | null {
  const [value] = values;
  if (value === undefined) {
    if (register.definite < 0) return null;
    const written = `${noun} ${register.definite} was written at ${inSeconds(register.definiteAt)}`;
    return `${written} and nothing is retained`;
  }
  if (values.length > 1) return `${values.length} retained values at once`;
  if (value.n !== register.definite && !register.possible.has(value.n)) {
    return `${noun} ${value.n} is retained, the last one written was ${register.definite}`;
  }
  const isSent = delivery.wasSentAs(device, code, value.n, value.hash);
  if (isSent || wasAltered(delivery, device, code, value.n)) return null;
  return `${noun} ${value.n} is retained with bytes that were never sent`;
}

/** It was handed on with changed bytes before it was retained, which no-phantom tells. */
const wasAltered = (
  delivery: Oracles['delivery'],
  device: number,
  stream: number,
  n: number,
): boolean => ((delivery.find(device, stream, n)?.flags ?? 0) & HAPPENED.altered) !== 0;
