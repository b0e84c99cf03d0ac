/**
 * What a fresh subscriber is given at the end, by brokers of every habit: late, one filter at a
 * time, without the flag, or silent. Only what is missing for certain may look complete.
 */
import { type Duplex, duplexPair } from 'node:stream';
import mqttPacket, { type Packet } from 'mqtt-packet';
import { describe, expect, it } from 'vitest';
import type { Guarantees, Plan } from '#kernel';
import { CODE } from '../../kernel/testing/streams.ts';
import { testPlan } from '../../twins/oracles/testing/plan.ts';
import json from '../dialects/codecs/json.ts';
import { laneDialect } from '../dialects/lanes.ts';
import { settle } from '../testing/scripted-server.ts';
import type { ObserverPorts } from './observer.ts';
import { RetainedLooks } from './retained-looks.ts';
import { readRetained } from './retained-read.ts';

const RUN = 'run';

interface Habit {
  /** So long after a SUBSCRIBE it hands anything over. */
  lateMs?: number;
  /** And one at a time, so long after the one before. */
  apartMs?: number;
  unmarked?: boolean;
  exactOnly?: boolean;
  /** It keeps nothing that is published here, though it says so. */
  forgets?: boolean;
  /** Nobody may publish. */
  closes?: boolean;
  /** Filters of which it grants none. */
  refuses?: RegExp;
  /** Nobody is let in. */
  shut?: boolean;
}

/** Keeps retained values and hands them over, one level of wildcard is all it knows. */
class Retainer {
  readonly retained = new Map<string, Buffer>();
  /** Filters of each session, in the order of their first SUBSCRIBE. */
  readonly filters = new Map<Duplex, string[]>();
  readonly #habit: Habit;
  #due: { at: number; act: () => void }[] = [];
  now = 0;

  constructor(habit: Habit) {
    this.#habit = habit;
  }

