/**
 * What was taken is passed on, though its sender may be gone before it is answered. Aedes answers a
 * message of QoS 1 first and publishes it when the answer is written; where the connection ended
 * after the commit it would stay in the store, and nobody who listens would get it.
 */
import type { AedesPacket, ClientInside } from './aedes-inside.ts';

export class LeftBehind {
  readonly #passOn: (packet: AedesPacket) => void;
  /** Committed, and not published yet. */
  readonly #open = new WeakMap<ClientInside, Set<AedesPacket>>();
  /** Aedes may come with them all the same, where the answer was written just before the end. */
  readonly #passedOn = new WeakSet<AedesPacket>();

  constructor(passOn: (packet: AedesPacket) => void) {
    this.#passOn = passOn;
  }

  /** It may be answered now. At QoS 0 nobody is, and at QoS 2 Aedes publishes first. */
  committed(client: ClientInside, packet: AedesPacket): void {
    if (packet.qos !== 1) return;
    if (client.closed) return this.#pass(packet);
    const open = this.#open.get(client);
    if (open === undefined) this.#open.set(client, new Set([packet]));
    else open.add(packet);
  }

  /** Aedes publishes it: false where that is done already. */
  isLeft(client: ClientInside | null, packet: AedesPacket): boolean {
    if (client !== null) this.#open.get(client)?.delete(packet);
    return !this.#passedOn.has(packet);
  }

  /** Its connection is over. */
  ended(client: ClientInside): void {
    const open = this.#open.get(client);
    this.#open.delete(client);
    for (const packet of open ?? []) this.#pass(packet);
  }

  #pass(packet: AedesPacket): void {
    this.#passedOn.add(packet);
    this.#passOn(packet);
  }
}
