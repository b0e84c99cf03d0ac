/**
 * The last retained value of each topic, in memory and in the file, and the route by which they are
 * read back.
 */
import { hashBytes } from '#kernel';
import type { Asked } from '../service.ts';
import type { BrokerTables, RetainedRow } from '../store/broker-tables.ts';
import type { AedesPacket } from './aedes-inside.ts';
import { filterMatches } from './topic-filter.ts';

export interface RetainSeams {
  /**
   * A retained value is about to be stored; empty means cleared, null leaves the old one (`old`, if
   * any).
   */
  retain?(topic: string, payload: Uint8Array, old: Uint8Array | null): Uint8Array | null;
}

export class RetainedValues {
  readonly #tables: BrokerTables;
  readonly #seams: RetainSeams | null;
  readonly #byTopic = new Map<string, RetainedRow>();

  constructor(tables: BrokerTables, seams: RetainSeams | null) {
    this.#tables = tables;
    this.#seams = seams;
    for (const row of tables.retained()) this.#byTopic.set(row.topic, row);
  }

  /** One page, in order of the topics. */
  page(asked: Asked) {
    const limit = asked.limit();
    const after = asked.text('cursor') ?? '';
    const sorted = [...this.#byTopic.values()]
      .filter((row) => row.topic > after)
      .sort((a, b) => (a.topic < b.topic ? -1 : 1));
    const retained = sorted.slice(0, limit).map(({ topic, qos, payload }) => ({
      topic,
      qos,
      hash: hashBytes(payload),
      payloadBase64: Buffer.from(payload).toString('base64'),
    }));
    return { retained, limit, next: sorted.length > limit ? retained.at(-1)?.topic : null };
  }

  /** Runs inside a transaction. An empty payload clears (MQTT-3.3.1-10). */
  put(packet: AedesPacket): void {
    const { topic, qos } = packet;
    const seam = this.#seams?.retain;
    const old = this.#byTopic.get(topic)?.payload ?? null;
    const payload = seam === undefined ? packet.payload : seam(topic, packet.payload, old);
    if (payload === null) return;
    if (payload.length === 0) {
      if (this.#byTopic.delete(topic)) this.#tables.clearRetained(topic);
      return;
    }
    const row = { topic, payload, qos };
    this.#byTopic.set(topic, row);
    this.#tables.putRetained(row);
  }

  /** Each value that one of the filters matches, once. */
  match(filters: readonly string[]): RetainedRow[] {
    const found = new Set<RetainedRow>();
    for (const filter of filters) {
      const exact = this.#byTopic.get(filter);
      if (exact !== undefined) found.add(exact);
      // Most devices ask for their own topics by name: no need to look at everybody's.
      if (!/[+#]/.test(filter)) continue;
      for (const row of this.#byTopic.values()) {
        if (filterMatches(filter, row.topic)) found.add(row);
      }
    }
    return [...found];
  }
}
