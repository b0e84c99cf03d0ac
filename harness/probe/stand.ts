/**
 * What every question stands on: a way in, names that belong to this probe alone, and a list of all
 * that must be taken back, which is each session that was kept and each value that was retained.
 */
import type { Duplex } from 'node:stream';
import type { Login } from '../wire/login.ts';
import { RawClient, type RawOptions } from './raw-client.ts';

export interface Way {
  open(): Duplex;
  login: Omit<Login, 'clientId'>;
}

export interface StandOptions {
  way: Way;
  /** Part of every name, so that two probes do not see each other. */
  nonce: string;
  /** Topics lie below it. */
  prefix: string;
  /** When the last question must have its answer, by the clock of `performance`. */
  deadline: number;
  signal: AbortSignal;
}

const LEAVES_WITHIN_MS = 8000;
const AT_ONCE = 20;

export class Stand {
  readonly prefix: string;
  readonly deadline: number;
  readonly signal: AbortSignal;
  readonly hasLogin: boolean;
  readonly #way: Way;
  readonly #nonce: string;
  readonly #clients = new Set<RawClient>();
  readonly #kept = new Map<string, 4 | 5>();
  readonly #retained = new Set<string>();
  #isOver = false;

  constructor({ way, nonce, prefix, deadline, signal }: StandOptions) {
    this.#way = way;
    this.#nonce = nonce;
    this.prefix = prefix;
    this.deadline = deadline;
    this.signal = signal;
    this.hasLogin = way.login.username !== undefined;
  }

  /** So long at most, and no longer than all may take. */
  within(ms: number): number {
    return Math.max(0, Math.min(ms, this.deadline - performance.now()));
  }

  topic(rest: string): string {
    return `${this.prefix}/${rest}`;
  }

  /** Short enough for whoever takes no more than MQTT asks for. */
  id(name: string): string {
    return `tw${this.#nonce}-${name}`.slice(0, 23);
  }

  open(name: string, options: RawOptions = {}): Promise<RawClient> {
    return this.openAs(this.id(name), options);
  }

  async openAs(clientId: string, options: RawOptions = {}): Promise<RawClient> {
    const { version = 4, answers: _, username, password, ...words } = options;
    const client = this.bare(options);
    const { login } = this.#way;
    const user = username === undefined ? login.username : username;
    const secret = password === undefined ? login.password : password;
    const isKept = words.clean === false || (words.properties?.sessionExpiryInterval ?? 0) > 0;
    if (isKept) this.#kept.set(clientId, version);
    const who = user === null || user === undefined ? {} : { username: user };
    const withSecret = secret === null || secret === undefined ? {} : { password: secret };
    await client.enter({ clientId, ...who, ...(user === null ? {} : withSecret), ...words });
    return client;
  }

  /** A connection on which nothing has been said. */
  bare(options: RawOptions = {}): RawClient {
    if (this.#isOver) throw new Error('the probe is over');
    const client = new RawClient(this.#way.open(), options);
    this.#clients.add(client);
    return client;
  }

  /** What is retained here is taken back at the end. */
  retains(topic: string): string {
    this.#retained.add(topic);
    return topic;
  }

  /** Nothing of the probe is left behind; what could not be taken back is told. */
  async leave(): Promise<string[]> {
    this.#isOver = true;
    for (const client of this.#clients) client.destroy();
    const end = performance.now() + LEAVES_WITHIN_MS;
    const left: string[] = [];
    const each = async <T>(
      items: Iterable<T>,
      act: (item: T) => Promise<boolean>,
      what: string,
    ) => {
      const waiting = [...items];
      const work = async (): Promise<void> => {
        for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
          const done = performance.now() < end && (await act(item).catch(() => false));
          if (!done) left.push(`${what} ${String(item)}`);
        }
      };
      await Promise.all(Array.from({ length: Math.min(AT_ONCE, waiting.length) }, work));
    };
    await each(this.#kept.keys(), (id) => this.#forget(id), 'session');
    if (this.#retained.size > 0) {
      const clearer = await this.#enter(this.id('clear'), 4).catch(() => null);
      await each(
        this.#retained,
        async (topic) =>
          clearer !== null && (await clearer.publishSafely(topic, '', { retain: true })),
        'retained value',
      );
      clearer?.goodbye();
    }
    return left;
  }

  /** A clean session of the same name ends a kept one. */
  async #forget(clientId: string): Promise<boolean> {
    const client = await this.#enter(clientId, this.#kept.get(clientId) ?? 4);
    client.goodbye();
    return true;
  }

  async #enter(clientId: string, version: 4 | 5): Promise<RawClient> {
    const client = new RawClient(this.#way.open(), { version });
    await client.enter({ clientId, ...this.#way.login });
    return client;
  }
}
