/**
 * Every planted bug is run through one busy life of a small fleet, and must do what it says: fire,
 * and leave an outcome that an honest twin, given the same life, does not have, in the place where
 * its checker looks. That the checker finds it is the scenarios' test. A capability whose bugs
 * never wake in that life brings one of its own, `testing/lives/<word>.ts`.
 */
import { existsSync, readdirSync } from 'node:fs';
import type { IClientOptions } from 'mqtt';
import { beforeAll, expect, test, vi } from 'vitest';
import type { Mutant } from '#kernel';
import type { Call } from './outward.ts';
import type { Account, Platform } from './platform.ts';
import { ownClock } from './testing/own-clock.ts';
import {
  connect,
  deviceAccount,
  envelope,
  otherAccount,
  quiet,
  startTwin,
  type TestClient,
  temporaryFolder,
  topicOf,
} from './testing/twin.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const DEVICES = Array.from({ length: 9 }, (_, index) => `fridges/north-1/${index}`);
const READINGS = 60;

const folderUrl = new URL('./mutants/', import.meta.url);
const names = readdirSync(folderUrl)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -3))
  .sort();

/** Time passes only by waiting, and then at once. */
function jumpingClock() {
  let now = 0;
  return {
    now: () => now,
    after: (delayMs: number, action: () => void) => {
      const dueAt = now + delayMs;
      const timer = setImmediate(() => {
        now = Math.max(now, dueAt);
        action();
      });
      return () => clearImmediate(timer);
    },
  };
}

/** All that anybody could have seen of a life, in an order that does not depend on luck. */
interface Outcome {
  stored: string[];
  observed: string[];
  /** Readings by topic, in order of arrival. */
  order: Record<string, number[]>;
  commands: string[];
  sessionsPresent: string[];
  refused: string[];
  /** In the midst of the life, and at its end. */
  glimpsed: string[];
  retained: string[];
  online: string[];
  /** Longest time from a publish to its acknowledgement, ms. */
  slowest: number;
  fired: number;
}

/** Where the harm must show that a checker is to find. */
const SHOWS_IN: Readonly<Record<string, readonly (keyof Outcome)[]>> = {
  'no-acked-loss': ['stored', 'commands'],
  'no-phantom': ['stored', 'observed'],
  'exactly-once': ['observed'],
  'duplicates-explained': ['observed'],
  'in-order': ['order'],
  'session-kept': ['sessionsPresent'],
  'will-honest': ['observed'],
  'retained-current': ['glimpsed', 'retained'],
  presence: ['online'],
  recovered: ['refused'],
  'target-alive': ['refused'],
  latency: ['slowest'],
  'blast-radius': ['slowest'],
};

class Life {
  readonly #file: string;
  readonly #mutant: Mutant | null;
  readonly #clock = jumpingClock();
  readonly outcome: Outcome = {
    stored: [],
    observed: [],
    order: {},
    commands: [],
    sessionsPresent: [],
    refused: [],
    glimpsed: [],
    retained: [],
    online: [],
    slowest: 0,
    fired: 0,
  };
  readonly #devices = new Map<string, TestClient>();
  #platform: Platform | null = null;
  #observer: TestClient | null = null;
  #commander: TestClient | null = null;
  readonly #n = new Map<string, number>();

  constructor(file: string, mutant: Mutant | null) {
    this.#file = file;
    this.#mutant = mutant;
  }

  async run(): Promise<Outcome> {
    await this.#start();
    await this.#readings(READINGS / 2);
    this.outcome.glimpsed = this.#retained();
    await this.#command('while here');
    for (const id of DEVICES) await this.#leave(id, 'drop');
    await quiet();
    await this.#command('while away');
    await this.#join();
    await this.#readings(READINGS / 2);
    await this.#settle();
    this.#read();
    this.#platform?.kill();
    await this.#afterwards();
    return this.outcome;
  }

  get #now(): Platform {
    if (this.#platform === null) throw new Error('not started');
    return this.#platform;
  }

  async #start(): Promise<void> {
    const accounts = [
      ...DEVICES.map((id) => deviceAccount(id)),
      otherAccount('observer', 'observer'),
      otherAccount('commander', 'service'),
    ];
    const options = { accounts, mutant: this.#mutant, clock: this.#clock };
    this.#platform = await startTwin(this.#file, options);
    this.#observer = await connect(this.#platform, 'observer', { clean: false });
    await this.#observer.subscribe('tw/r1/3/#', 2);
    this.#commander = await connect(this.#platform, 'commander');
    await this.#join();
  }

