/**
 * What an edge node adds to its connection: a will that is its death, births that name every metric
 * of its own and of whom it carries, numbers in sequence, aliases in place of names. It lives as
 * long as its device: the number of its session is kept over a loss of power, as the
 * specification wants it; all else is of one connection.
 */
import type { SparkplugSeams } from '#devices';
import type { Packet } from '#kernel';
import type { Counted, DialectFleet, SpokenFor } from '../dialect.ts';
import { timeOf } from './messages.ts';
import { DATA_TYPE, decodePayload, encodePayload, type Metric } from './payload.ts';
import { readTopic, type SparkplugTopic, topicFor } from './topics.ts';
import { NAMES, type Vocabulary } from './vocabulary.ts';

/** Sequence numbers and those of sessions count up to 255 and begin again. */
const COUNTS = 256;
const SESSION = { alias: 0, datatype: DATA_TYPE.int64 };

interface Around {
  run: string;
  vocabulary: Vocabulary;
  fleet: DialectFleet;
  now(): number;
}

export class SparkplugNode implements Counted {
  readonly #around: Around;
  readonly #self: SpokenFor;
  readonly #seams: SparkplugSeams | null;
  /** Attempts so far; each has a session of its own. */
  #attempts = 0;
  #session = 0;
  #sequence = 0;
  #isBorn = false;
  /** Those it carries that are born in this session. */
  readonly #born = new Set<string>();
  /** Those that are there, connected or not. */
  readonly #there = new Set<string>();
  /** What was said last, by alias: a birth says it again. */
  readonly #said = new Map<number, Metric>();

  constructor(around: Around, self: SpokenFor, seams: SparkplugSeams | null) {
    this.#around = around;
    this.#self = self;
    this.#seams = seams;
  }

  connecting(will: Packet | null): Packet {
    const honest = this.#attempts++ % COUNTS;
    this.#session = this.#seams?.numberSession?.(this.#self.id, honest) ?? honest;
    this.#isBorn = false;
    this.#born.clear();
    const death = this.#death();
    const metrics = will === null ? [] : (decodePayload(will.payload)?.metrics ?? []);
    const payload = encodePayload({ metrics: [...metrics, ...death.metrics] });
    return { topic: death.topic, payload, qos: 1, retain: false };
  }

  connected(): readonly Packet[] {
    return this.#births();
  }

