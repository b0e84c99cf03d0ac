/**
 * Single packets were dropped, delayed, doubled, swapped or spoiled. The tap that does it is a hop
 * of our own and keeps the account, device by device; what devices saw themselves stands against it
 * where it must show: whoever got every acknowledgement lost none.
 */
import type { FaultPlan, PacketTrouble } from '#kernel';
import { isWithin } from '../judging/probe-sightings.ts';
import type { LinkProperties, MessageDeeds } from '../link.ts';
import {
  type Answer,
  aside,
  defineProof,
  no,
  type Sight,
  unseen,
  type Witness,
  type WitnessContext,
  yes,
} from '../proof.ts';
import { formatCount, plural } from '../wording.ts';

export default defineProof({
  kind: 'tampered',
  summary: 'single packets of its targets meet what it says, by the account of our own tap',
  link: (fault) => linkOf(fault),
  witness: (context) => witnessed(context),
  read: (sight) => answersOf(sight),
});

/** Who waits for one of these in vain gives up, and whoever gets one twice must. */
const OPENING: readonly PacketTrouble['packet'][] = ['CONNECT', 'CONNACK'];
/** What whoever sends a message says of it, and what he is answered. */
const FORTH: readonly PacketTrouble['packet'][] = ['PUBLISH', 'PUBREL'];
const BACK: readonly PacketTrouble['packet'][] = ['PUBACK', 'PUBREC', 'PUBCOMP'];
/** Of a handshake that is held up by more than this a client despairs. */
const PATIENCE_MS = 1000;

function linkOf({ packets }: FaultPlan): Partial<LinkProperties> {
  if (packets === undefined) return {};
  const { does, delayMs = 0, packet } = packets;
  const isOpening = OPENING.includes(packet);
  const isAwaited = isOpening || packet === 'PINGRESP' || packet === 'PINGREQ';
  const isHeld = does === 'reorder' || (does === 'delay' && delayMs > PATIENCE_MS);
  const mayEnd =
    does === 'corrupt' ||
    (does === 'drop' && (isAwaited || packet === 'DISCONNECT')) ||
    (does === 'duplicate' && isOpening) ||
    (isHeld && isAwaited) ||
    (isHeld && packet === 'DISCONNECT');
  const isLate = does === 'delay';
  const laterMs = isLate ? 2 * delayMs : Number.POSITIVE_INFINITY;
  return {
    mayEnd,
    messages: { up: deedsOf(packets, 'up'), down: deedsOf(packets, 'down') },
    later: { quickestMs: 0, anyMs: does === 'duplicate' ? 0 : laterMs },
  };
}

function deedsOf({ does, packet, ways }: PacketTrouble, way: 'up' | 'down'): MessageDeeds {
  const isMessage = packet === 'PUBLISH' && ways.includes(way);
  const other = way === 'up' ? 'down' : 'up';
  const isOfExchange =
    (FORTH.includes(packet) && ways.includes(way)) ||
    (BACK.includes(packet) && ways.includes(other));
  const isSwapped = does === 'reorder' || does === 'delay';
  return {
    repeats: isMessage && does === 'duplicate',
    reorders: isMessage && isSwapped,
    loses: (does === 'drop' || does === 'corrupt') && isOfExchange,
  };
}

const DONE: Record<PacketTrouble['does'], string> = {
  drop: 'dropped',
  delay: 'held back',
  duplicate: 'doubled',
  reorder: 'swapped',
  corrupt: 'spoiled',
};

function answersOf({ fault, counted, timeline }: Sight): Answer[] {
  const trouble = fault.plan.packets;
  if (trouble === undefined) return [unseen('the plan does not say what it does to packets')];
  const { does, packet } = trouble;
  const told = timeline.taps.get(fault.id) ?? [];
  const count = told.reduce((sum, one) => sum + one.count, 0);
  const met = new Set(told.map(({ device }) => device)).size;
  const [given, open] = [counted('given'), counted('open')];
  const seen = `${formatCount(given)} acknowledgements came, and ${formatCount(open)} did not`;
  if (count === 0) {
    if (given > 0) return [no(`our tap met no ${packet}, and ${seen}`)];
    return [unseen(`no ${packet} of its targets came by our tap`)];
  }
  const account = `our tap ${DONE[does]} ${plural(count, packet)} of ${plural(met, 'device')}`;
  if (!isOfAcks(trouble)) return [yes(account)];
  if (isWhole(trouble) && given > 0) return [no(`${account}, and ${seen}`)];
  if (open === 0) return [no(`${account}, and yet every acknowledgement came`)];
  return [yes(account), aside(seen)];
}

/** Its devices see for themselves that these do not come. */
const ACKS: readonly PacketTrouble['packet'][] = ['PUBACK', 'PUBREC', 'PUBCOMP'];

const isOfAcks = ({ does, packet, ways }: PacketTrouble): boolean =>
  does === 'drop' && ACKS.includes(packet) && ways.includes('down');

const isWhole = ({ every, share }: PacketTrouble): boolean => every === 1 && share >= 1;

/** Of what targets sent inside, that whose acknowledgement came inside, and that whose did not. */
function witnessed({ fault, of, plan, windowsOn }: WitnessContext): Witness {
  const figures = { given: 0, open: 0 };
  const trouble = fault.plan.packets;
  if (trouble === undefined || !isOfAcks(trouble)) return { ops: [], end: () => figures };
  const delivery = of('delivery');
  const qos = trouble.packet === 'PUBACK' ? 1 : 2;
  const waiting = new Map<string, number>();
  const nameOf = ({ device, stream, n }: { device: number; stream: number; n: number }): string =>
    `${device}/${stream}/${n}`;
  return {
    ops: ['sent', 'acked'],
    step: (entry) => {
      if (entry.op !== 'sent' && entry.op !== 'acked') return;
      const isUp = plan.streams.find(({ code }) => code === entry.stream)?.way === 'up';
      if (!isUp || delivery.qosOf(entry.device, entry.stream) !== qos) return;
      const isInside = windowsOn(entry.device).some((window) => isWithin(entry.t, window));
      const name = nameOf(entry);
      if (entry.op === 'sent') {
        if (isInside && !waiting.has(name)) waiting.set(name, entry.t);
      } else if (isInside && waiting.delete(name)) figures.given++;
    },
    end: () => ({ ...figures, open: waiting.size }),
  };
}
