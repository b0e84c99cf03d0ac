/**
 * Random lives of a platform: publishes at QoS 1 and 2, a persistent observer that comes and goes,
 * kills at any turn. Whatever happens, what was acknowledged is stored and observed, and QoS 2 is
 * observed once.
 */
import fc from 'fast-check';
import { type IClientOptions, Store } from 'mqtt';
import { expect, test, vi } from 'vitest';
import type { Platform } from '../platform.ts';
import { connectRaw, type RawClient } from '../testing/raw.ts';
import {
  connect,
  envelope,
  quiet,
  type Received,
  startTwin,
  type TestClient,
  temporaryFolder,
  topicOf,
  until,
} from '../testing/twin.ts';

vi.setConfig({ testTimeout: 120_000 });

const FRIDGE = 'fridges/north-1/17';

type Step =
  | { kind: 'publish'; qos: 1 | 2; turns: number }
  | { kind: 'burst'; qos: 1 | 2; turns: number }
  | { kind: 'observer-drops' | 'observer-leaves' | 'observer-returns'; turns: number }
  | { kind: 'kill'; turns: number };

const turns = fc.integer({ min: 0, max: 6 });
const qos = fc.constantFrom(1 as const, 2 as const);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('publish' as const), qos, turns }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('burst' as const), qos, turns }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('observer-drops', 'observer-leaves', 'observer-returns'),
      turns,
    }) as fc.Arbitrary<Step>,
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('kill' as const), turns }) },
);

/** One life of everybody, remembered across connections and kills. */
class Scene {
  readonly #file: string;
  readonly #stores = { incomingStore: new Store({ clean: false }) };
  platform: Platform | null = null;
  device: TestClient | null = null;
  observer: TestClient | null = null;
  readonly observed: Received[] = [];
  readonly acked = new Map<number, 1 | 2>();
  #n = 0;

  constructor(file: string) {
    this.#file = file;
  }

  async start(): Promise<void> {
    this.platform = await startTwin(this.#file);
    this.device = await connect(this.platform, FRIDGE);
  }

  async observe(): Promise<void> {
    if (this.platform === null || this.observer !== null) return;
    const { incomingStore } = this.#stores;
    const options = { clean: false, incomingStore, resubscribe: false } as IClientOptions;
    this.observer = await connect(this.platform, 'observer', options);
  }

  collect(): void {
    this.observed.push(...(this.observer?.received.splice(0) ?? []));
  }

  async leave(how: 'drop' | 'end'): Promise<void> {
    const { observer } = this;
    if (observer === null) return;
    this.observer = null;
    await observer[how]();
    this.observed.push(...observer.received.splice(0));
  }

  publish(level: 1 | 2): void {
    const n = this.#n++;
    void this.device?.publish(topicOf(FRIDGE, 'telemetry'), envelope(n), level).then(
      () => this.acked.set(n, level),
      () => {},
    );
  }

  async kill(): Promise<void> {
    this.platform?.kill();
    await this.leave('drop');
    await this.device?.drop();
    await this.start();
  }

  async play({ kind, turns: pause, ...rest }: Step): Promise<void> {
    const level = 'qos' in rest ? (rest.qos as 1 | 2) : 1;
    if (kind === 'publish') this.publish(level);
    if (kind === 'burst') for (let i = 0; i < 8; i++) this.publish(level);
    if (kind === 'observer-drops') await this.leave('drop');
    if (kind === 'observer-leaves') await this.leave('end');
    if (kind === 'observer-returns') await this.observe();
    if (kind === 'kill') await this.kill();
    await quiet(pause);
  }

  stored(): Set<number> {
    const answer = this.platform?.request('GET', '/telemetry', new URLSearchParams('limit=5000'));
    const { rows } = (answer?.body ?? { rows: [] }) as { rows: { n: number }[] };
    return new Set(rows.map((row) => row.n));
  }
}

test('what is acknowledged is stored and observed, through any life', async () => {
  let kills = 0;
  let acked = 0;
  const life = fc.asyncProperty(
    fc.array(step, { minLength: 8, maxLength: 40, size: 'max' }),
    async (steps) => {
      const folder = temporaryFolder();
      const scene = new Scene(folder.file('store.db'));
      await scene.start();
      await scene.observe();
      await scene.observer?.subscribe('tw/r1/3/#', 2);
      for (const each of steps) await scene.play(each);
      await quiet();
      await scene.observe();
      await until(() => scene.platform?.stats().queued === 0);
      await quiet();
      scene.collect();
      judge(scene);
      kills += steps.filter((each) => each.kind === 'kill').length;
      acked += scene.acked.size;
      await scene.leave('end');
      await scene.device?.end();
      await scene.platform?.close();
      folder.remove();
    },
  );
  await fc.assert(life, { seed: 42, numRuns: 40, endOnFailure: true });
  // Not a vacuous success: plenty was killed, plenty was promised.
  expect(kills).toBeGreaterThan(20);
  expect(acked).toBeGreaterThan(500);
});

test('a QoS 2 message begun before a kill is finished after it, once', async () => {
  const folder = temporaryFolder();
  let platform = await startTwin(folder.file('store.db'));
  const observer = await connect(platform, 'observer', { clean: false });
  await observer.subscribe('tw/r1/3/#', 2);
  await observer.end();
  const message = (n: number) => ({
    cmd: 'publish' as const,
    topic: topicOf(FRIDGE, 'telemetry'),
    payload: envelope(n),
    qos: 2 as const,
    messageId: 7,
    dup: false,
    retain: false,
  });
  const restart = async (): Promise<RawClient> => {
    platform.kill();
    platform = await startTwin(folder.file('store.db'));
    const device = await connectRaw(platform, FRIDGE, false);
    expect(device.sessionPresent).toBe(true);
    return device;
  };
  let device = await connectRaw(platform, FRIDGE, false);
  await device.ask(message(0), 'pubrec');
  device = await restart();
  // The same message again, twice: answered, and not published.
  await device.ask({ ...message(0), dup: true }, 'pubrec');
  await device.ask({ ...message(0), dup: true }, 'pubrec');
  await device.ask({ cmd: 'pubrel', messageId: 7 }, 'pubcomp');
  // The id is free once PUBCOMP was said, also after another kill.
  device = await restart();
  await device.ask(message(1), 'pubrec');
  await device.ask({ cmd: 'pubrel', messageId: 7 }, 'pubcomp');
  await device.ask({ cmd: 'pubrel', messageId: 7 }, 'pubcomp');
  const back = await connect(platform, 'observer', { clean: false });
  await until(() => back.received.length >= 2);
  await quiet();
  expect(back.received.map((each) => each.text)).toEqual([envelope(0), envelope(1)]);
  await platform.close();
  folder.remove();
});

function judge(scene: Scene): void {
  const stored = scene.stored();
  const seen = new Map<number, number>();
  for (const { text } of scene.observed) {
    const { n } = JSON.parse(text) as { n: number };
    seen.set(n, (seen.get(n) ?? 0) + 1);
  }
  for (const [n, level] of scene.acked) {
    expect(stored.has(n), `reading ${n} is stored`).toBe(true);
    expect(seen.has(n), `reading ${n} at QoS ${level} is observed`).toBe(true);
  }
  for (const level of [1, 2]) {
    const numbers = scene.observed.filter((each) => each.qos === level);
    const order = [...new Set(numbers.map((each) => JSON.parse(each.text).n as number))];
    expect(order, `QoS ${level} in order`).toEqual([...order].sort((a, b) => a - b));
    if (level === 2) expect(numbers, 'QoS 2 once').toHaveLength(order.length);
  }
}
