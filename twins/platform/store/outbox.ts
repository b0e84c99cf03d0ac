/**
 * What is to be told to addresses outside, as durable as what it tells of: it is written down in
 * the transaction that decides it, and sent again, under the same key, until it is taken. To each
 * address one thing goes at a time and in order, so that an end is never told before its beginning.
 */
import type { Clock } from '#kernel';
import type { Call } from '../outward.ts';
import type { Commits } from './commit-queue.ts';
import type { Sql } from './store.ts';

export interface OutboxSeams {
  /** It was not taken, so often: true lets it go for good. */
  giveUp?(key: string, tries: number): boolean;
  /** The key that it bears when it is sent again. */
  keyAgain?(key: string, tries: number): string;
  /** The platform starts: true forgets what a former life has not got rid of. */
  forgetAtStart?(key: string): boolean;
}

interface Letter {
  url: string;
  token: string;
  /** Whoever hears it twice knows by it that it is one; left out, it gets one of its own. */
  key?: string;
  /** Goes out with its key. */
  body: object;
}

interface Row {
  place: number;
  url: string;
  token: string;
  key: string;
  body: string;
  tries: number;
  due: number;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5000;
/** Some five minutes. */
const TRIES_MAX = 60;
/** Whoever answers so may take it later. */
const LATER = [408, 425, 429];

/** `name`: of the table, which belongs to the service that has it. */
export const outboxSchema = (name: string): string => `
  CREATE TABLE IF NOT EXISTS ${name}(
    place INTEGER PRIMARY KEY AUTOINCREMENT, url TEXT NOT NULL, token TEXT NOT NULL,
    key TEXT NOT NULL, body TEXT NOT NULL, tries INTEGER NOT NULL, due REAL NOT NULL);
  CREATE INDEX IF NOT EXISTS ${name}_of ON ${name}(url, place);
`;

interface Ports {
  sql: Sql;
  commits: Commits;
  clock: Clock;
  call: Call;
}

export class Outbox {
  /** In this life. */
  taken = 0;
  refused = 0;
  readonly #ports: Ports;
  readonly #seams: OutboxSeams;
  readonly #tables;
  readonly #name: string;
  /** Addresses to which something is on its way, or waits for its time. */
  readonly #busy = new Set<string>();

  constructor(ports: Ports, name: string, seams: OutboxSeams = {}) {
    this.#ports = ports;
    this.#seams = seams;
    this.#name = name;
    this.#tables = tablesOf(ports.sql, name);
  }

  /** What a former life owed goes out. */
  ready(): void {
    const owed = this.#tables.all();
    const gone = owed.filter(({ key }) => this.#seams.forgetAtStart?.(key) === true);
    if (gone.length > 0) {
      const forget = (): void => {
        for (const { place } of gone) this.#tables.remove(place);
      };
      this.#ports.commits.add(forget, () => {});
    }
    for (const url of new Set(owed.map(({ url: one }) => one))) this.#next(url);
  }

  /** Inside a transaction, and sent when that is committed. */
  send({ url, token, key, body }: Letter): void {
    const own = key ?? `${this.#name}-${this.#tables.nextPlace()}`;
    this.#tables.add({ url, token, key: own, body: JSON.stringify(body) });
    this.#next(url);
  }

  /** One at a time: the first that is owed, when it is due. */
  #next(url: string): void {
    if (this.#busy.has(url)) return;
    this.#busy.add(url);
    let first: Row | undefined;
    // Of a platform that is no more nothing is read, and nobody called.
    this.#ports.commits.add(
      () => {
        first = this.#tables.first(url);
      },
      () => this.#when(url, first),
    );
  }

  #when(url: string, row: Row | undefined): void {
    if (row === undefined) return void this.#busy.delete(url);
    const { clock } = this.#ports;
    const delay = row.due - clock.now();
    if (delay <= 0) return void this.#deliver(row);
    clock.after(delay, () => {
      this.#busy.delete(url);
      this.#next(url);
    });
  }

  async #deliver(row: Row): Promise<void> {
    const { url, token, tries } = row;
    const key = tries === 0 ? row.key : (this.#seams.keyAgain?.(row.key, tries) ?? row.key);
    const body = JSON.stringify({ key, ...(JSON.parse(row.body) as object) });
    const status = await this.#ports.call({ url, token, key, body });
    this.#ports.commits.add(
      () => this.#settle(row, status),
      () => {
        this.#busy.delete(url);
        this.#next(url);
      },
    );
  }

  #settle({ place, key, tries: before }: Row, status: number): void {
    const tries = before + 1;
    const isTaken = status >= 200 && status < 300;
    if (isTaken) this.taken++;
    else this.refused++;
    const isNever = status >= 400 && status < 500 && !LATER.includes(status);
    const isOver = isTaken || isNever || tries >= TRIES_MAX;
    if (isOver || this.#seams.giveUp?.(key, tries) === true) return this.#tables.remove(place);
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(before, 10));
    this.#tables.put(place, tries, Math.round(this.#ports.clock.now()) + pause);
  }
}

function tablesOf(sql: Sql, name: string) {
  const add = sql.prepare(
    `INSERT INTO ${name}(url, token, key, body, tries, due) VALUES(?,?,?,?,0,0)`,
  );
  const last = sql.prepare<{ seq: number }>('SELECT seq FROM sqlite_sequence WHERE name=?');
  const first = sql.prepare<Row>(`SELECT * FROM ${name} WHERE url=? ORDER BY place LIMIT 1`);
  const all = sql.prepare<Pick<Row, 'place' | 'url' | 'key'>>(
    `SELECT place, url, key FROM ${name} ORDER BY place`,
  );
  const remove = sql.prepare(`DELETE FROM ${name} WHERE place=?`);
  const put = sql.prepare(`UPDATE ${name} SET tries=?, due=? WHERE place=?`);
  return {
    add: ({ url, token, key, body }: Omit<Row, 'place' | 'tries' | 'due'>): void =>
      void add.run(url, token, key, body),
    /** Of a place that was taken once no other one has the number. */
    nextPlace: (): number => (last.all(name)[0]?.seq ?? 0) + 1,
    first: (url: string): Row | undefined => first.all(url)[0],
    all: () => all.all(),
    remove: (place: number): void => void remove.run(place),
    put: (place: number, tries: number, due: number): void => void put.run(tries, due, place),
  };
}
