/** What the parts that come with the product do in a life of their device, told in full. */
import { describe, expect, it } from 'vitest';
import type { StreamSpec } from '#kernel';
import type { Body } from '../body.ts';
import { BenchWheel } from '../duties/bench-wheel.ts';
import type { Part, PartDevice, PartKind } from '../part.ts';
import commands from './commands.ts';
import health from './health.ts';
import telemetry from './telemetry.ts';
import twin from './twin.ts';

const END = 10_000;

interface Desk {
  part: Part;
  device: { isPowered: boolean; isStopped: boolean; isOnline: boolean };
  wheel: BenchWheel;
  /** What it did since it was last asked. */
  deeds(): string[];
}

/** A device that remembers what its one part does with it. */
function desk(kind: PartKind, body: object = {}, params: object = {}): Desk {
  const wheel = new BenchWheel();
  const done: string[] = [];
  const note = (...words: unknown[]): void => {
    done.push(
      words.map((word) => (typeof word === 'object' ? JSON.stringify(word) : word)).join(' '),
    );
  };
  const settable = body as Pick<Body, 'settings' | 'physics'>;
  const names = (kind.streams ?? []).map(({ name }: StreamSpec) => name);
  const device = {
    body,
    row: { id: 'd/1', bootAt: 100, firstAt: 250 },
    entry: { everyMs: 1000 },
    isPowered: true,
    isStopped: false,
    isOnline: true,
    samplingEnd: END,
    paramsOf: () => params,
    code: (name: string) => names.indexOf(name),
    now: () => wheel.now,
    at: (ms: number, paced: Parameters<PartDevice['at']>[1]) => wheel.add(ms, paced),
    tell: ({ type }: { type: string }) => note(wheel.now, 'tell', type),
    send: ({ stream, n, intended, values }: Parameters<PartDevice['send']>[0]) =>
      note(wheel.now, names[stream], n, intended ?? 'now', values),
    skip: (stream: number, n: number, why: string) =>
      note(wheel.now, 'skip', names[stream], n, why),
    stall: (until: number) => note(wheel.now, 'stall', until),
    write: (op: string, fields: object) => note(op, fields),
    seam: () => undefined,
    settings: () => settable.settings(wheel.now),
    factory: () => settable.settings(0),
    set: (name: string, value: unknown) => settable.physics.command(name, value, wheel.now),
  };
  const part = kind.start(device as unknown as PartDevice);
  return { part, device, wheel, deeds: () => done.splice(0) };
}

describe('telemetry', () => {
  const body = { sample: (t: number, n: number) => ({ t, n }) };

  it('sends each reading when it is due, and accounts for those that were not taken', () => {
    const { part, device, wheel, deeds } = desk(telemetry, body);
    part.begin?.();
    wheel.pass(2000);
    device.isPowered = false;
    wheel.pass(1000);
    device.isPowered = true;
    wheel.pass(1000);
    expect(deeds()).toEqual([
      '250 telemetry 0 250 {"t":250,"n":0}',
      '1250 telemetry 1 1250 {"t":1250,"n":1}',
      '2250 skip telemetry 2 device-off',
      '3250 telemetry 3 3250 {"t":3250,"n":3}',
    ]);
    device.isStopped = true;
    wheel.pass(2000);
    part.account?.(6250);
    expect(deeds()).toEqual(['6000 skip telemetry 4 run-ended', '6000 skip telemetry 5 run-ended']);
    // Nothing is due at the end of sampling or later.
    part.account?.(60_000);
    expect(deeds()).toHaveLength(4);
  });

  it('is over when sampling is', () => {
    const { part, wheel, deeds } = desk(telemetry, body);
    part.begin?.();
    wheel.pass(60_000);
    part.account?.(60_000);
    expect(deeds()).toHaveLength(10);
  });
});

