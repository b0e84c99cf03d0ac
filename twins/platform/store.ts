/**
 * The store of the platform twin: one SQLite file, write-ahead log, `synchronous=NORMAL`. A killed
 * process loses nothing that was committed, since the log is in the kernel's hands by then; only a
 * power loss of the whole machine could take the last commits. Everything here is plain statements;
 * what they mean is decided elsewhere.
 */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { StoredRow } from './platform.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS devices(
    key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, lane INTEGER NOT NULL);
  CREATE INDEX IF NOT EXISTS devices_by_lane ON devices(lane, key);
  CREATE TABLE IF NOT EXISTS telemetry(
    device INTEGER NOT NULL, stream TEXT NOT NULL, n INTEGER NOT NULL, epoch INTEGER NOT NULL,
    intended REAL NOT NULL, received REAL NOT NULL, payload BLOB NOT NULL,
    PRIMARY KEY(device, stream, n)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS presence(
    device TEXT PRIMARY KEY, online INTEGER NOT NULL, since REAL NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS sessions(client TEXT PRIMARY KEY) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS subscriptions(
    client TEXT NOT NULL, filter TEXT NOT NULL, qos INTEGER NOT NULL,
    PRIMARY KEY(client, filter)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS outgoing(
    seq INTEGER PRIMARY KEY, client TEXT NOT NULL, message_id INTEGER NOT NULL,
    released INTEGER NOT NULL, topic TEXT NOT NULL, payload BLOB NOT NULL, qos INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS retained(
    topic TEXT PRIMARY KEY, payload BLOB NOT NULL, qos INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS incoming(
    client TEXT NOT NULL, message_id INTEGER NOT NULL,
    PRIMARY KEY(client, message_id)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS wills(
    client TEXT PRIMARY KEY, topic TEXT NOT NULL, payload BLOB NOT NULL, qos INTEGER NOT NULL,
    retain INTEGER NOT NULL) WITHOUT ROWID;
`;

/** A copy of a message that waits for one persistent session. */
export interface OutgoingRow {
  seq: number;
  client: string;
  messageId: number;
  /** PUBREC came: only PUBREL is left to say. */
  released: boolean;
  topic: string;
  payload: Uint8Array;
  qos: 1 | 2;
}

export interface WillRow {
  client: string;
  topic: string;
  payload: Uint8Array;
  qos: 0 | 1 | 2;
  retain: boolean;
}

export interface RetainedRow {
  topic: string;
  payload: Uint8Array;
  qos: 0 | 1 | 2;
}

export interface DeviceRow {
  key: number;
  id: string;
  lane: number;
}

export interface TelemetryRow {
  device: string;
  key: number;
  stream: string;
  n: number;
  epoch: number;
  intended: number;
  received: number;
  payload: Uint8Array;
}

/** A place in the order (device key, stream, n). */
export interface TelemetryPlace {
  key: number;
  stream: string;
  n: number;
}

export type Store = ReturnType<typeof openStore>;

export function openStore(file: string) {
  const db = new DatabaseSync(file);
  // One platform per file: a second one, started before the first is gone, must fail and not mix
  // in.
  db.exec('PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;');
  // Checkpoints are the only place that waits for the disk, so they are rare (32 MiB of log).
  db.exec('PRAGMA wal_autocheckpoint=8192; PRAGMA temp_store=MEMORY; PRAGMA busy_timeout=5000;');
  db.exec(SCHEMA);
  return {
    ...transactions(db),
    ...telemetry(db),
    ...presence(db),
    ...sessions(db),
    ...outgoing(db),
    ...retainedAndWills(db),
    close: () => db.close(),
  };
}

function transactions(db: DatabaseSync) {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const rollback = db.prepare('ROLLBACK');
  return {
    begin: () => void begin.run(),
    commit: () => void commit.run(),
    rollback: () => void rollback.run(),
  };
}

function telemetry(db: DatabaseSync) {
  const insert = db.prepare('INSERT OR IGNORE INTO telemetry VALUES(?,?,?,?,?,?,?)');
  const addDevice = db.prepare('INSERT INTO devices(id, lane) VALUES(?,?)');
  const setLane = db.prepare('UPDATE devices SET lane=? WHERE key=?');
  const devices = db.prepare('SELECT key, id, lane FROM devices ORDER BY key');
  const counts = db.prepare(
    'SELECT stream, COUNT(*) AS count, MIN(n) AS low, MAX(n) AS high, MAX(received) AS last ' +
      'FROM telemetry WHERE device=? GROUP BY stream ORDER BY stream',
  );
  const columns =
    'd.id AS device, d.key AS key, t.stream AS stream, t.n AS n, t.epoch AS epoch, ' +
    't.intended AS intended, t.received AS received, t.payload AS payload';
  const after = '(d.key, t.stream, t.n) > (?, ?, ?) ORDER BY d.key, t.stream, t.n LIMIT ?';
  const ofLane = db.prepare(
    `SELECT ${columns} FROM devices d CROSS JOIN telemetry t ON t.device = d.key ` +
      `WHERE d.lane = ? AND d.key >= ? AND ${after}`,
  );
  const ofAll = db.prepare(
    `SELECT ${columns} FROM devices d CROSS JOIN telemetry t ON t.device = d.key ` +
      `WHERE d.key >= ? AND ${after}`,
  );
  const ofDevice = db.prepare(
    `SELECT ${columns} FROM devices d CROSS JOIN telemetry t ON t.device = d.key ` +
      'WHERE d.key = ? AND (t.stream, t.n) > (?, ?) AND t.intended >= ? AND t.intended < ? ' +
      'ORDER BY t.stream, t.n LIMIT ?',
  );
  return {
    /** False when the row was there already. */
    insertTelemetry: (key: number, row: StoredRow): boolean =>
      insert.run(key, row.stream, row.n, row.epoch, row.intended, row.receivedAt, row.payload)
        .changes === 1,
    addDevice: (id: string, lane: number): number =>
      Number(addDevice.run(id, lane).lastInsertRowid),
    setLane: (key: number, lane: number): void => void setLane.run(lane, key),
    devices: () => rowsOf<DeviceRow>(devices),
    streamsOf: (key: number) =>
      rowsOf<{ stream: string; count: number; low: number; high: number; last: number }>(
        counts,
        key,
      ),
    telemetryOfLane: (lane: number | null, from: TelemetryPlace, limit: number) =>
      lane === null
        ? rowsOf<TelemetryRow>(ofAll, from.key, from.key, from.stream, from.n, limit)
        : rowsOf<TelemetryRow>(ofLane, lane, from.key, from.key, from.stream, from.n, limit),
    telemetryOfDevice: (place: TelemetryPlace, from: number, to: number, limit: number) =>
      rowsOf<TelemetryRow>(ofDevice, place.key, place.stream, place.n, from, to, limit),
  };
}

function presence(db: DatabaseSync) {
  const put = db.prepare('INSERT OR REPLACE INTO presence VALUES(?,?,?)');
  const all = db.prepare('SELECT device, online, since FROM presence ORDER BY device');
  return {
    putPresence: (device: string, online: boolean, since: number): void =>
      void put.run(device, online ? 1 : 0, since),
    presences: () => rowsOf<{ device: string; online: number; since: number }>(all),
  };
}

function sessions(db: DatabaseSync) {
  const addSession = db.prepare('INSERT OR IGNORE INTO sessions VALUES(?)');
  const addSubscription = db.prepare('INSERT OR REPLACE INTO subscriptions VALUES(?,?,?)');
  const removeSubscription = db.prepare('DELETE FROM subscriptions WHERE client=? AND filter=?');
  const addIncoming = db.prepare('INSERT OR IGNORE INTO incoming VALUES(?,?)');
  const removeIncoming = db.prepare('DELETE FROM incoming WHERE client=? AND message_id=?');
  const forget = ['sessions', 'subscriptions', 'incoming'].map((table) =>
    db.prepare(`DELETE FROM ${table} WHERE client=?`),
  );
  const all = db.prepare('SELECT client FROM sessions ORDER BY client');
  const subscriptions = db.prepare('SELECT client, filter, qos FROM subscriptions');
  const incoming = db.prepare('SELECT client, message_id AS messageId FROM incoming');
  return {
    addSession: (client: string): void => void addSession.run(client),
    addSubscription: (client: string, filter: string, qos: number): void =>
      void addSubscription.run(client, filter, qos),
    removeSubscription: (client: string, filter: string): void =>
      void removeSubscription.run(client, filter),
    addIncoming: (client: string, messageId: number): void =>
      void addIncoming.run(client, messageId),
    removeIncoming: (client: string, messageId: number): void =>
      void removeIncoming.run(client, messageId),
    /** All but the queue, which goes row by row. */
    forgetSession: (client: string): void => {
      for (const statement of forget) statement.run(client);
    },
    sessions: () => rowsOf<{ client: string }>(all),
    subscriptions: () => rowsOf<{ client: string; filter: string; qos: 0 | 1 | 2 }>(subscriptions),
    incoming: () => rowsOf<{ client: string; messageId: number }>(incoming),
  };
}

function outgoing(db: DatabaseSync) {
  const enqueue = db.prepare('INSERT INTO outgoing VALUES(?,?,?,?,?,?,?)');
  const dequeue = db.prepare('DELETE FROM outgoing WHERE seq=?');
  const release = db.prepare('UPDATE outgoing SET released=1 WHERE seq=?');
  const all = db.prepare(
    'SELECT seq, client, message_id AS messageId, released, topic, payload, qos ' +
      'FROM outgoing ORDER BY seq',
  );
  return {
    enqueue: (row: OutgoingRow): void =>
      void enqueue.run(row.seq, row.client, row.messageId, 0, row.topic, row.payload, row.qos),
    dequeue: (seq: number): void => void dequeue.run(seq),
    release: (seq: number): void => void release.run(seq),
    outgoing: () => rowsOf<Omit<OutgoingRow, 'released'> & { released: number }>(all),
  };
}

function retainedAndWills(db: DatabaseSync) {
  const putRetained = db.prepare('INSERT OR REPLACE INTO retained VALUES(?,?,?)');
  const clearRetained = db.prepare('DELETE FROM retained WHERE topic=?');
  const retained = db.prepare('SELECT topic, payload, qos FROM retained ORDER BY topic');
  const putWill = db.prepare('INSERT OR REPLACE INTO wills VALUES(?,?,?,?,?)');
  const removeWill = db.prepare('DELETE FROM wills WHERE client=?');
  const wills = db.prepare('SELECT client, topic, payload, qos, retain FROM wills ORDER BY client');
  return {
    putRetained: (row: RetainedRow): void => void putRetained.run(row.topic, row.payload, row.qos),
    clearRetained: (topic: string): void => void clearRetained.run(topic),
    retained: () => rowsOf<RetainedRow>(retained),
    putWill: (row: WillRow): void =>
      void putWill.run(row.client, row.topic, row.payload, row.qos, row.retain ? 1 : 0),
    removeWill: (client: string): void => void removeWill.run(client),
    wills: () => rowsOf<Omit<WillRow, 'retain'> & { retain: number }>(wills),
  };
}

/** SQLite hands rows over untyped; the type is what the SELECT says. */
const rowsOf = <T>(statement: StatementSync, ...values: SQLInputValue[]): T[] =>
  statement.all(...values) as unknown as T[];