  async #join(): Promise<void> {
    for (const id of DEVICES) {
      const will = { topic: topicOf(id, 'will'), payload: Buffer.from('{"n":0}'), qos: 1 };
      const options = { clean: false, resubscribe: false, will } as IClientOptions;
      const client = await connect(this.#now, id, options).catch(() => null);
      if (client === null) {
        this.outcome.refused.push(id);
        continue;
      }
      this.#devices.set(id, client);
      if (client.sessionPresent) this.outcome.sessionsPresent.push(id);
      await client.subscribe(topicOf(id, 'command'), 1);
      const status = envelope(this.#next(`${id}/status`));
      await this.#publish(client, topicOf(id, 'status'), status, 1, true);
    }
  }

  async #readings(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      for (const [id, client] of this.#devices) {
        const n = this.#next(id);
        // One QoS per device: MQTT orders nothing across two.
        const qos = DEVICES.indexOf(id) % 2 === 0 ? 1 : 2;
        await this.#publish(client, topicOf(id, 'telemetry'), envelope(n), qos);
      }
    }
  }

  async #command(text: string): Promise<void> {
    if (this.#commander === null) return;
    for (const id of DEVICES) {
      const topic = topicOf(id, 'command');
      await this.#publish(this.#commander, topic, `${text} ${id}`, 1);
    }
  }

  /** Who is cut off publishes nothing, and that shows in what is stored. */
  async #publish(client: TestClient, ...message: Parameters<TestClient['publish']>): Promise<void> {
    if (client.isClosed()) return;
    const sentAt = this.#clock.now();
    await client.publish(...message).catch(() => {});
    // In halves of a second: the platform's own short timers move this clock as well.
    const tookMs = Math.floor((this.#clock.now() - sentAt) / 500) * 500;
    this.outcome.slowest = Math.max(this.outcome.slowest, tookMs);
  }

  async #leave(id: string, how: 'drop' | 'end'): Promise<void> {
    const client = this.#devices.get(id);
    if (client === undefined) return;
    this.#devices.delete(id);
    await client[how]();
    this.#take(id, client);
  }

  #take(id: string, client: TestClient): void {
    for (const { text } of client.received.splice(0)) this.outcome.commands.push(`${id}: ${text}`);
  }

  async #settle(): Promise<void> {
    await quiet(200);
    for (const [id, client] of this.#devices) this.#take(id, client);
    const { outcome } = this;
    for (const { topic, text } of this.#observer?.received ?? []) {
      outcome.observed.push(`${topic} ${text}`);
      if (!topic.endsWith('/telemetry')) continue;
      outcome.order[topic] = [...(outcome.order[topic] ?? []), JSON.parse(text).n];
    }
    outcome.observed.sort();
    outcome.commands.sort();
    outcome.fired = this.#now.stats().fired;
  }

  #read(): void {
    this.outcome.retained = this.#retained();
    const { presence } = this.#get<{ presence: { device: string; online: boolean }[] }>(
      '/presence',
    );
    this.outcome.online = presence.filter((each) => each.online).map((each) => each.device);
  }

  #retained(): string[] {
    const { retained } = this.#get<{ retained: { topic: string; hash: number }[] }>('/retained');
    return retained.map(({ topic, hash }) => `${topic} ${hash}`);
  }

  #get<T>(path: string): T {
    return this.#now.request('GET', path, new URLSearchParams('limit=9999')).body as T;
  }

  /** What is in the file after a kill. */
  async #afterwards(): Promise<void> {
    const platform = await startTwin(this.#file);
    const { body } = platform.request('GET', '/telemetry', new URLSearchParams('limit=9999'));
    const { rows } = body as { rows: { device: string; n: number; hash: number }[] };
    this.outcome.stored = rows.map((row) => `${row.device} ${row.n} ${row.hash}`);
    await platform.close();
  }

  #next(name: string): number {
    const n = this.#n.get(name) ?? 0;
    this.#n.set(name, n + 1);
    return n;
  }
}

async function live(mutant: Mutant | null): Promise<Outcome> {
  const folder = temporaryFolder();
  try {
    return await new Life(folder.file('store.db'), mutant).run();
  } finally {
    folder.remove();
  }
}

/**
 * `again`: the platform dies, and another goes on with what it has written. `pass` lets time go by,
 * where the life is `timed`.
 */
type OwnLife = (
  platform: Platform,
  ids: readonly string[],
  again: () => Promise<Platform>,
  pass: (ms: number) => Promise<void>,
) => Promise<object>;

