/** A part sends what it brings, under numbers that a key can hold, and is told so otherwise. */
import { expect, it, vi } from 'vitest';
import { type Body, definePart, EventNumbers, type PartDevice, type PartMessage } from '#devices';
import {
  type DevicePlan,
  type EntryPlan,
  layStreams,
  NUMBERS_MAX,
  type Plan,
  type StreamSpec,
  WorldError,
} from '#kernel';
import type { DeviceMessages } from './device-messages.ts';
import { DeviceParts } from './device-parts.ts';
import type { FleetContext } from './fleet-context.ts';

const UP = { way: 'up', schedule: { by: 'sampling' } } as const;
const OWN: StreamSpec[] = [
  { ...UP, name: 'figure' },
  { ...UP, name: 'untaken' },
  { name: 'farewell', way: 'up', schedule: { by: 'attempt' } },
  { name: 'wish', way: 'down', schedule: { by: 'event' } },
  { name: 'door', way: 'up', schedule: { by: 'event' }, skips: ['asleep'] },
];
const OTHERS: StreamSpec[] = [{ ...UP, name: 'of-another' }];

/** A device with two parts, of which the first does what the test says. */
function bench(will?: (device: PartDevice, attempt: number) => unknown) {
  const faces: PartDevice[] = [];
  const part = (kind: string, streams: StreamSpec[]) =>
    definePart({
      kind,
      summary: 'is a part of a test',
      streams,
      start: (device) => {
        faces.push(device);
        const last = (attempt: number) => will?.(device, attempt) as PartMessage;
        return kind === 'sender' && will !== undefined ? { will: last } : {};
      },
    });
  const kinds = [part('sender', OWN), part('silent', OTHERS)];
  const streams = layStreams([...OWN, ...OTHERS], true);
  const taken = streams.filter(({ name }) => name !== 'untaken').map(({ code }) => code);
  const entry = { id: 'e', parts: [], streams: taken } as unknown as EntryPlan;
  const device = { id: 'd/1', entry: 0, lane: 0 } as DevicePlan;
  const plan = { devices: [device], streams, quantumMs: 10 } as unknown as Plan;
  const numbers = new EventNumbers(1);
  const clock = { now: () => 5000 };
  const fleet = { plan, clock, numbers, lookAt: () => {} } as unknown as FleetContext;
  const owner = {
    index: 0,
    device,
    entry,
    isOnline: true,
    tell: () => {},
    pump: vi.fn(),
    resume: vi.fn(),
  };
  const messages = { make: vi.fn((message) => message), put: vi.fn(), skipped: vi.fn() };
  const sent = messages as unknown as DeviceMessages;
  const parts = new DeviceParts(fleet, owner, {} as Body, sent, kinds);
  const [face] = faces as [PartDevice];
  const codeOf = (stream: string): number =>
    streams.find(({ name }) => name === stream)?.code ?? 200;
  const send =
    (stream: string, n: number, more: Partial<PartMessage> = {}) =>
    () =>
      parts.in(0, 'online', () => face.send({ stream: codeOf(stream), n, values: {}, ...more }));
  const skip = (n: number) => parts.in(0, 'fire', () => face.skip(codeOf('door'), n, 'asleep'));
  const off = () => parts.in(0, 'fire', () => face.skip(codeOf('figure'), 0, 'device-off'));
  return { codeOf, parts, send, skip, off, pump: owner.pump, skipped: messages.skipped };
}

it('takes every number that has a key of its own', () => {
  const { send, pump } = bench();
  for (const n of [0, 1, NUMBERS_MAX - 1]) send('figure', n)();
  expect(pump).toHaveBeenCalledTimes(3);
});

it.each([
  ['a stream that there is not', 'nowhere', 0, 'which it does not bring'],
  ['a stream of another part', 'of-another', 0, 'which it does not bring'],
  ['a stream that goes down', 'wish', 0, 'which does not go up'],
  ['a stream that its entry leaves out', 'untaken', 0, 'in which the entry e takes no part'],
  ['a number below 0', 'figure', -1, 'and numbers are whole'],
  ['no whole number', 'figure', 0.5, 'and numbers are whole'],
  ['a number that the judge keeps no book of', 'figure', 2 ** 26, 'and numbers are whole'],
])('refuses %s as the affair of whoever wrote the part', (_, stream, n, why) => {
  const { send, pump } = bench();
  const told = /^the part sender, in online: d\/1 sends number \S+ of stream \S+, /;
  expect(send(stream, n)).toThrow(WorldError);
  expect(send(stream, n)).toThrow(told);
  expect(send(stream, n)).toThrow(why);
  expect(pump).not.toHaveBeenCalled();
});