  open(): Duplex {
    const [client, server] = duplexPair();
    const parser = mqttPacket.parser({ protocolVersion: 4 });
    parser.on('packet', (packet: Packet) => this.#got(server, packet));
    server.on('data', (chunk: Buffer) => parser.parse(chunk));
    server.on('error', () => {});
    server.on('close', () => client.destroy());
    return client;
  }

  async pass(ms: number): Promise<void> {
    this.now += ms;
    const due = this.#due.filter(({ at }) => at <= this.now);
    this.#due = this.#due.filter(({ at }) => at > this.now);
    for (const { act } of due) act();
    await settle();
  }

  #got(to: Duplex, packet: Packet): void {
    const send = (answer: Packet): void => void to.write(mqttPacket.generate(answer));
    if (packet.cmd === 'connect') {
      send({ cmd: 'connack', returnCode: this.#habit.shut ? 5 : 0, sessionPresent: false });
    } else if (packet.cmd === 'publish') {
      if (this.#habit.closes === true) {
        to.destroy();
        return;
      }
      if (packet.payload.length === 0) this.retained.delete(packet.topic);
      else if (!this.#habit.forgets) this.retained.set(packet.topic, Buffer.from(packet.payload));
      send({ cmd: 'puback', messageId: packet.messageId ?? 0 });
    } else if (packet.cmd === 'subscribe') {
      const filters = packet.subscriptions.map(({ topic }) => topic);
      this.filters.set(to, [...(this.filters.get(to) ?? []), ...filters]);
      const granted = filters.map((filter) => (this.#habit.refuses?.test(filter) ? 128 : 1));
      send({ cmd: 'suback', messageId: packet.messageId ?? 0, granted });
      const act = (): void => this.#handOver(filters, send);
      if (this.#habit.lateMs === undefined) act();
      else this.#due.push({ at: this.now + this.#habit.lateMs, act });
    }
  }

  #handOver(filters: readonly string[], send: (packet: Packet) => void): void {
    const { exactOnly, unmarked, apartMs = 0 } = this.#habit;
    let at = this.now;
    for (const [topic, payload] of this.retained) {
      const isWanted = filters.some((filter) =>
        filter.endsWith('/#') && !exactOnly
          ? topic.startsWith(filter.slice(0, -1))
          : topic === filter,
      );
      if (!isWanted) continue;
      at += apartMs;
      const act = (): void =>
        send({ cmd: 'publish', topic, payload, qos: 0, dup: false, retain: !unmarked });
      if (apartMs === 0) act();
      else this.#due.push({ at, act });
    }
  }
}

interface Read {
  /** As written: devices in the order in which they came, and whether all of it came. */
  values: number[];
  complete: boolean;
  /** Why not, in words. */
  why: string[];
  tookMs: number;
  broker: Retainer;
}

/** Five devices in five lanes have a retained status each; those in `lost` have none any more. */
async function read(
  habit: Habit,
  promises: Partial<Guarantees> = {},
  lost: readonly number[] = [],
): Promise<Read> {
  const { ports, broker, written } = reader(habit, promises, lost);
  await readRetained(ports, 'reader/0', [0, 1, 2, 3, 4]);
  const values = written.flatMap(({ op, entry }) =>
    op === 'retained' && entry.stream === CODE.status ? [entry.device ?? -1] : [],
  );
  const complete = written.findLast(({ op }) => op === 'final-read')?.entry.complete === true;
  const why = written.flatMap(({ op, entry }) =>
    op === 'unread' && entry.port === 'retained values' ? [entry.why ?? ''] : [],
  );
  return { values: values.sort((a, b) => a - b), complete, why, tookMs: broker.now, broker };
}

interface Written {
  op: string;
  entry: {
    device?: number;
    stream?: number;
    look?: number;
    begins?: boolean;
    complete?: boolean;
    port?: string;
    why?: string;
  };
}

function reader(
  habit: Habit,
  promises: Partial<Guarantees> = {},
  lost: readonly number[] = [],
): { ports: ObserverPorts; broker: Retainer; written: Written[] } {
  const plan: Plan = testPlan({ devices: 5, readings: 1 });
  Object.assign(plan.target.guarantees, promises);
  plan.devices.forEach((device, index) => {
    device.lane = index;
  });
  const dialect = laneDialect(RUN, json);
  const broker = new Retainer(habit);
  plan.devices.forEach(({ id, lane }, index) => {
    const message = { device: id, lane, stream: 'status', n: 0, epoch: 1, intended: 0 } as const;
    const { topic, payload } = dialect.encode({ ...message, qos: 1, retain: true, values: {} });
    if (!lost.includes(index)) broker.retained.set(topic, Buffer.from(payload));
  });
  const written: Written[] = [];
  const ports = {
    plan,
    run: RUN,
    dialect,
    roster: new Map(plan.devices.map(({ id }, index) => [id, index])),
    links: { direct: () => broker.open(), witness: () => broker.open() },
    credentials: { clientId: (name: string) => name, userName: () => '', password: () => '' },
    clock: { now: () => broker.now, after: () => () => {} },
    now: () => broker.now,
    wheel: { after: (ms: number, action: () => void) => void broker.pass(ms).then(action) },
    ledger: { write: (op: string, entry: Written['entry']) => void written.push({ op, entry }) },
  } as unknown as ObserverPorts;
  return { ports, broker, written };
}

const ALL = [0, 1, 2, 3, 4];

it.each([
  ['at once', {}, {}],
  ['0.8 s late', { lateMs: 800 }, {}],
  ['late, and not marked', { lateMs: 800, unmarked: true }, { retained: 'unflagged' }],
  ['for exact topics only', { exactOnly: true }, { retained: 'exact-topics' }],
  ['to a reader that may not publish', { closes: true }, {}],
] as const)('all of it is read of a broker that hands it over %s', async (_, habit, promises) => {
  const { values, complete, why } = await read(habit, promises);
  expect({ values, complete, why }).toEqual({ values: ALL, complete: true, why: [] });
});

it('one that is missing is missing for certain when the declared time is over', async () => {
  const promises = { retainedWithinMs: 3000 };
  const { values, complete, tookMs } = await read({}, promises, [2]);
  expect({ values, complete }).toEqual({ values: [0, 1, 3, 4], complete: true });
  expect(tookMs).toBeGreaterThanOrEqual(3000);
});

it('while values still come, the declared time is given once more', async () => {
  const promises = { retainedWithinMs: 1000 };
  const slow = await read({ apartMs: 300 }, promises, [2]);
  expect(slow).toMatchObject({ values: [0, 1, 3, 4], complete: true });
  const slower = await read({ apartMs: 450 }, promises, [2]);
  expect(slower.complete).toBe(false);
  expect(slower.tookMs).toBeLessThan(3000);
});

it('nothing is certain where ours does not come back either', async () => {
  const { values, complete } = await read({ forgets: true }, {}, [2]);
  expect({ values, complete }).toEqual({ values: [0, 1, 3, 4], complete: false });
});

it('nor where it came later than declared', async () => {
  const { complete } = await read({ lateMs: 5000 }, { retainedWithinMs: 1000 });
  expect(complete).toBe(false);
});

it.each<[string, Habit, RegExp]>([
  [
    'a subscription',
    { refuses: /^tw\/run\/3\// },
    /^it refuses the subscription to tw\/run\/3\/#: /,
  ],
  ['that of its own value', { refuses: /reader/ }, /^it refuses .* to tw\/run\/reader\/0: /],
  ['the connection', { shut: true }, /^Connection refused: Not authorized$/],
  ['its own value', { forgets: true }, /^a value that the reader itself published .* within 10s$/],
  ['a publish', { closes: true }, /^the reader could not publish a value of its own/],
])('why it could not be read is told of a broker that refuses the reader %s', async (...given) => {
  const [, habit, told] = given;
  const { complete, why } = await read(habit, {}, [2]);
  expect({ complete, why }).toEqual({ complete: false, why: [expect.stringMatching(told)] });
});

it('what comes unmarked is no retained value where marks are declared', async () => {
  expect((await read({ unmarked: true })).values).toEqual([]);
});

it('no session holds more filters than declared, and nothing of ours stays behind', async () => {
  const { broker, values } = await read({}, { filtersPerSession: 3 });
  const counts = [...broker.filters.values()].map((filters) => filters.length);
  expect(counts).toEqual([3, 3, 2]);
  expect(values).toEqual(ALL);
  expect([...broker.retained.keys()].filter((topic) => topic.includes('reader'))).toEqual([]);
});

describe('a look in the midst of the run', () => {
  /** Two looks, of which a shard with the lanes 1 to 3 has to do with the first alone. */
  function looking(habit: Habit, lost: readonly number[] = []) {
    const { ports, broker, written } = reader(habit, {}, lost);
    ports.plan.observers.looks = [
      { at: 500, lanes: [0, 1, 3] },
      { at: 900, lanes: [0] },
    ];
    const looks = new RetainedLooks(ports, 'reader/0', new Set([1, 2, 3]));
    const passed = async (untilMs: number): Promise<void> => {
      while (broker.now < untilMs) await broker.pass(100);
    };
    const said = (): string[] =>
      written.map(({ op, entry: { device, begins, complete } }) =>
        op === 'look' ? `${begins === true ? 'begins' : 'ends'} ${complete}` : `${op} ${device}`,
      );
    return { looks, broker, said, passed };
  }

  it('reads what the plan says, of its own lanes, and leaves nothing behind', async () => {
    const { looks, broker, said, passed } = looking({});
    looks.start();
    expect(said()).toEqual([]);
    await passed(2000);
    await looks.stop();
    expect(said()).toEqual(['begins false', 'glimpsed 1', 'glimpsed 3', 'ends true']);
    expect([...broker.retained.keys()].filter((topic) => topic.includes('reader'))).toEqual([]);
  });

  it('misses for certain what has not come by the declared time', async () => {
    const { looks, said, passed } = looking({}, [3]);
    looks.start();
    await passed(12_000);
    await looks.stop();
    expect(said()).toEqual(['begins false', 'glimpsed 1', 'ends true']);
  });

  it('is over by the declared time, which is all that the plan has kept free', async () => {
    const { looks, said, passed } = looking({ apartMs: 4900 });
    looks.start();
    await passed(10_600);
    expect(said().at(-1)).toMatch(/^ends/);
    await looks.stop();
  });

  it('breaks off when sampling ends, and proves nothing then', async () => {
    const { looks, broker, said, passed } = looking({ lateMs: 5000 });
    looks.start();
    await passed(1500);
    await looks.stop();
    expect(said()).toEqual(['begins false', 'ends false']);
    const { size } = broker.filters;
    await passed(12_000);
    expect(said()).toHaveLength(2);
    expect(broker.filters.size).toBe(size);
  });

  it('is not begun when sampling has ended', async () => {
    const { looks, said, passed } = looking({});
    looks.start();
    await looks.stop();
    await passed(2000);
    expect(said()).toEqual([]);
  });
});
