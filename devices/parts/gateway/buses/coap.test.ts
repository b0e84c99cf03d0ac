/** What a gateway takes of what it observes, and when it registers. */
import { expect, it } from 'vitest';
import { BENCH_MODEL, BenchDevice } from '../../../duties/bench-device.ts';
import gateway from '../../gateway.ts';

const CHILD = 1;
const resource = { signals: ['level'], confirmable: false, 'max-age': 5000 };
const RESOURCES = [{ ...resource, path: '/level' }];

class Device extends BenchDevice {
  readonly told: { op: string; t: number; fields: Record<string, unknown> }[] = [];

  constructor(over: object = {}, bench: object[] = RESOURCES) {
    const own = { loss: 0, timeout: 2000, busy: '5.03', resources: { bench }, ...over };
    const bus = { misses: 3, poll: 1000, latency: 0, coap: own };
    const params = { messages: 1000, bytes: 100_000, drop: 'oldest', priorities: {} };
    super(gateway, BENCH_MODEL, { ...params, flush: 1000, memory: 'ram', bus } as never);
    const kids = [1, 2].map((child) => ({ ...this.row, id: `kid/${child}` }));
    const reading = { code: 0, name: 'reading', way: 'up', schedule: { by: 'sampling' } };
    const streams = [reading, ...this.plan.streams.filter(({ code }) => code !== 0)];
    Object.assign(this.plan, { devices: [this.row, ...kids], streams });
    this.isPowered = true;
    this.call('booted', 1, 'power-on');
    this.call('begin');
  }

  override write(op: string, fields: Record<string, unknown>): void {
    if (fields.child === CHILD) this.told.push({ op, t: this.now(), fields });
  }

  says(count = 1): void {
    this.freight.has(CHILD, count, this.now(), 1);
    this.call('offered', CHILD);
  }

  of(op: string): Record<string, unknown>[] {
    return this.told.filter((one) => one.op === op).map(({ fields }) => fields);
  }

  /** The readings that it took in, by number. */
  get took(): unknown[] {
    return this.of('gateway/took').map(({ n }) => n);
  }

  registeredAt(): number[] {
    return this.told.filter(({ op }) => op === 'gateway/registered').map(({ t }) => t);
  }

  get givenUp(): string[] {
    return this.deeds.filter((deed) => deed.startsWith('give up')).map((deed) => deed.slice(8));
  }
}

it('hears the last of what there was when it registers, and each one from then on', () => {
  const device = new Device();
  device.says(3);
  device.pass(1000);
  expect(device.took).toEqual([2]);
  device.says();
  device.says();
  expect(device.took).toEqual([2, 3, 4]);
  expect(device.givenUp).toEqual(['0 overwritten', '1 overwritten']);
  expect(device.of('gateway/decoded').at(-1)).toMatchObject({ n: 4, values: '{"level":4}' });
});

it('takes none that a newer one has overtaken', () => {
  const device = new Device({ late: { share: 0.3, by: 1500 } });
  device.pass(1000);
  for (let k = 0; k < 40; k++) {
    device.says();
    device.pass(500);
  }
  const took = device.took as number[];
  expect(took).toEqual([...took].sort((a, b) => a - b));
  const left = device.of('gateway/observed').filter(({ taken }) => taken === false).length;
  expect(left).toBeGreaterThan(3);
  expect(device.givenUp).toHaveLength(left);
  expect(device.givenUp.every((one) => one.endsWith('outdated'))).toBe(true);
});

it('has a reading once all resources have said it', () => {
  const other = { ...resource, path: '/other', signals: ['other'] };
  const device = new Device({ loss: 0.3 }, [...RESOURCES, other]);
  device.pass(1000);
  for (let k = 0; k < 30; k++) {
    device.says();
    device.pass(200);
  }
  const took = device.took as number[];
  expect(took.length).toBeGreaterThan(5);
  expect(took.length).toBeLessThan(30);
  for (const { values } of device.of('gateway/decoded')) {
    expect(Object.keys(JSON.parse(String(values)))).toEqual(['level', 'other']);
  }
});

it('registers anew when nothing came for Max-Age, and asks until somebody answers', () => {
  const device = new Device();
  device.pass(3000);
  device.says();
  device.freight.isThere = () => false;
  device.pass(14_000);
  expect(device.registeredAt()).toEqual([0, 8000, 10_000, 12_000, 14_000, 16_000]);
  expect(device.of('gateway/missed')).toHaveLength(4);
  device.freight.isThere = () => true;
  device.pass(3000);
  device.says();
  expect(device.took).toEqual([0, 1]);
});

it('is not told by a child that came up anew, and registers with it', () => {
  const device = new Device();
  device.pass(1000);
  device.freight.epochOf = () => 2;
  device.says();
  expect(device.took).toEqual([]);
  device.pass(6000);
  expect(device.took).toEqual([0]);
});

it('comes back to one that is busy each time that it looks after it', () => {
  const device = new Device({ busy: '4.04' });
  device.pass(1000);
  device.call('struck', CHILD, 'stuck', { busy: true });
  device.says();
  device.pass(3000);
  expect(device.of('gateway/turned-down').map(({ code }) => code)).toEqual([404, 404, 404, 404]);
  expect(device.took).toEqual([]);
  device.call('relieved', CHILD, 'stuck');
  device.pass(1000);
  expect(device.took).toEqual([0]);
});

it('registers anew once its own memory is gone', () => {
  const device = new Device();
  device.pass(1500);
  device.call('forgot', 'reboot');
  device.says();
  expect(device.took).toEqual([]);
  device.pass(1000);
  expect(device.took).toEqual([0]);
  expect(device.registeredAt()).toEqual([0, 2000]);
});
