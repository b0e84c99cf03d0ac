/** What a child on LoRaWAN says when, and what becomes of what is for it. */
import { expect, it } from 'vitest';
import { BENCH_MODEL, BenchDevice } from '../../../duties/bench-device.ts';
import gateway from '../../gateway.ts';

const CHILD = 1;
/** 20 bytes at SF7, and as many down. */
const ON_AIR_MS = 72;
const WINDOWS_MS = 2000 + ON_AIR_MS;

class Device extends BenchDevice {
  readonly tookAt: number[] = [];

  constructor(bus: object) {
    const params = { messages: 100, bytes: 100_000, drop: 'oldest', priorities: {} };
    super(gateway, BENCH_MODEL, { ...params, flush: 1000, memory: 'ram', bus } as never);
    this.call('begin');
    this.isPowered = true;
    this.call('booted', 1, 'power-on');
  }

  override write(op: string, fields: object): void {
    if (op === 'gateway/took') this.tookAt.push(this.now());
    else this.deeds.push(`write ${op} ${Object.keys(fields).join()}`);
  }

  says(count: number): void {
    this.freight.has(CHILD, count, this.now(), 1);
    this.call('offered', CHILD);
  }

  brings(): void {
    this.call('brought', this.freight.brings(CHILD));
  }

  /** What became of what came down. */
  get letters(): string[] {
    return this.deeds.filter((deed) => /^(deliver|let go)/.test(deed));
  }
}

const radio = (duty: number): Device =>
  new Device({ misses: 3, lorawan: { sf: 7, duty, payload: 20, loss: 0 } });

const gapsOf = ({ tookAt }: Device): number[] =>
  tookAt.slice(1).map((at, before) => at - (tookAt[before] ?? 0));

it('sends no packet before the windows of the last are over, and no sooner than it may', () => {
  const device = radio(0.1);
  device.says(4);
  device.pass(60_000);
  expect(gapsOf(device)).toHaveLength(3);
  for (const gap of gapsOf(device)) expect(gap).toBeGreaterThanOrEqual(WINDOWS_MS);
  const slow = radio(0.01);
  slow.says(4);
  slow.pass(60_000);
  for (const gap of gapsOf(slow)) expect(gap).toBeGreaterThanOrEqual(7000);
});

it('listens after each of them', () => {
  const device = radio(0.1);
  for (let k = 0; k < 3; k++) device.brings();
  device.says(3);
  device.pass(60_000);
  expect(device.letters).toEqual(['deliver 0', 'deliver 1', 'deliver 2']);
});

it('lets go at the end what it has, also what is on the air just then', () => {
  const device = radio(0.1);
  device.brings();
  device.brings();
  device.says(1);
  // It has begun to say the first of them, in the first window.
  device.pass(ON_AIR_MS + 1020);
  device.call('end');
  device.pass(10_000);
  expect(device.letters).toEqual(['let go 0 run-ended', 'let go 1 run-ended']);
});

it('gives nothing that it was saying when it lost its memory', () => {
  const device = radio(0.1);
  device.brings();
  device.says(1);
  device.pass(ON_AIR_MS + 1020);
  device.freight.forget();
  device.call('forgot', 'power-cut');
  device.brings();
  device.pass(10_000);
  expect(device.letters).toEqual([]);
});

it.each([
  ['lorawan', { misses: 3, lorawan: { sf: 7, duty: 0.1, payload: 20, loss: 0 } }],
  ['polled', { misses: 3, poll: 1000, latency: 0, loss: 0 }],
])('lets go on a bus that is %s what is for a child that is not there', (_, bus) => {
  const device = new Device(bus);
  device.says(1);
  device.pass(500);
  device.freight.isThere = () => false;
  device.brings();
  device.pass(10_000);
  expect(device.letters).toEqual(['let go 0 not-there']);
});

it('loses on the air what is lost there, and listens to nothing after it', () => {
  const device = new Device({ misses: 3, lorawan: { sf: 7, duty: 0.1, payload: 20, loss: 1 } });
  device.brings();
  device.says(2);
  device.pass(60_000);
  expect(device.tookAt).toEqual([]);
  expect(device.deeds.filter((deed) => deed.startsWith('give up'))).toHaveLength(2);
  expect(device.letters).toEqual([]);
});
