/**
 * Says in words which message is meant and what happened to it: the sentence of a finding, and the
 * few events that contradict the promise. Instants are in milliseconds here, as in the result.
 */
import { type Plan, streamOf } from '#kernel';
import { HAPPENED, type MessageView } from '#oracles';
import type { Finding, WitnessEvent } from '../result.ts';

/** Microseconds of the ledger in milliseconds of the result. */
export const ms = (us: number): number => Math.round(us) / 1000;

/** An instant for a sentence: `12.3 s`. */
export const inSeconds = (us: number): string => `${(us / 1_000_000).toFixed(1)} s`;

export const deviceName = (plan: Plan, device: number): string =>
  plan.devices[device]?.id ?? `device ${device}`;

/** "reading 214", "command 3". */
export const messageNoun = (plan: Plan, stream: number, n: number): string =>
  `${streamOf(plan, stream)?.noun ?? 'message'} ${n}`;

/** One that nobody can tell from the others of its stream. */
export const aMessage = (plan: Plan, stream: number): string =>
  `a message of stream ${streamOf(plan, stream)?.name ?? 'unknown'}`;

/** Whether it goes down to its device. */
export const goesDown = (plan: Plan, { stream }: { stream: number }): boolean =>
  streamOf(plan, stream)?.way === 'down';

/** Who sent it, in the word of its stream. */
export function senderOf(plan: Plan, { device, stream }: Addressed): string {
  const known = streamOf(plan, stream);
  if (known?.way !== 'down') return deviceName(plan, device);
  return known.from === 'target' ? 'target' : 'operator';
}

/** Who is there to say that it arrived. */
export const receiverOf = (plan: Plan, message: Addressed): string =>
  goesDown(plan, message) ? deviceName(plan, message.device) : 'observer';

/** Who saw it: an observer sees what goes down as well. */
export const seerOf = (plan: Plan, entry: Addressed & { op: string }): string =>
  entry.op === 'observed' ? 'observer' : receiverOf(plan, entry);

interface Addressed {
  device: number;
  stream: number;
}

export const messageName = (plan: Plan, message: MessageView): string =>
  `${deviceName(plan, message.device)}, ${messageNoun(plan, message.stream, message.n)}`;

/** What is known of a message, in order of time. */
export function messageEvents(plan: Plan, message: MessageView): WitnessEvent[] {
  const { flags } = message;
  const what = messageNoun(plan, message.stream, message.n);
  const sender = senderOf(plan, message);
  const events: WitnessEvent[] = [];
  if (flags & HAPPENED.sent) {
    const times = message.sentCount > 1 ? ` (${message.sentCount} times in all)` : '';
    events.push({ t: ms(message.sentAt), who: sender, what: `sent ${what}${times}` });
  }
  if (flags & HAPPENED.acked) {
    events.push({ t: ms(message.ackedAt), who: 'target', what: `acknowledged ${what}` });
  }
  if (flags & (HAPPENED.observed | HAPPENED.received)) {
    const who = receiverOf(plan, message);
    events.push({ t: ms(message.seenAt), who, what: `got ${what}` });
  }
  return events.sort((a, b) => a.t - b.t);
}

export const finding = (
  message: string,
  devices: string[],
  atUs: number,
  witness: WitnessEvent[],
): Finding => ({ message, devices, at: ms(atUs), witness });
