/**
 * One bench for every part: whatever happens to a device, in whatever order, its part stays
 * upright, sends and writes only what it declares, and does the same the next time. A user's own
 * is tried with the same by `twinstorm check-plugin`.
 */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { StreamSpec } from '#kernel';
import { NO_CATALOG, soundness } from '../../kernel/testing/soundness.ts';
import { BENCH_MODEL, BenchDevice } from '../duties/bench-device.ts';
import { live, TOLD, TURNS } from '../duties/part-duties.ts';
import { definePart, type PartDevice, type PartKind, type PartMessage } from '../part.ts';
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

/** A part that does something with its device at each connect. */
const acting = (
  acts: (device: PartDevice) => void,
  more: Partial<PartKind> = {},
  schedule: StreamSpec['schedule'] = { by: 'event', leastMs: 100 },
): PartKind =>
  definePart({
    kind: 'acting',
    summary: 'acts',
    streams: [{ name: 'act', way: 'up', schedule }],
    ops: { 'act/done': { device: 'device', n: 'count' } },
    start: (device) => ({ online: () => acts(device) }),
    ...more,
  });

const send = (device: PartDevice, n: number, more: Partial<PartMessage> = {}): void =>
  device.send({ stream: device.code('act'), n, values: {}, ...more });

const sendAll =
  (...numbers: number[]) =>
  (device: PartDevice): void => {
    for (const n of numbers) send(device, n);
  };

/** As a run would say it, by the same guards. */
it.each<[string, (device: PartDevice) => void, string]>([
  ['a number that is not whole', (device) => send(device, 0.5), 'numbers are whole'],
  ['a number below 0', (device) => send(device, -1), 'numbers are whole'],
  ['a number twice', sendAll(0, 0), 'and the next is 1'],
  ['a number too high', (device) => send(device, 3), 'and the next is 0'],
  ['what is meant for later', (device) => send(device, 0, { intended: 1e9 }), 'ahead'],
  ['no count in its op', (device) => device.write('act/done', { n: 1.5 }), 'a count as n'],
  ['an op without a field', (device) => device.write('act/done', {}), 'a count as n'],
  ['an op of nobody', (device) => device.write('act/x', {}), "declares no op 'act/x'"],
  ['an op of ours', (device) => device.write('boot' as never, {}), "declares no op 'boot'"],
  ['a stream of nobody', (device) => device.code('axe'), "no stream 'axe'"],
  ['no time', (device) => device.at(Number.NaN, { fire: () => 0 }), 'the time for the wheel'],
  ['a channel of nobody', (device) => device.open('x', NOTHING), 'opens the channel x'],
  ['a reason of nobody', (device) => device.skip(device.code('act'), 0, 'lazy'), "'lazy'"],
])('finds a part with %s', async (_, acts, words) => {
  const told = await soundness(partFamily, acting(acts));
  expect(told).toContain('the part acting, in online: ');
  expect(told).toContain(words);
});

const NOTHING = { data: () => {}, closed: () => {} };

it('finds a part that counts anew after a reboot', async () => {
  let n = 0;
  const start: PartKind['start'] = (device) => ({
    booted: () => {
      n = 0;
    },
    online: () => send(device, n++),
  });
  expect(
    await soundness(
      partFamily,
      acting(() => {}, { start }),
    ),
  ).toContain('and the next is ');
});

it.each(['begin', 'online', 'will', 'booted', 'account'])('finds a promise of %s', async (hook) => {
  const start = () => ({ [hook]: async () => Promise.reject(new Error('on purpose')) });
  const told = await soundness(
    partFamily,
    acting(() => {}, { start }),
  );
  expect(told).toContain(`the part acting, in ${hook}: it returned a promise`);
});

const ticking = (fire: (device: PartDevice, ms: number) => unknown, more = {}): PartKind =>
  acting(() => {}, {
    start: (device) => ({
      begin: () => void device.at(0, { fire: (ms) => fire(device, ms) as number }),
    }),
    ...more,
  });

it('lets a part that is due at once again come in the next quantum', async () => {
  expect(
    await soundness(
      partFamily,
      ticking((_, ms) => ms),
    ),
  ).toBe('');
});

it('finds a part that puts itself on the wheel for now, again and again', async () => {
  const again = (device: PartDevice): number => {
    device.at(0, { fire: () => again(device) });
    return Number.POSITIVE_INFINITY;
  };
  expect(await soundness(partFamily, ticking(again))).toContain('time stands still');
});

it('finds a part that says not when it wants to be called again', async () => {
  const told = await soundness(
    partFamily,
    ticking(() => undefined),
  );
  expect(told).toContain('the part acting, in fire: what fire returns');
});

/** Every \`ms\` while it is online. */
const flooding = (everyMs: number): PartKind => {
  const numbers = new WeakMap<PartDevice, number>();
  return ticking((device, ms) => {
    const n = numbers.get(device) ?? 0;
    numbers.set(device, n + 1);
    send(device, n);
    return ms + everyMs;
  });
};

it('finds a part that sends more often than it says', async () => {
  expect(await soundness(partFamily, flooding(100))).toBe('');
  expect(await soundness(partFamily, flooding(50))).toMatch(
    /sends number 1 of stream act 50ms after the one before, and its leastMs is 100/,
  );
});

it('finds a number of a schedule that is accounted for twice', async () => {
  const told = await soundness(partFamily, acting(sendAll(0, 1, 0), {}, { by: 'sampling' }));
  expect(told).toContain('number 0 of stream act a second time');
});

it('finds a reply to what was never heard, and to what nobody brings', async () => {
  const reply = { by: 'reply', to: 'command' } as const;
  const catalog = { ...NO_CATALOG, of: () => new Map([['commands', commands]]) as never };
  const eager = acting((device) => send(device, 7), {}, reply);
  expect(await soundness(partFamily, eager, catalog)).toContain(
    'number 7 of stream act, and has heard no such number of stream command',
  );
  const lost = acting(() => {}, {}, { by: 'reply', to: 'comand' });
  const told = await soundness(partFamily, lost, catalog);
  expect(told).toContain("'act' replies to 'comand', which is no stream of any part here");
  expect(told).toContain("did you mean 'command'?");
  expect(told).not.toContain('invariant');
});

it('finds a part that opens what it does not declare', async () => {
  const opener = definePart({
    kind: 'opener',
    summary: 'opens more than it says',
    channels: ['talk'],
    start: (device) => {
      const open = (channel: string): void => {
        const closed = (): void => open('back-door');
        device.open(channel, { data: () => {}, closed });
      };
      let isOpen = false;
      return {
        online: () => {
          if (!isOpen) open('talk');
          isOpen = true;
        },
      };
    },
  });
  expect(() => live(opener, [TURNS.online(true), TURNS.cut()])).toThrow(
    'the part opener, in closed of its channel talk: bench/1 opens the channel back-door',
  );
});

it('takes a reason that the stream declares', () => {
  const thrifty = definePart({
    kind: 'thrifty',
    summary: 'saves its battery',
    streams: [
      { name: 'thrifty', way: 'up', schedule: { by: 'sampling' }, skips: ['saving power'] },
    ],
    start: (device) => ({ online: () => device.skip(device.code('thrifty'), 0, 'saving power') }),
  });
  expect(live(thrifty, [TURNS.online(true)])).toEqual(['skip 64 0 saving power']);
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
  expect(await soundness(partFamily, twice)).toContain('again what it has accounted for');
  const slip = kind(() => ({ onlien: () => {} }) as never);
  expect(await soundness(partFamily, slip)).toContain("did you mean 'online'");
});
