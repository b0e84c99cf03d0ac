/**
 * The way out: what one session gets of one message. A persistent session gets a live message only
 * when its queue is sent, so new never overtakes old, and only when it was queued, so a full queue
 * is a full queue. QoS is lowered to what was granted, which Aedes does for exact filters only.
 */
import type { AedesPacket, ClientInside } from './aedes-inside.ts';
import type { HandOver } from './hand-over.ts';
import { filterMatches } from './topic-filter.ts';

export interface ForwardedPacket {
  topic: string;
  payload: Uint8Array;
  qos: 0 | 1 | 2;
  retain: boolean;
}

export interface ForwardSeams {
  /** A message about to be handed to one session: 0, 1 or more packets go out in its place. */
  forward?(packet: ForwardedPacket, client: string): readonly ForwardedPacket[];
}

export class Forward {
  readonly #handOver: HandOver;
  readonly #seams: ForwardSeams | null;
  /** Packets that a planted bug put in place; they pass untouched. */
  readonly #planted = new WeakSet<AedesPacket>();

  constructor(handOver: HandOver, seams: ForwardSeams | null) {
    this.#handOver = handOver;
    this.#seams = seams;
  }

  /**
   * Aedes' authorizeForward: the packet, changed in place, or null. Each call has a packet of its
   * own.
   */
  authorize(client: ClientInside, packet: AedesPacket, isRedelivery: boolean): AedesPacket | null {
    if (this.#planted.has(packet)) return packet;
    // A restored subscription is live before CONNACK; nothing may be sent before that.
    if (!client.connackSent) return null;
    const isQueued = !client.clean && packet.qos > 0 && !packet.retain;
    if (isQueued && !isRedelivery && !this.#handOver.isDue(client, packet)) return null;
    if (packet.qos === 2 || packet.retain) lowerQos(client, packet);
    if (this.#seams?.forward === undefined) return packet;
    return this.#mutate(this.#seams.forward, client, packet, isQueued && !isRedelivery);
  }

  #mutate(
    forward: NonNullable<ForwardSeams['forward']>,
    client: ClientInside,
    packet: AedesPacket,
    hasCopy: boolean,
  ): AedesPacket | null {
    const { topic, payload, qos, retain } = packet;
    const [first, ...rest] = forward({ topic, payload, qos, retain }, client.id);
    for (const extra of rest) setImmediate(() => this.#send(client, extra));
    if (first === undefined) {
      if (hasCopy) this.#handOver.forgetCopy(client, packet);
      return null;
    }
    packet.topic = first.topic;
    packet.payload = first.payload;
    return packet;
  }

  #send(client: ClientInside, forwarded: ForwardedPacket): void {
    if (client.closed) return;
    // Without a broker id Aedes does not take it for a duplicate.
    const packet: AedesPacket = { cmd: 'publish', brokerId: null, ...forwarded };
    this.#planted.add(packet);
    client.deliverQoS(packet, () => {});
  }
}

function lowerQos(client: ClientInside, packet: AedesPacket): void {
  let granted = -1;
  for (const filter of Object.keys(client.subscriptions)) {
    const qos = client.subscriptions[filter]?.qos ?? 0;
    if (qos > granted && filterMatches(filter, packet.topic)) granted = qos;
  }
  if (granted >= 0 && granted < packet.qos) packet.qos = granted as 0 | 1 | 2;
}
