/**
 * What a device that speaks MQTT 5 writes down beside what every device does: what the target set
 * in its CONNACK, why it refused, and each packet that came with its number, so that whoever judges
 * can count what was under way.
 */
import type { IPublishPacket } from 'mqtt-packet';
import { FLAG, type Mqtt5Plan } from '#kernel';
import type { LedgerWriter } from '../record/ledger-writer.ts';
import { type Agreed, type Reply, reasonOf } from '../wire/light-client-mqtt5.ts';

/** What a message says of its answer. */
export interface Asked {
  topic: string;
  reply: Reply;
}

export class FiveLog {
  readonly #ledger: LedgerWriter;
  readonly #device: number;
  readonly options: Mqtt5Plan;

  constructor(ledger: LedgerWriter, device: number, options: Mqtt5Plan) {
    this.#ledger = ledger;
    this.#device = device;
    this.options = options;
  }

  agreed(agreed: Agreed): void {
    this.#ledger.write('agreed', { device: this.#device, ...agreed });
  }

  refused(packet: string, code: number): void {
    this.#ledger.write('reason', { device: this.#device, code, packet, why: reasonOf(code) });
  }

  /** Where the answer to what came last shall go, and what it shall repeat; null for nowhere. */
  asked: Asked | null = null;

  packetIn({ messageId = 0, qos, dup, retain, properties }: IPublishPacket): void {
    const { responseTopic, correlationData } = properties ?? {};
    const correlation = correlationData === undefined ? {} : { correlation: correlationData };
    this.asked = responseTopic === undefined ? null : { topic: responseTopic, reply: correlation };
    this.#ledger.write('packet-in', {
      device: this.#device,
      id: qos === 0 ? 0 : messageId,
      alias: properties?.topicAlias ?? 0,
      left: properties?.messageExpiryInterval ?? -1,
      flags: qos | (dup ? FLAG.dup : 0) | (retain ? FLAG.retain : 0),
    });
  }

  packetDone(id: number): void {
    this.#ledger.write('packet-done', { device: this.#device, id });
  }
}