const lives = new URL('./testing/lives/', import.meta.url);
/** Beside the devices, whoever lives in it, and who outside is called. */
type OwnLifeWith = OwnLife & {
  accounts?: readonly Account[];
  timed?: true;
  call?: Call;
  dialect?: string;
};
const OWN_LIVES = new Map(
  await Promise.all(
    readdirSync(lives).map(async (file): Promise<[string, OwnLifeWith]> => {
      const module = (await import(new URL(file, lives).href)) as { default: OwnLifeWith };
      return [file.slice(0, -3), module.default];
    }),
  ),
);

/** The life of a capability, by its word; what anybody could see of it, and how often it fired. */
async function liveOwn(word: string, mutant: Mutant | null) {
  const folder = temporaryFolder();
  const beside = OWN_LIVES.get(word)?.accounts ?? [];
  const accounts = [...DEVICES.map((id) => deviceAccount(id)), ...beside];
  const time = ownClock();
  const clock = OWN_LIVES.get(word)?.timed === true ? time : jumpingClock();
  const { call, dialect = '' } = OWN_LIVES.get(word) ?? {};
  const own = { accounts, mutant, clock, dialect, ...(call === undefined ? {} : { call }) };
  const begin = () => startTwin(folder.file('store.db'), own);
  let platform = await begin();
  let before = 0;
  const again = async (): Promise<Platform> => {
    before += platform.stats().fired;
    platform.kill();
    platform = await begin();
    return platform;
  };
  try {
    const seen = await OWN_LIVES.get(word)?.(platform, DEVICES, again, time.pass);
    return { seen: JSON.stringify(seen), fired: before + platform.stats().fired };
  } finally {
    await platform.close();
    folder.remove();
  }
}

let honest: Outcome;

beforeAll(async () => {
  honest = await live(null);
});

test.each([...OWN_LIVES.keys()])(
  'an honest twin lives the life of %s the same twice',
  async (word) => {
    const outcome = await liveOwn(word, null);
    expect(outcome.fired).toBe(0);
    expect(await liveOwn(word, null)).toEqual(outcome);
  },
);

test('an honest twin stores and forwards all of it', async () => {
  const outcome = honest;
  expect(outcome.stored).toHaveLength(DEVICES.length * READINGS);
  // Of each: its readings, two status values, one will, two commands.
  expect(outcome.observed).toHaveLength(DEVICES.length * (READINGS + 5));
  expect(outcome.commands).toHaveLength(DEVICES.length * 2);
  expect(outcome.sessionsPresent).toEqual(DEVICES);
  expect(outcome.online).toEqual(DEVICES);
  expect(outcome.retained).toHaveLength(DEVICES.length);
  expect(outcome).toMatchObject({ refused: [], fired: 0 });
  expect(await live(null)).toEqual(outcome);
});

test('there are bugs to plant', () => {
  expect(names.length).toBeGreaterThanOrEqual(18);
});

test.each(names)('%s fires and does harm', async (name) => {
  const module = (await import(new URL(`${name}.ts`, folderUrl).href)) as { default: Mutant };
  const mutant = module.default;
  expect(mutant.kind).toBe(name);
  expect(mutant.summary).not.toBe('');
  expect(mutant.word).toMatch(/^[a-z][a-z-]+$/);
  expect(existsSync(new URL(`../../reports/checkers/${mutant.caughtBy}.ts`, import.meta.url))).toBe(
    true,
  );
  expect(
    existsSync(new URL(`../../scenarios/library/${mutant.scenario}.yaml`, import.meta.url)),
  ).toBe(true);
  const { word = '' } = mutant;
  if (OWN_LIVES.has(word)) {
    const outcome = await liveOwn(word, mutant);
    expect(outcome.fired).toBeGreaterThan(0);
    expect(outcome.seen).not.toBe((await liveOwn(word, null)).seen);
    // The same bug does the same harm again.
    expect(await liveOwn(word, mutant)).toEqual(outcome);
    return;
  }
  const outcome = await live(mutant);
  expect(outcome.fired).toBeGreaterThan(0);
  const fields = SHOWS_IN[mutant.caughtBy] ?? [];
  const harmed = fields.filter(
    (field) => JSON.stringify(outcome[field]) !== JSON.stringify(honest[field]),
  );
  expect(harmed).not.toEqual([]);
  // The same bug does the same harm again.
  expect(await live(mutant)).toEqual(outcome);
});
