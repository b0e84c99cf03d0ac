/**
 * Keeps every message of the streams that a run wants kept, once, under its identity; a row is in
 * the file before its message is acknowledged. The bulk read by lane is what the final read asks.
 * Others may take rows over and keep them in a form of their own: what they answer for stands in
 * that list as well, behind the rows that are still here.
 */
import { hashBytes } from '#kernel';
import {
  type Asked,
  type DeviceRecord,
  defineService,
  type RowShelf,
  type ServicePorts,
  type ShelfKeeper,
  type ShelvedRow,
  type TakenRow,
} from '../service.ts';
import type { Sql } from '../store/store.ts';

export interface TelemetrySeams {
  /** Rows about to be committed; the acknowledgement follows whatever is returned. */
  store?(rows: readonly TakenRow[]): readonly TakenRow[];
  /** A row is listed with what is in it, beside the hash of what came: what it is said to be. */
  list?(payload: Uint8Array): Uint8Array;
}

export default defineService<TelemetrySeams>({
  kind: 'telemetry',
  summary: 'keeps what devices measure, once, before it is acknowledged',
  schema: `
    CREATE TABLE IF NOT EXISTS telemetry(
      device INTEGER NOT NULL, stream TEXT NOT NULL, n INTEGER NOT NULL, epoch INTEGER NOT NULL,
      intended REAL NOT NULL, received REAL NOT NULL, payload BLOB NOT NULL,
      PRIMARY KEY(device, stream, n)) WITHOUT ROWID;
  `,
  seams: ['store', 'list'],
  truth: 'telemetry',
  start(ports) {
    const kept = new Set(ports.kept);
    const rows = tableOf(ports.sql);
    const counts = { stored: 0, duplicates: 0 };
    const keepers: ShelfKeeper[] = [];
    const store = (row: TakenRow): boolean => {
      const device = ports.registry.record(row.device, row.lane);
      device.receivedAt = row.receivedAt;
      const isMoved = keepers.some((keeper) => keeper.has(device, row.stream, row.n));
      const isNew = !isMoved && rows.insert(device.key, row);
      if (isNew) counts.stored++;
      else counts.duplicates++;
      return isNew;
    };
    const seam = ports.seams?.store;
    return {
      takes: (stream) => kept.has(stream),
      // What a bug drops is no less new than it was.
      store: (row) => (seam === undefined ? store(row) : seam([row]).map(store).every(Boolean)),
      routes: {
        'devices/*/telemetry': (asked) => ofDevice(ports, rows, asked),
        telemetry: (asked) => ofLane(rows, keepers, asked, ports.seams?.list),
      },
      shelf: shelfOf(rows, keepers),
      detailOf: ({ key }) => ({ streams: rows.streamsOf(key) }),
      counts: () => counts,
    };
  },
});

function ofDevice(ports: ServicePorts<TelemetrySeams>, table: Table, asked: Asked) {
  const record: DeviceRecord = ports.registry.asked(asked, asked.path[1] ?? '');
  const limit = asked.limit();
  const place = { ...placeOf(asked, 'after', 2), key: record.key };
  const from = asked.number('from', -Number.MAX_VALUE);
  const to = asked.number('to', Number.MAX_VALUE);
  const found = table.ofDevice(place, from, to, limit);
  const rows = found.map(({ stream, n, epoch, intended, received, payload }) => ({
    stream,
    n,
    epoch,
    intended,
    received,
    hash: hashBytes(payload),
    payloadBase64: Buffer.from(payload).toString('base64'),
  }));
  const last = found.length === limit ? found.at(-1) : undefined;
  return { rows, limit, next: last ? `${last.n}.${last.stream}` : null };
}

const shelfOf = (table: Table, keepers: ShelfKeeper[]): RowShelf => ({
  rows: ({ key }, stream, after, limit) => table.ofStream(key, stream, after, limit),
  takeAway: ({ key }, stream, n) => table.remove(key, stream, n),
  answers: (keeper) => void keepers.push(keeper),
});

/**
 * Every row of a lane (or of all) by identity and hash; what is in it where that is asked for.
 * Behind them those that were moved, unless `moved=0`: in this order none is missed that is moved
 * while it is read.
 */
function ofLane(
  table: Table,
  keepers: readonly ShelfKeeper[],
  asked: Asked,
  list: TelemetrySeams['list'] = (payload) => payload,
) {
  const behind = MOVED.exec(asked.text('cursor') ?? '');
  if (behind !== null) return movedOf(keepers, Number(behind[1]), behind[2] ?? '', asked);
  const isWhole = asked.text('payload') === '1';
  const limit = asked.limit();
  const lane = asked.text('lane') === null ? null : asked.whole('lane', 0);
  const found = table.ofLane(lane, placeOf(asked, 'cursor', 3), limit);
  const rows = found.map(({ device, stream, n, intended, received, payload }) => ({
    device,
    stream,
    n,
    hash: hashBytes(payload),
    ...(isWhole
      ? { intended, received, payloadBase64: Buffer.from(list(payload)).toString('base64') }
      : {}),
  }));
  const last = found.length === limit ? found.at(-1) : undefined;
  const hasMoved = keepers.length > 0 && asked.text('moved') !== '0';
  const end = hasMoved ? 'moved.0.' : null;
  return { rows, limit, next: last ? `${last.key}.${last.n}.${last.stream}` : end };
}

