/**
 * Whether the target treats a QoS 2 message as one. On its way in that shows by the answer: a
 * client of ours that gets a PUBACK for it gives the message up, or hangs up, and says why. On its
 * way out it shows by the QoS at which it comes over a subscription that was granted at QoS 2.
 */
import { breachOf, FLAG, type LedgerEntryOf, PUBACK_FOR_QOS_2, streamOf } from '#kernel';
import { subscriptionAt } from '#oracles';
import type { LaneContext } from '../checker.ts';
import type { Finding } from '../result.ts';
import { deviceName, finding, inSeconds, messageNoun, ms } from './witness.ts';

const WRONG_ANSWER = breachOf(PUBACK_FOR_QOS_2);
/** The low bits of `flags`. */
const QOS_BITS = 3;

/** An operator gives the one message up, a device its connection. */
export function wrongAnswer(
  plan: LaneContext['plan'],
  entry: LedgerEntryOf<'abandoned' | 'offline'>,
): Finding | null {
  if (entry.why !== WRONG_ANSWER) return null;
  const { device, t } = entry;
  const id = deviceName(plan, device);
  const what = entry.op === 'offline' ? 'a message' : messageNoun(plan, entry.stream, entry.n);
  const text = `${id}, ${what} at QoS 2 was answered by PUBACK, as if at QoS 1, at ${inSeconds(t)}`;
  const event = { t: ms(t), who: 'target', what: `answered ${what} by PUBACK` };
  return finding(text, [id], t, [event]);
}

/** Of what the target sends of its own nobody knows the QoS. */
export function lowered(
  { plan, timeline, of }: LaneContext,
  { device, stream, n, flags, t }: LedgerEntryOf<'received'>,
): Finding | null {
  const qos = flags & QOS_BITS;
  if (qos === 2 || flags & FLAG.retain || streamOf(plan, stream)?.from === 'target') return null;
  if (of('delivery').qosOf(device, stream) !== 2) return null;
  const subscription = subscriptionAt(timeline, of('connections').over(device), t);
  if (subscription.kind !== 'granted' || subscription.qos < 2) return null;
  const id = deviceName(plan, device);
  const noun = messageNoun(plan, stream, n);
  const text = `${id}, ${noun}, sent at QoS 2, came at QoS ${qos} at ${inSeconds(t)}`;
  return finding(text, [id], t, [{ t: ms(t), who: id, what: `got ${noun} at QoS ${qos}` }]);
}