  leaves(packet: Packet): { ahead: readonly Packet[]; packet: Packet } {
    const place = readTopic(this.#around.run, packet.topic);
    const payload = place === null ? null : decodePayload(packet.payload);
    if (place === null || payload === null || !place.type.endsWith('DATA')) {
      return { ahead: [], packet };
    }
    const ahead = [...this.#births(), ...this.#takenLeave(place.device)];
    if (place.device !== null) ahead.push(...this.#birthOf(place.device));
    const speaker = this.#around.fleet.device(place.device ?? this.#self.id);
    const metrics = payload.metrics.map((metric) => this.#called(speaker, metric));
    const seq = this.#next();
    const bytes = encodePayload({ timestamp: this.#sentAt(), metrics, seq });
    // Whoever speaks through it for once is a device of its own as long as that lasts.
    const topic = topicFor(this.#around.run, { ...place, node: this.#self.id });
    return { ahead, packet: { ...packet, topic, payload: bytes } };
  }

  heard(topic: string, bytes: Uint8Array): readonly Packet[] {
    if (readTopic(this.#around.run, topic)?.type !== 'NCMD') return [];
    const asked = decodePayload(bytes)?.metrics.some(
      (metric) => this.#around.vocabulary.nameOf(metric) === NAMES.rebirth && metric.value === true,
    );
    if (asked !== true || this.#seams?.heedRebirth?.(this.#self.id) === false) return [];
    this.#isBorn = false;
    this.#born.clear();
    return this.#births();
  }

  carries(device: string, isThere: boolean): readonly Packet[] {
    if (isThere) this.#there.add(device);
    else this.#there.delete(device);
    if (!this.#isBorn) return [];
    if (isThere) return this.#birthOf(device);
    return this.#born.has(device) ? [this.#deathOf(device)] : [];
  }

  goodbye(): readonly Packet[] {
    const { topic, metrics } = this.#death();
    return [frame(topic, encodePayload({ timestamp: this.#sentAt(), metrics }))];
  }

  /** Its own and of all that are there; none where it is born. */
  #births(): Packet[] {
    if (this.#isBorn) return [];
    this.#isBorn = true;
    this.#sequence = 0;
    if (this.#seams?.giveBirth?.(this.#self.id, this.#attempts) === false) {
      for (const device of this.#there) this.#born.add(device);
      return [];
    }
    const metrics = this.#wordsOf(this.#self);
    const own = this.#framed({ type: 'NBIRTH', device: null }, metrics);
    return [own, ...[...this.#there].sort().flatMap((device) => this.#birthOf(device))];
  }

  #birthOf(device: string): Packet[] {
    const spokenFor = this.#around.fleet.device(device);
    if (spokenFor === undefined || this.#born.has(device)) return [];
    this.#born.add(device);
    return [this.#framed({ type: 'DBIRTH', device }, this.#wordsOf(spokenFor))];
  }

  /** Those that were born to hand in what they had left, and are away: they go when it is done. */
  #takenLeave(speaker: string | null): Packet[] {
    const away = [...this.#born].filter((one) => one !== speaker && !this.#there.has(one));
    return away.map((device) => this.#deathOf(device));
  }

  #deathOf(device: string): Packet {
    this.#born.delete(device);
    return this.#framed({ type: 'DDEATH', device }, []);
  }

  #framed(about: Pick<SparkplugTopic, 'type' | 'device'>, metrics: readonly Metric[]): Packet {
    const { lane, id: node } = this.#self;
    const payload = encodePayload({ timestamp: this.#sentAt(), seq: this.#next(), metrics });
    return frame(topicFor(this.#around.run, { ...about, lane, node }), payload);
  }

  #death(): { topic: string; metrics: readonly Metric[] } {
    const { lane, id: node } = this.#self;
    const topic = topicFor(this.#around.run, { type: 'NDEATH', lane, node, device: null });
    const { datatype } = SESSION;
    return { topic, metrics: [{ name: NAMES.session, datatype, value: this.#session }] };
  }

  #wordsOf(device: SpokenFor): Metric[] {
    const timestamp = this.#sentAt();
    return [...this.#around.vocabulary.of(device).values()].map(({ name, alias, datatype }) => {
      const word = { name, alias, timestamp, datatype };
      if (name === NAMES.session) return { ...word, value: this.#session };
      if (name === NAMES.rebirth) return { ...word, value: false };
      const { value = null, timestamp: saidAt = timestamp } = this.#said.get(alias) ?? {};
      return { ...word, timestamp: saidAt, value };
    });
  }

  /** By its alias, and no longer by its name. */
  #called(speaker: SpokenFor | undefined, metric: Metric): Metric {
    const words = speaker === undefined ? undefined : this.#around.vocabulary.of(speaker);
    const word = words?.get(metric.name ?? '');
    if (word === undefined) return metric;
    const { timestamp = this.#sentAt(), value = null } = metric;
    this.#said.set(word.alias, { timestamp, value });
    return { alias: word.alias, datatype: word.datatype, timestamp, value };
  }

  /** A packet says when it was sent, and each of its values since when it holds. */
  #sentAt(): number {
    return timeOf(this.#around.now());
  }

  #next(): number {
    const honest = this.#sequence;
    const seq = this.#seams?.numberPacket?.(this.#self.id, honest) ?? honest;
    this.#sequence = (seq + 1) % COUNTS;
    return seq;
  }
}

/** Nothing of Sparkplug is kept by a broker. */
const frame = (topic: string, payload: Uint8Array): Packet => ({
  topic,
  payload,
  qos: 0,
  retain: false,
});
