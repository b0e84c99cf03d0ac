/**
 * mqtt.js takes a PUBACK for the answer to a QoS 2 publish, and calls the message acknowledged.
 * MQTT forbids that answer, and it promises nothing: whether the message comes once nobody then
 * knows. So the packets of a session are watched as they go and come.
 */
import type { MqttClient, Packet } from 'mqtt';

export class Qos2Breaches {
  /** Payloads of QoS 2 publishes without a final answer, by packet id. */
  readonly #open = new Map<number, unknown>();
  readonly #broken = new WeakSet<Uint8Array>();

  constructor(client: MqttClient) {
    client.on('packetsend', (packet) => this.#sent(packet));
    client.on('packetreceive', (packet) => this.#received(packet));
  }

  /** Whether the message with this payload, the very same object, was answered so. */
  has(payload: Uint8Array): boolean {
    return this.#broken.has(payload);
  }

  #sent(packet: Packet): void {
    if (packet.cmd !== 'publish' || packet.messageId === undefined) return;
    if (packet.qos === 2) this.#open.set(packet.messageId, packet.payload);
    else this.#open.delete(packet.messageId);
  }

  #received({ cmd, messageId = 0 }: Packet): void {
    if (cmd !== 'puback' && cmd !== 'pubcomp') return;
    const payload = this.#open.get(messageId);
    this.#open.delete(messageId);
    if (cmd === 'puback' && payload instanceof Uint8Array) this.#broken.add(payload);
  }
}
