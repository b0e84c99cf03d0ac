/**
 * The broker's own tables: persistent sessions with their subscriptions, queues and open QoS 2 ids,
 * retained values, and the wills of the connected. Plain statements; what they mean is decided in
 * broker/. A statement that writes runs inside a transaction of the commit queue.
 */
import type { Sql, Store } from './store.ts';

export const BROKER_SCHEMA = `
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

export type BrokerTables = ReturnType<typeof brokerTables>;

export function brokerTables(store: Store) {
  store.create(BROKER_SCHEMA);
  return {
    ...sessions(store),
    ...incoming(store),
    ...outgoing(store),
    ...retained(store),
    ...wills(store),
  };
}

function sessions(sql: Sql) {
  const addSession = sql.prepare('INSERT OR IGNORE INTO sessions VALUES(?)');
  const addSubscription = sql.prepare('INSERT OR REPLACE INTO subscriptions VALUES(?,?,?)');
  const removeSubscription = sql.prepare('DELETE FROM subscriptions WHERE client=? AND filter=?');
  const forget = ['sessions', 'subscriptions', 'incoming'].map((table) =>
    sql.prepare(`DELETE FROM ${table} WHERE client=?`),
  );
  const all = sql.prepare<{ client: string }>('SELECT client FROM sessions ORDER BY client');
  const subscriptions = sql.prepare<{ client: string; filter: string; qos: 0 | 1 | 2 }>(
    'SELECT client, filter, qos FROM subscriptions',
  );
  return {
    addSession: (client: string): void => void addSession.run(client),
    addSubscription: (client: string, filter: string, qos: number): void =>
      void addSubscription.run(client, filter, qos),
    removeSubscription: (client: string, filter: string): void =>
      void removeSubscription.run(client, filter),
    /** All but the queue, which goes row by row. */
    forgetSession: (client: string): void => {
      for (const statement of forget) statement.run(client);
    },
    sessions: () => all.all(),
    subscriptions: () => subscriptions.all(),
  };
}

function incoming(sql: Sql) {
  const add = sql.prepare('INSERT OR IGNORE INTO incoming VALUES(?,?)');
  const remove = sql.prepare('DELETE FROM incoming WHERE client=? AND message_id=?');
  const all = sql.prepare<{ client: string; messageId: number }>(
    'SELECT client, message_id AS messageId FROM incoming',
  );
  return {
    addIncoming: (client: string, messageId: number): void => void add.run(client, messageId),
    removeIncoming: (client: string, messageId: number): void => void remove.run(client, messageId),
    incoming: () => all.all(),
  };
}

function outgoing(sql: Sql) {
  const enqueue = sql.prepare('INSERT INTO outgoing VALUES(?,?,?,?,?,?,?)');
  const dequeue = sql.prepare('DELETE FROM outgoing WHERE seq=?');
  const release = sql.prepare('UPDATE outgoing SET released=1 WHERE seq=?');
  const all = sql.prepare<Omit<OutgoingRow, 'released'> & { released: number }>(
    'SELECT seq, client, message_id AS messageId, released, topic, payload, qos ' +
      'FROM outgoing ORDER BY seq',
  );
  return {
    enqueue: (row: OutgoingRow): void =>
      void enqueue.run(row.seq, row.client, row.messageId, 0, row.topic, row.payload, row.qos),
    dequeue: (seq: number): void => void dequeue.run(seq),
    release: (seq: number): void => void release.run(seq),
    outgoing: () => all.all(),
  };
}

function retained(sql: Sql) {
  const put = sql.prepare('INSERT OR REPLACE INTO retained VALUES(?,?,?)');
  const clear = sql.prepare('DELETE FROM retained WHERE topic=?');
  const all = sql.prepare<RetainedRow>('SELECT topic, payload, qos FROM retained ORDER BY topic');
  return {
    putRetained: (row: RetainedRow): void => void put.run(row.topic, row.payload, row.qos),
    clearRetained: (topic: string): void => void clear.run(topic),
    retained: () => all.all(),
  };
}

function wills(sql: Sql) {
  const put = sql.prepare('INSERT OR REPLACE INTO wills VALUES(?,?,?,?,?)');
  const remove = sql.prepare('DELETE FROM wills WHERE client=?');
  const all = sql.prepare<Omit<WillRow, 'retain'> & { retain: number }>(
    'SELECT client, topic, payload, qos, retain FROM wills ORDER BY client',
  );
  return {
    putWill: (row: WillRow): void =>
      void put.run(row.client, row.topic, row.payload, row.qos, row.retain ? 1 : 0),
    removeWill: (client: string): void => void remove.run(client),
    wills: () => all.all(),
  };
}
