/**
 * One bench for every part: whatever happens to a device, in whatever order, its part stays
 * upright, sends and writes only what it declares, and does the same the next time.
 */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultsOf, skipsOf } from '#kernel';
import thermostat from '../models/room-thermostat.ts';
import { definePart, type PartKind } from '../part.ts';
import { partFamily } from '../part-family.ts';
import { BenchDevice, SAMPLING_END } from '../testing/bench-device.ts';

const folder = new URL('.', import.meta.url);
const files = readdirSync(fileURLToPath(folder)).filter(
  (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
);
const parts = await Promise.all(
  files.map(async (name) => {
    const module = (await import(new URL(name, folder).href)) as { default: PartKind };
    return module.default;
  }),
);

/** A turn in the life of a device. */
const turn = fc.oneof(
  fc.record({ what: fc.constant('power' as const), on: fc.boolean() }),
  fc.record({ what: fc.constant('online' as const), present: fc.boolean() }),
  fc.record({ what: fc.constantFrom('lost' as const, 'will' as const, 'enter' as const) }),
  fc.record({ what: fc.constant('hear' as const), bytes: fc.uint8Array() }),
  fc.record({ what: fc.constant('cut' as const) }),
  fc.record({ what: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 20_000 }) }),
  fc.record({
    what: fc.constant('inbox' as const),
    stream: fc.integer({ min: 0, max: 9 }),
    n: fc.nat(),
    values: fc.dictionary(fc.string(), fc.jsonValue()),
  }),
);
type Turn = typeof turn extends fc.Arbitrary<infer T> ? T : never;

/** A whole life of those turns; what the part did. */
function live(kind: PartKind, turns: readonly Turn[]): string[] {
  const device = new BenchDevice(kind, thermostat, defaultsOf(kind.params ?? {}));
  const { part } = device;
  part.begin?.();
  for (const one of turns) happen(device, one, kind);
  device.isStopped = true;
  device.pass(SAMPLING_END);
  part.account?.(SAMPLING_END);
  part.end?.();
  const before = device.deeds.length;
  part.account?.(SAMPLING_END);
  expect(device.deeds.slice(before), 'accounts twice').toEqual([]);
  return device.deeds;
}

function happen(device: BenchDevice, one: Turn, kind: PartKind): void {
  const { part } = device;
  switch (one.what) {
    case 'power':
      if (one.on === device.isPowered) return;
      device.isPowered = one.on;
      part.powered?.(one.on, 'test');
      if (one.on) part.booted?.(++device.epoch, 'test');
      return;
    case 'online':
      device.isOnline = true;
      part.online?.(one.present);
      return;
    case 'lost':
      device.isOnline = false;
      part.lost?.();
      return;
    case 'will':
      part.will?.(0);
      return;
    case 'enter':
      part.entered?.('somewhere');
      return;
    case 'pass':
      device.pass(one.ms);
      return;
    case 'hear':
      device.hear(one.bytes);
      return;
    case 'cut':
      device.cut('test');
      return;
    case 'inbox': {
      const names = [...(kind.streams ?? []).map(({ name }) => name), 'of-somebody-else'];
      const stream = names[one.stream % names.length] ?? '';
      part.inbox?.({ stream, n: one.n, values: one.values });
    }
  }
}

/** What of these deeds a part may not do. */
function wrongs(kind: PartKind, deeds: readonly string[]): string[] {
  const { streams } = new BenchDevice(kind, thermostat).plan;
  const codes = streams.map(({ code }) => String(code));
  const skips = streams.flatMap((one) => skipsOf(one).map((why) => `${one.code} ${why}`));
  const ops = Object.entries(kind.ops ?? {}).map(([op, fields]) => {
    const names = Object.keys(fields).filter((name) => name !== 'device');
    return `write ${op} ${names.sort().join(',')}`;
  });
  const channels = (kind.channels ?? []).map((channel) => `open ${channel}`);
  return deeds.filter((deed) => {
    const [verb = '', code = '', , ...rest] = deed.split(' ');
    if (verb === 'write') return !ops.includes(deed);
    if (verb === 'open') return !channels.includes(deed);
    if (verb === 'skip') return !skips.includes([code, ...rest].join(' '));
    return verb === 'send' && !(codes.includes(code) && Number(rest[0]) <= 1e9);
  });
}

const lives = fc.array(turn, { maxLength: 40 });

describe.each(parts)('the part $kind', (kind) => {
  it('is whole, and takes part only in streams that it brings', () => {
    expect(partFamily.check(kind)).toEqual([]);
    const { entry } = new BenchDevice(kind, thermostat);
    const own = (kind.streams ?? []).map(({ name }) => name);
    for (const name of kind.takes?.(entry) ?? []) expect(own).toContain(name);
    expect(kind.fits?.(entry)).toBe(kind.fits?.(entry));
  });

  it('survives any life, does what it declares, and the same again', () => {
    fc.assert(
      fc.property(lives, (turns) => {
        const deeds = live(kind, turns);
        expect(wrongs(kind, deeds)).toEqual([]);
        expect(live(kind, turns)).toEqual(deeds);
      }),
      { numRuns: 60 },
    );
  });
});

it('finds a part that opens what it does not declare', () => {
  const opener = definePart({
    kind: 'opener',
    summary: 'opens more than it says',
    channels: ['talk'],
    start: (device) => {
      const open = (channel: string): void => {
        const closed = (): void => open('back-door');
        device.open(channel, { data: () => {}, closed });
      };
      return { online: () => open('talk') };
    },
  });
  const turns = [{ what: 'online' as const, present: true }, { what: 'cut' as const }];
  expect(wrongs(opener, live(opener, turns))).toEqual(['open back-door']);
});

it('finds a part that writes what it does not declare', () => {
  const liar = definePart({
    kind: 'liar',
    summary: 'writes of its own',
    start: (device) => ({ online: () => device.write('liar/told', { x: 1 }) }),
  });
  expect(wrongs(liar, live(liar, [{ what: 'online', present: true }]))).toEqual([
    'write liar/told x',
  ]);
});

it('finds a part that leaves something out for a reason of which its stream says nothing', () => {
  const part = (skips: readonly string[]): PartKind =>
    definePart({
      kind: 'thrifty',
      summary: 'saves its battery',
      streams: [{ name: 'thrifty', way: 'up', schedule: { by: 'sampling' }, skips }],
      start: (device) => ({ online: () => device.skip(device.code('thrifty'), 0, 'saving power') }),
    });
  const told = (kind: PartKind): string[] =>
    wrongs(kind, live(kind, [{ what: 'online', present: true }]));
  expect(told(part(['saving power']))).toEqual([]);
  expect(told(part(['asleep']))).toEqual(['skip 64 0 saving power']);
});
