/**
 * The target takes almost nothing by a wrong configuration: MQTT 3.1.1 has no other way to refuse a
 * message than to end the connection of whoever sent it.
 */
import { isPlannedEnd } from '#oracles';
import { innerWindow, isWithin } from '../judging/probe-sightings.ts';
import {
  type Answer,
  defineProof,
  no,
  unseen,
  type Witness,
  type WitnessContext,
  yes,
} from '../proof.ts';
import { formatCount, plural } from '../wording.ts';

/** Of those that sent something, so many must have been thrown out. */
const SHARE = 0.95;

export default defineProof({
  kind: 'thrown-out',
  summary: 'devices lose their connection when they say something while it acts',
  // When a connection ends hangs on what is said over it.
  link: () => ({ carries: { up: false, down: false } }),
  witness: (context) => ends(context),
  read: ({ counted }): Answer[] => {
    const [spoke, out] = [counted('spoke'), counted('out')];
    if (spoke === 0) return [unseen('no device said anything while it acted')];
    const text = `${formatCount(out)} of ${plural(spoke, 'device')} that spoke lost the connection`;
    return [out >= spoke * SHARE ? yes(text) : no(text)];
  },
});

function ends({ fault, isExplained }: WitnessContext): Witness {
  const inner = innerWindow(fault);
  const [spoke, out] = [new Set<number>(), new Set<number>()];
  return {
    ops: ['sent', 'offline'],
    step: (entry) => {
      if (entry.op === 'sent' && isWithin(entry.t, inner)) spoke.add(entry.device);
      if (entry.op !== 'offline' || entry.t < inner.from || entry.t > fault.to) return;
      if (!isPlannedEnd(entry.why) && !isExplained(entry.device, entry.t)) out.add(entry.device);
    },
    end: () => ({ spoke: spoke.size, out: [...spoke].filter((one) => out.has(one)).length }),
  };
}