const MOVED = /^moved\.(\d{1,4})\.(.{0,200})$/s;

/** Of one keeper after the other. */
function movedOf(keepers: readonly ShelfKeeper[], at: number, cursor: string, asked: Asked) {
  const limit = asked.limit();
  const lane = asked.text('lane') === null ? null : asked.whole('lane', 0);
  const page = keepers[at]?.list(lane, cursor, limit);
  if (page === undefined) return asked.refuse(400, 'unreadable cursor');
  const rows = page.rows.map((row) => ({ ...row, moved: true }));
  const after = at + 1 < keepers.length ? `moved.${at + 1}.` : null;
  return { rows, limit, next: page.next === null ? after : `moved.${at}.${page.next}` };
}

/** A place in the order (device key, stream, n). */
interface Place {
  key: number;
  stream: string;
  n: number;
}

/**
 * Cursors are `key.n.stream`, or `n.stream` within one device; the stream comes last since it may
 * hold dots.
 */
function placeOf(asked: Asked, name: string, parts: 2 | 3): Place {
  const cursor = asked.text(name);
  if (cursor === null) return { key: 0, stream: '', n: -1 };
  const match = /^(?:(\d{1,15})\.)?(\d{1,16})\.(.{1,200})$/s.exec(cursor);
  const hasKey = match?.[1] !== undefined;
  const n = Number(match?.[2]);
  if (match === null || hasKey !== (parts === 3) || !Number.isSafeInteger(n)) {
    return asked.refuse(400, 'unreadable cursor');
  }
  return { key: Number(match[1] ?? 0), n, stream: match[3] ?? '' };
}

interface StoredRow extends Place {
  device: string;
  epoch: number;
  intended: number;
  received: number;
  payload: Uint8Array;
}

interface StreamRow {
  stream: string;
  count: number;
  low: number;
  high: number;
  last: number;
}

type Table = ReturnType<typeof tableOf>;

/** The devices' numbers are the registry's. */
function tableOf(sql: Sql) {
  const insert = sql.prepare('INSERT OR IGNORE INTO telemetry VALUES(?,?,?,?,?,?,?)');
  const streams = sql.prepare<StreamRow>(
    'SELECT stream, COUNT(*) AS count, MIN(n) AS low, MAX(n) AS high, MAX(received) AS last ' +
      'FROM telemetry WHERE device=? GROUP BY stream ORDER BY stream',
  );
  const select =
    'SELECT d.id AS device, d.key AS key, t.stream AS stream, t.n AS n, t.epoch AS epoch, ' +
    't.intended AS intended, t.received AS received, t.payload AS payload ' +
    'FROM devices d CROSS JOIN telemetry t ON t.device = d.key WHERE';
  const after = '(d.key, t.stream, t.n) > (?, ?, ?) ORDER BY d.key, t.stream, t.n LIMIT ?';
  const lane = sql.prepare<StoredRow>(`${select} d.lane = ? AND d.key >= ? AND ${after}`);
  const all = sql.prepare<StoredRow>(`${select} d.key >= ? AND ${after}`);
  const device = sql.prepare<StoredRow>(
    `${select} d.key = ? AND (t.stream, t.n) > (?, ?) AND t.intended >= ? AND t.intended < ? ` +
      'ORDER BY t.stream, t.n LIMIT ?',
  );
  const stream = sql.prepare<ShelvedRow>(
    'SELECT n, intended, received, payload FROM telemetry ' +
      'WHERE device=? AND stream=? AND n>? ORDER BY n LIMIT ?',
  );
  const remove = sql.prepare('DELETE FROM telemetry WHERE device=? AND stream=? AND n=?');
  return {
    ofStream: (key: number, of: string, after: number, limit: number): ShelvedRow[] =>
      stream.all(key, of, after, limit),
    remove: (key: number, of: string, n: number): void => void remove.run(key, of, n),
    /** False when the row was there already. */
    insert: (key: number, row: TakenRow): boolean =>
      insert.run(key, row.stream, row.n, row.epoch, row.intended, row.receivedAt, row.payload)
        .changes === 1,
    streamsOf: (key: number): StreamRow[] => streams.all(key),
    ofLane: (of: number | null, from: Place, limit: number): StoredRow[] =>
      of === null
        ? all.all(from.key, from.key, from.stream, from.n, limit)
        : lane.all(of, from.key, from.key, from.stream, from.n, limit),
    ofDevice: (place: Place, from: number, to: number, limit: number): StoredRow[] =>
      device.all(place.key, place.stream, place.n, from, to, limit),
  };
}
