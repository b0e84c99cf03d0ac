/**
 * One bench for every part: whatever happens to a device, in whatever order, its part stays
 * upright, sends and writes only what it declares, and does the same the next time. A user's own
 * is tried with the same by `twinstorm check-plugin`.
 */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { NO_CATALOG, soundness } from '../../kernel/testing/soundness.ts';
import { BENCH_MODEL, BenchDevice } from '../duties/bench-device.ts';
import { live, TOLD, TURNS, wrongsOf } from '../duties/part-duties.ts';
import { definePart, type PartKind } from '../part.ts';
import { partFamily } from '../part-family.ts';
import commands from './commands.ts';

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
const duties = await partFamily.duties();

describe.each(parts)('the part $kind', (kind) => {
  it('is whole', () => expect(partFamily.check(kind)).toEqual([]));

  it.each(duties)('$says', async (duty) => {
    expect(await duty.flaws(kind, NO_CATALOG)).toEqual([]);
  });
});

it('tells a part what a device can obey, and what it cannot', () => {
  const { physics } = new BenchDevice(commands, BENCH_MODEL, {}).body;
  const obeyed = TOLD.map(({ name, value }) => physics.command(String(name), value, 0));
  expect(obeyed).toContain(true);
  expect(obeyed).toContain(false);
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
  const turns = [TURNS.online(true), TURNS.cut()];
  expect(wrongsOf(opener, live(opener, turns))).toEqual(['open back-door']);
});

it('finds a part that writes what it does not declare', () => {
  const liar = definePart({
    kind: 'liar',
    summary: 'writes of its own',
    start: (device) => ({ online: () => device.write('liar/told', { x: 1 }) }),
  });
  expect(wrongsOf(liar, live(liar, [TURNS.online(true)]))).toEqual(['write liar/told x']);
});

it('finds a part that leaves something out for a reason of which its stream says nothing', () => {
  const part = (skips: readonly string[]): PartKind =>
    definePart({
      kind: 'thrifty',
      summary: 'saves its battery',
      streams: [{ name: 'thrifty', way: 'up', schedule: { by: 'sampling' }, skips }],
      start: (device) => ({ online: () => device.skip(device.code('thrifty'), 0, 'saving power') }),
    });
  const told = (kind: PartKind): string[] => wrongsOf(kind, live(kind, [TURNS.online(true)]));
  expect(told(part(['saving power']))).toEqual([]);
  expect(told(part(['asleep']))).toEqual(['skip 64 0 saving power']);
});

it('finds a part that does otherwise again, accounts twice or misspells a hook', async () => {
  let lives = 0;
  const kind = (start: PartKind['start']): PartKind =>
    definePart({ kind: 'odd', summary: 'is odd', start });
  const forgetful = kind((device) => ({
    online: () => device.tell({ type: lives++ % 2 === 0 ? 'WAKE' : 'SLEEP' } as never),
  }));
  expect(await soundness(partFamily, forgetful)).toContain('something else in the same life');
  const twice = kind((device) => ({ account: () => device.stall(1) }));
  expect(await soundness(partFamily, twice)).toContain('accounted twice');
  const slip = kind(() => ({ onlien: () => {} }) as never);
  expect(await soundness(partFamily, slip)).toContain("did you mean 'online'");
});
