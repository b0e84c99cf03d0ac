/**
 * What mqtt.js does not tell of the publishes of a session. After a reconnect it sends again what
 * is unanswered, in silence and without DUP, also to a target that has forgotten the session, to
 * which each is a new message. And it takes a PUBACK for the answer to a QoS 2 publish, which MQTT
 * forbids and which promises nothing. So packets are watched as they go and come. They go by packet
 * id: what is sent again is a copy.
 */
import type { IPublishPacket, MqttClient, Packet } from 'mqtt';
import { REFUSED_FROM } from '#kernel';

/** How it goes out once more: as what the session remembers, or as a message of its own. */
export type SentAgain = 'resent' | 'anew';

interface Publish {
  payload: IPublishPacket['payload'];
  qos: number;
}

export class PublishesUnderWay {
  /** Without a final answer, by packet id. An id is given to another only after that answer. */
  readonly #open = new Map<number, Publish>();
  /** Payloads, the very objects that were given to mqtt.js. */
  readonly #broken = new WeakSet<object>();
  readonly #again: (payload: IPublishPacket['payload'], how: SentAgain) => void;
  /** How the target of this connection takes what is sent again. */
  #how: SentAgain = 'resent';

  /** Tells of each that is sent again, by the very object that was given to mqtt.js. */
  constructor(
    client: MqttClient,
    again: (payload: IPublishPacket['payload'], how: SentAgain) => void,
  ) {
    this.#again = again;
    client.on('packetsend', (packet) => this.#sent(packet));
    client.on('packetreceive', (packet) => this.#received(packet));
  }

  /** Whether the QoS 2 message with this payload was answered by a PUBACK. */
  isBroken(payload: Uint8Array): boolean {
    return this.#broken.has(payload);
  }

  #sent(packet: Packet): void {
    if (packet.cmd !== 'publish' || packet.messageId === undefined) return;
    const { messageId, payload, qos } = packet;
    const before = this.#open.get(messageId);
    if (before === undefined) {
      this.#open.set(messageId, { payload, qos });
      return;
    }
    // The packet is told of before it is written.
    packet.dup = this.#how === 'resent';
    this.#again(before.payload, this.#how);
  }

  #received(packet: Packet): void {
    const { cmd, messageId = 0 } = packet;
    if (cmd === 'connack') this.#how = packet.sessionPresent ? 'resent' : 'anew';
    // In MQTT 5 a PUBREC may end it, with the reason why.
    const isEnd = cmd === 'pubrec' && (packet.reasonCode ?? 0) >= REFUSED_FROM;
    if (cmd !== 'puback' && cmd !== 'pubcomp' && !isEnd) return;
    const publish = this.#open.get(messageId);
    this.#open.delete(messageId);
    if (cmd !== 'puback' || publish?.qos !== 2) return;
    if (publish.payload instanceof Uint8Array) this.#broken.add(publish.payload);
  }
}