describe('health', () => {
  const NEVER = { batteryEmptyAt: () => null, heapExhaustedAt: () => null, nextStall: () => null };

  it.each([
    [5000, ['5000 tell BATTERY_EMPTY']],
    [END, ['10000 tell BATTERY_EMPTY']],
    [END + 10, []],
    [null, []],
  ])('ends a device whose battery is empty at %s, within the run', (at, told) => {
    const { part, wheel, deeds } = desk(health, { health: { ...NEVER, batteryEmptyAt: () => at } });
    part.begin?.();
    wheel.pass(60_000);
    expect(deeds()).toEqual(told);
  });

  it('resets one whose heap leaks, so long after its last boot', () => {
    const heapExhaustedAt = (booted: number): number => booted + 4000;
    const { part, wheel, deeds } = desk(health, { health: { ...NEVER, heapExhaustedAt } });
    const boot = (): void => part.booted?.(1, 'test');
    boot();
    wheel.pass(3000);
    boot();
    wheel.pass(4000);
    expect(deeds()).toEqual(['7000 tell HEAP_EXHAUSTED']);
    boot();
    wheel.pass(60_000);
    expect(deeds()).toEqual([]);
  });

  it('is reset at the very end of the run, and not by a heap that lasts', () => {
    for (const [at, told] of [
      [END, ['10000 tell HEAP_EXHAUSTED']],
      [null, []],
    ] as const) {
      const { part, wheel, deeds } = desk(health, {
        health: { ...NEVER, heapExhaustedAt: () => at },
      });
      part.booted?.(1, 'test');
      wheel.pass(60_000);
      expect(deeds()).toEqual(told);
    }
  });

  it('stalls the link whenever the radio is bad, from the boot to the end of the run', () => {
    const STALLS = [
      [90, 95],
      [200, 300],
      [300, 350],
      [END, END + 50],
      [END + 60, END + 70],
    ].map(([from = 0, to = 0]) => ({ from, to }));
    const nextStall = (after: number) => STALLS.find(({ from }) => from >= after) ?? null;
    const { part, wheel, deeds } = desk(health, { health: { ...NEVER, nextStall } });
    part.begin?.();
    wheel.pass(60_000);
    expect(deeds()).toEqual(['200 stall 300', '300 stall 350', '10000 stall 10050']);
    const calm = desk(health, { health: { ...NEVER, nextStall: () => null } });
    calm.part.begin?.();
    calm.wheel.pass(60_000);
    expect(calm.deeds()).toEqual([]);
  });
});

it('commands are obeyed and answered under their number, and nothing else is', () => {
  const obeyed: unknown[] = [];
  const command = (...given: unknown[]): boolean => obeyed.push(given) > 0;
  const { part, wheel, deeds } = desk(commands, { physics: { command } });
  wheel.pass(50);
  part.inbox?.({ stream: 'command', n: 7, values: { name: 'dim', value: 3 } });
  part.inbox?.({ stream: 'twin-delta', n: 8, values: { name: 'dim', value: 4 } });
  expect(obeyed).toEqual([['dim', 3, 50]]);
  expect(deeds()).toEqual(['50 answer 7 now {"name":"dim","done":true}']);
});

