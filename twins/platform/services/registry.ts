/**
 * Which devices there are: everybody with an account, and everybody of whom something is kept.
 * Devices have a number, so that a row of theirs is small and a bulk read has an order to page by.
 */
import {
  type Asked,
  type DeviceRecord,
  type DeviceRegistry,
  defineService,
  type ServicePorts,
} from '../service.ts';
import type { Sql } from '../store/store.ts';

export default defineService({
  kind: 'registry',
  summary: 'says which devices there are',
  schema: `
    CREATE TABLE IF NOT EXISTS devices(
      key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, lane INTEGER NOT NULL);
    CREATE INDEX IF NOT EXISTS devices_by_lane ON devices(lane, key);
  `,
  truth: 'devices',
  start(ports) {
    const registry = new Registry(ports.sql);
    ports.commits.defer(() => {
      for (const { id, lane } of ports.enrolled) registry.record(id, lane);
    });
    return {
      routes: {
        devices: (asked) => {
          const { limit, items, next } = registry.page(asked);
          return { devices: items.map((record) => summaryOf(ports, record)), limit, next };
        },
        'devices/*': (asked) => {
          const record = registry.asked(asked, asked.path[1] ?? '');
          return { ...summaryOf(ports, record), ...ports.detailOf(record) };
        },
      },
      counts: () => ({ devices: registry.size }),
      registry,
    };
  },
});

function summaryOf(ports: ServicePorts, record: DeviceRecord) {
  const { id, lane, receivedAt } = record;
  return { id, lane, receivedAt, ...ports.summaryOf(record) };
}

class Registry implements DeviceRegistry {
  readonly #byId = new Map<string, DeviceRecord>();
  /** In the order of their numbers, which rise as they are given. */
  readonly #inOrder: DeviceRecord[] = [];
  readonly #add;
  readonly #setLane;

  constructor(sql: Sql) {
    this.#add = sql.prepare('INSERT INTO devices(id, lane) VALUES(?,?)');
    this.#setLane = sql.prepare('UPDATE devices SET lane=? WHERE key=?');
    const all = sql.prepare<Pick<DeviceRecord, 'key' | 'id' | 'lane'>>(
      'SELECT key, id, lane FROM devices ORDER BY key',
    );
    for (const row of all.all()) this.#keep({ ...row, receivedAt: null });
  }

  record(id: string, lane: number): DeviceRecord {
    let found = this.#byId.get(id);
    if (found === undefined) {
      const key = Number(this.#add.run(id, lane).lastInsertRowid);
      found = { key, id, lane, receivedAt: null };
      this.#keep(found);
    } else if (found.lane !== lane && lane >= 0) {
      found.lane = lane;
      this.#setLane.run(lane, found.key);
    }
    return found;
  }

  get(id: string): DeviceRecord | undefined {
    return this.#byId.get(id);
  }

  get size(): number {
    return this.#byId.size;
  }

  asked(asked: Asked, id: string): DeviceRecord {
    return this.#byId.get(id) ?? asked.refuse(404, `no such device: ${id.slice(0, 200)}`);
  }

  all(): string[] {
    return this.#inOrder.map(({ id }) => id);
  }

  /** Of all devices, or of those of some `lanes`: 0,2,4. */
  page(asked: Asked, after = asked.whole('cursor', 0)) {
    const limit = asked.limit();
    const lanes = lanesOf(asked);
    const items: DeviceRecord[] = [];
    for (let at = this.#placeAfter(after); items.length < limit; at++) {
      const record = this.#inOrder[at];
      if (record === undefined) break;
      if (lanes?.has(record.lane) !== false) items.push(record);
    }
    const last = items.at(-1);
    return { limit, items, next: items.length === limit && last ? String(last.key) : null };
  }

  #keep(record: DeviceRecord): void {
    this.#byId.set(record.id, record);
    this.#inOrder.push(record);
  }

  /** Where the first stands whose number is larger: to walk there would cost each page the list. */
  #placeAfter(key: number): number {
    let [from, to] = [0, this.#inOrder.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.#inOrder[middle]?.key ?? 0) <= key) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}

function lanesOf(asked: Asked): ReadonlySet<number> | null {
  const text = asked.text('lanes');
  if (text === null) return null;
  if (!/^\d{1,5}(,\d{1,5})*$/.test(text)) asked.refuse(400, 'lanes are not numbers');
  return new Set(text.split(',').map(Number));
}