it.each([
  ['twice', 0],
  ['with a gap', 2],
  ['below where it begins', -1],
])('counts what just happens from 0, one by one, and not %s', (_, n) => {
  const { send, skip, pump } = bench();
  send('door', 0)();
  expect(send('door', n)).toThrow(
    /^the part sender, in online: d\/1 sends number \S+ of stream door, /,
  );
  expect(pump).toHaveBeenCalledTimes(1);
  send('door', 1)();
  // What is left out has had its number.
  skip(2);
  expect(() => skip(2)).toThrow('leaves out number 2 of stream door, and the next is 3');
  send('door', 3)();
  expect(pump).toHaveBeenCalledTimes(3);
});

it('says how events are numbered to who begins again', () => {
  const { send } = bench();
  expect(send('door', 1)).toThrow('and the next is 0');
  const remedy = expect.stringMatching(
    /counted from 0, one by one, .* a reboot does not start again/,
  );
  expect(send('door', 1)).toThrow(expect.objectContaining({ remedy }));
});

it('takes the numbers of a schedule in whatever order they come', () => {
  const { send, pump } = bench();
  for (const n of [7, 2, 9]) send('figure', n)();
  expect(pump).toHaveBeenCalledTimes(3);
});

it.each([
  [Number.NaN, 'a finite number'],
  [Number.POSITIVE_INFINITY, 'a finite number'],
  [5011, 'lies 11ms ahead'],
])('refuses the intended time %d', (intended, why) => {
  const { send } = bench();
  expect(send('figure', 0, { intended })).toThrow(why);
});

it('takes an intended time that is past or of this quantum', () => {
  const { send, pump } = bench();
  for (const intended of [0, 4999, 5010]) send('figure', 0, { intended })();
  expect(pump).toHaveBeenCalledTimes(3);
});

it.each(['online', 'will', 'begin'] as const)('refuses a promise of the hook %s', (hook) => {
  const { parts } = bench();
  const act = () => parts.in(0, hook, async () => Promise.reject(new Error('on purpose')));
  expect(act).toThrow(
    `the part sender, in ${hook}: it returned a promise, and hooks are synchronous`,
  );
});

it('leaves nothing out for want of power while the device has it', () => {
  const { parts, off, skipped } = bench();
  off();
  expect(skipped).toHaveBeenCalledOnce();
  parts.isPowered = true;
  expect(off).toThrow(
    /^the part sender, in fire: .* number 0 of stream figure for 'device-off', and is on$/,
  );
  expect(skipped).toHaveBeenCalledOnce();
});

it('takes as a will what is armed with this attempt', () => {
  const { codeOf, parts } = bench((device, n) => ({
    stream: device.code('farewell'),
    n,
    values: {},
  }));
  expect(parts.will(4)).toMatchObject({ stream: codeOf('farewell'), n: 4 });
  expect(bench(() => null).parts.will(4)).toBeNull();
});

it.each([
  ['of a stream that there is not', 'nowhere', 4, 'which it does not bring'],
  ['of another part', 'of-another', 4, 'which it does not bring'],
  ['of what is no will', 'figure', 4, 'which is not numbered by attempt'],
  ['under another number', 'farewell', 3, 'and the attempt is 4'],
  ['under no number', 'farewell', Number.NaN, 'and numbers are whole'],
])('takes no will %s', (_, stream, n, why) => {
  const { parts } = bench((device) => {
    const of = device.plan.streams.find(({ name }) => name === stream)?.code ?? 200;
    return { stream: of, n, values: {} };
  });
  expect(() => parts.will(4)).toThrow(/^the part sender, in will: d\/1 leaves as a will number /);
  expect(() => parts.will(4)).toThrow(why);
});