describe('the twin', () => {
  /** A device with two settings, each from 0 to 9. */
  function lamp(memory = 'flash') {
    const settings: Record<string, number> = { dim: 1, hue: 2 };
    const command = (name: string, value: unknown): boolean => {
      const fits = typeof value === 'number' && value >= 0 && value <= 9;
      if (fits) settings[name] = value;
      return fits;
    };
    const body = { settings: () => ({ ...settings }), physics: { command } };
    const delta = (version: unknown, desired: unknown, since: unknown = 0): void =>
      bench.part.inbox?.({ stream: 'twin-delta', n: 0, values: { version, since, desired } });
    const bench = desk(twin, body, { memory });
    return { ...bench, settings, delta };
  }
  const report = (
    n: number,
    version: number,
    dim: number,
    hue: number,
    refused = {},
    ask = false,
  ) =>
    `0 twin-report ${n} now ${JSON.stringify({ version, settings: { dim, hue }, refused, ask })}`;
  const holds = (version: number, dim: number, hue: number, why: string, refused = {}) => {
    const [settings, not] = [JSON.stringify({ dim, hue }), JSON.stringify(refused)];
    return `twin/holds ${JSON.stringify({ version, settings, refused: not, why })}`;
  };

  it('takes over what it can, and says what it cannot and why', () => {
    const { deeds, delta } = lamp();
    delta(1, { dim: 5, hue: 12, tone: 1 });
    const refused = { hue: 'out of range', tone: 'no such setting' };
    expect(deeds()).toEqual([holds(1, 5, 2, 'taken over', refused), report(0, 1, 5, 2, refused)]);
    // What can be done after all is refused no longer.
    delta(2, { hue: 3 }, 1);
    const left = { tone: 'no such setting' };
    expect(deeds()).toEqual([holds(2, 5, 3, 'taken over', left), report(1, 2, 5, 3, left)]);
  });

  it('passes over what is older than what it has, and asks where something is missing', () => {
    const { deeds, delta } = lamp();
    delta(3, { dim: 5 });
    deeds();
    delta(2, { dim: 6 });
    expect(deeds()).toEqual(['twin/passed-over {"version":2}']);
    delta(6, { dim: 7 }, 5);
    expect(deeds()).toEqual([report(1, 3, 5, 2, {}, true)]);
  });

  it('reports a new version in which nothing changes, and an old one only with a change', () => {
    const { deeds, delta } = lamp();
    delta(1, {});
    expect(deeds()).toEqual([holds(1, 1, 2, 'taken over'), report(0, 1, 1, 2)]);
    delta(1, {});
    expect(deeds()).toEqual([]);
    delta(1, { dim: 4 });
    expect(deeds()).toEqual([holds(1, 4, 2, 'taken over'), report(1, 1, 4, 2)]);
  });

  it.each([
    [-1, {}, 0],
    [1.5, {}, 0],
    [2 ** 32, {}, 0],
    ['1', {}, 0],
    [1, [], 0],
    [1, {}, null],
  ])('hears nothing in a delta of version %s with %j since %s', (version, desired, since) => {
    const { deeds, delta } = lamp();
    delta(version, desired, since);
    expect(deeds()).toEqual([]);
  });

  it('says when somebody else has set it, once', () => {
    const { part, deeds, settings } = lamp();
    const comes = (): void => part.inbox?.({ stream: 'command', n: 0, values: {} });
    comes();
    expect(deeds()).toEqual([]);
    settings.hue = 8;
    comes();
    comes();
    expect(deeds()).toEqual([holds(0, 1, 8, 'set otherwise'), report(0, 0, 1, 8)]);
  });

  it('asks when it comes online, and again until it is answered or gone', () => {
    const { part, device, wheel, deeds, delta } = lamp();
    part.online?.(false);
    expect(deeds()).toEqual([report(0, 0, 1, 2, {}, true)]);
    wheel.pass(2990);
    expect(deeds()).toEqual([]);
    wheel.pass(10);
    expect(deeds().map((deed) => deed.slice(0, 18))).toEqual(['3000 twin-report 1']);
    delta(0, {});
    wheel.pass(60_000);
    expect(deeds()).toEqual([]);
    part.online?.(true);
    device.isOnline = false;
    deeds();
    wheel.pass(60_000);
    expect(deeds()).toEqual([]);
  });

  it('keeps its settings in flash, and in ram as long as it has power', () => {
    for (const [memory, kept] of [
      ['flash', []],
      ['ram', [holds(0, 1, 2, 'boot')]],
    ] as const) {
      const { part, deeds, delta, settings } = lamp(memory);
      delta(1, { dim: 5 });
      deeds();
      part.booted?.(2, 'power-on');
      expect(deeds()).toEqual(kept);
      expect(settings.dim).toBe(memory === 'ram' ? 1 : 5);
    }
  });
});
