/** The last retained value of each topic, in memory and in the file. */
import type { AedesPacket } from './aedes-inside.ts';
import type { MutantSeams } from './platform.ts';
import type { RetainedRow, Store } from './store.ts';
import { filterMatches } from './topics.ts';

export class RetainedValues {
  readonly #store: Store;
  readonly #seams: MutantSeams | null;
  readonly #byTopic = new Map<string, RetainedRow>();

  constructor(store: Store, seams: MutantSeams | null) {
    this.#store = store;
    this.#seams = seams;
    for (const row of store.retained()) this.#byTopic.set(row.topic, row);
  }

  all(): Iterable<RetainedRow> {
    return this.#byTopic.values();
  }

  /** Runs inside a transaction. An empty payload clears (MQTT-3.3.1-10). */
  put(packet: AedesPacket): void {
    const { topic, qos } = packet;
    const seam = this.#seams?.retain;
    const old = this.#byTopic.get(topic)?.payload ?? null;
    const payload = seam === undefined ? packet.payload : seam(topic, packet.payload, old);
    if (payload === null) return;
    if (payload.length === 0) {
      if (this.#byTopic.delete(topic)) this.#store.clearRetained(topic);
      return;
    }
    const row = { topic, payload, qos };
    this.#byTopic.set(topic, row);
    this.#store.putRetained(row);
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
