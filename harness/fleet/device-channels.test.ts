/** What a part hears of the channels that it opens, and what becomes of them with the device. */
import { type Duplex, duplexPair } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import {
  type Body,
  type ChannelEvents,
  definePart,
  type PartDevice,
  type PartKind,
} from '#devices';
import { type DevicePlan, type EntryPlan, type Plan, WorldError } from '#kernel';
import { ManualClock } from '../../chaos/testing/manual-clock.ts';
import type { DeviceMessages } from './device-messages.ts';
import { DeviceParts } from './device-parts.ts';
import type { FleetContext } from './fleet-context.ts';
import { PacingWheel } from './pacing.ts';

type Start = (device: PartDevice) => Record<never, never>;
const part = (kind: string, start: Start, channels?: string[]): PartKind =>
  definePart({
    kind,
    summary: 'is a part of a test',
    ...(channels === undefined ? {} : { channels }),
    start,
  });

/** A device of two parts, with a link whose far end the test holds. */
function bench(others?: string[], over: Partial<DevicePlan> = {}) {
  const clock = new ManualClock();
  const wheel = new PacingWheel(clock, 10);
  const near: Duplex[] = [];
  const far: Duplex[] = [];
  const asked: (string | undefined)[] = [];
  const abandoned: Duplex[] = [];
  const row = { id: 'd/1', entry: 0, lane: 0, ...over } as DevicePlan;
  const entry = { parts: [], channels: ['download', 'upload'] } as unknown as EntryPlan;
  const openLink: FleetContext['openLink'] = (_, channel) => {
    const [here, there] = duplexPair({ allowHalfOpen: false });
    asked.push(channel);
    near.push(here);
    far.push(there);
    return here;
  };
  const fleet = {
    plan: { devices: [{ id: 'd/0', lane: 0 }, row], entries: [entry] } as unknown as Plan,
    clock,
    wheel,
    openLink,
    abandonLink: (stream: Duplex) => void abandoned.push(stream.pause()),
    carriageOf: () => ({ lines: null }),
    lookAt: () => {},
  } as unknown as FleetContext;
  const owner = {
    index: 1,
    device: row,
    entry,
    isOnline: true,
    tell: () => {},
    pump: () => {},
    resume: () => {},
  };
  const body = { physics: { power: () => {} }, health: { reboot: () => {} } } as unknown as Body;
  const messages = {} as unknown as DeviceMessages;
  const faces: PartDevice[] = [];
  const start: Start = (face) => {
    faces.push(face);
    return {};
  };
  const kinds = [part('loads', start, ['download', 'upload']), part('plain', start, others)];
  const device = new DeviceParts(fleet, owner, body, messages, kinds);
  const [face] = faces as [PartDevice];
  const heard: string[] = [];
  const events: ChannelEvents = {
    data: (bytes) => heard.push(Buffer.from(bytes).toString()),
    closed: (why) => heard.push(`closed ${why}`),
  };
  const boot = (): void => {
    device.booted(1, 'power-on');
    device.entered('power.on');
    device.entered('connection.connecting');
  };
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 5; turn++) await nextTurn();
    clock.advance(20);
  };
  /** What is done in the name of one of the parts. */
  const as = <T>(at: number, action: () => T): T => device.in(at, 'fire', action);
  const open = () => as(0, () => face.open('download', events));
  return { as, device, face, boot, settle, open, events, heard, near, far, asked, abandoned };
}

/** Whether the far end was told of an end. */
const isOver = (end: Duplex | undefined): boolean => end?.readableEnded === true;

it('carries bytes there and back', async () => {
  const { boot, open, settle, far, heard, asked } = bench();
  boot();
  const channel = open();
  const got: string[] = [];
  far[0]?.on('data', (bytes: Uint8Array) => got.push(Buffer.from(bytes).toString()));
  channel.write(Buffer.from('ping'));
  far[0]?.write('pong');
  await settle();
  expect([asked, got, heard]).toEqual([['download'], ['ping'], ['pong']]);
});

it('is only what the part declares, and says which those are', () => {
  const { as, face, boot, events, asked } = bench();
  boot();
  const opening = (at: number, channel: string) => () => as(at, () => face.open(channel, events));
  expect(opening(0, 'talk')).toThrow(WorldError);
  expect(opening(0, 'talk')).toThrow(
    'the part loads, in fire: d/1 opens the channel talk and declares download, upload',
  );
  expect(opening(1, 'download')).toThrow(
    'the part plain, in fire: d/1 opens the channel download and declares none',
  );
  expect(() => face.open('download', events)).toThrow('d/1 opens the channel download');
  expect(asked).toEqual([]);
});

it('is one at a time for each part that declares it', async () => {
  const { as, boot, face, open, events, settle, asked } = bench(['download']);
  boot();
  const first = open();
  expect(open).toThrow(
    'the part loads, in fire: d/1 opens the channel download, which this part has open already',
  );
  as(0, () => face.open('upload', events));
  as(1, () => face.open('download', events));
  first.end();
  open();
  await settle();
  expect(asked).toEqual(['download', 'upload', 'download', 'download']);
});

it('tells once, and on the wheel, that the other side is gone', async () => {
  const { boot, open, settle, far, heard } = bench();
  boot();
  const channel = open();
  far[0]?.write('last');
  far[0]?.end();
  for (let turn = 0; turn < 5; turn++) await nextTurn();
  expect(heard).toEqual(['last']);
  await settle();
  expect(heard).toEqual(['last', 'closed closed']);
  channel.write(Buffer.from('too late'));
  channel.end();
  await settle();
  expect(heard).toHaveLength(2);
});

it('says by its code which error it was', async () => {
  const { boot, open, settle, near, heard } = bench();
  boot();
  open();
  near[0]?.destroy(Object.assign(new Error('read'), { code: 'ECONNRESET' }));
  await settle();
  expect(heard).toEqual(['closed ECONNRESET']);
});

it('of which its part has ended says no more', async () => {
  const { boot, open, settle, far, heard } = bench();
  boot();
  const channel = open();
  channel.write(Buffer.from('bye'));
  channel.end();
  let got = '';
  far[0]?.on('data', (bytes: Uint8Array) => {
    got += Buffer.from(bytes).toString();
  });
  far[0]?.write('unheard');
  await settle();
  expect([got, isOver(far[0]), heard]).toEqual(['bye', true, []]);
});

it('is not told to be over to a part that ends it before it hears so', async () => {
  const { boot, open, settle, near, heard } = bench();
  boot();
  const channel = open();
  near[0]?.destroy();
  await nextTurn();
  channel.end();
  await settle();
  expect(heard).toEqual([]);
});

it('is left half-open and silent by a device that loses its power', async () => {
  const { device, boot, open, settle, far, heard, abandoned } = bench();
  boot();
  const channel = open();
  device.abandon('power-cut');
  device.powered(false, 'power-cut');
  device.entered('power.off');
  far[0]?.resume();
  channel.write(Buffer.from('from the dead'));
  far[0]?.write('unheard');
  await settle();
  expect([abandoned.length, isOver(far[0]), far[0]?.readableLength]).toEqual([1, false, 0]);
  expect(heard).toEqual(['closed power-cut']);
});

it.each([
  ['is switched off', 'power.off', 'power.off'],
  ['falls asleep', 'connection.sleeping', 'connection.sleeping'],
])('ends in good order with a device that %s', async (_, state, why) => {
  const { device, boot, open, settle, far, heard, abandoned } = bench();
  boot();
  open();
  far[0]?.resume();
  device.entered(state);
  await settle();
  expect([isOver(far[0]), abandoned.length, heard]).toEqual([true, 0, [`closed ${why}`]]);
});

it('ends without a word with the device', async () => {
  const { device, boot, open, settle, far, heard } = bench();
  boot();
  open();
  far[0]?.resume();
  device.end();
  open();
  await settle();
  expect([isOver(far[0]), far.length, heard]).toEqual([true, 1, []]);
});

it('tells nothing of what was over just before the device ended', async () => {
  const { device, boot, open, far, near, heard, settle } = bench();
  boot();
  open();
  far[0]?.destroy();
  while (near[0]?.closed !== true) await nextTurn();
  device.end();
  await settle();
  expect(heard).toEqual([]);
});

it.each([
  ['is off', {}, []],
  ['is off again', {}, ['power.on', 'power.off']],
  ['is asleep', {}, ['power.on', 'connection.sleeping']],
  ['is carried', { via: 0 }, ['power.on', 'connection.connecting']],
])('is closed as soon as it is open where the device %s', async (_, over, states) => {
  const { device, open, settle, asked, heard } = bench(undefined, over);
  if (states.length > 0) device.booted(1, 'power-on');
  for (const state of states) device.entered(state);
  const channel = open();
  channel.write(Buffer.from('into nothing'));
  expect(heard).toEqual([]);
  await settle();
  expect([asked, heard]).toEqual([[], ['closed no-link']]);
});

it('opens again when the device wakes or comes back', async () => {
  const { device, boot, open, asked } = bench();
  boot();
  for (const [asleep, awake] of [
    ['connection.sleeping', 'connection.connecting'],
    ['power.off', 'power.on'],
  ]) {
    device.entered(asleep ?? '');
    if (awake === 'power.on') device.booted(2, 'power-on');
    device.entered(awake ?? '');
    open();
  }
  expect(asked).toEqual(['download', 'download']);
});

it('can be opened again from `closed`, one quantum at a time', async () => {
  const { as, device, face, boot, settle, far } = bench();
  boot();
  let closed = 0;
  const again = (): void => {
    face.open('download', {
      data: () => {},
      closed: () => {
        closed++;
        again();
      },
    });
  };
  as(0, again);
  device.entered('power.off');
  await settle();
  expect(closed).toBe(2);
  expect(far).toHaveLength(1);
});

it('tells what a part throws over it as the error of that part', async () => {
  const { as, face, boot, near } = bench();
  boot();
  as(0, () =>
    face.open('download', {
      data: () => {
        throw new Error('on purpose');
      },
      closed: () => {},
    }),
  );
  const comes = () => near[0]?.emit('data', Buffer.from('x'));
  expect(comes).toThrow(WorldError);
  expect(comes).toThrow('the part loads threw in data of its channel download: on purpose');
});

it.each([
  ['boots', ['power.booting'], false],
  ['is on', ['power.on', 'connection.online'], true],
  ['sleeps', ['power.on', 'connection.sleeping'], false],
  ['wakes', ['power.on', 'connection.sleeping', 'connection.connecting'], true],
  ['is reset', ['power.on', 'power.resetting', 'connection.down'], false],
  ['enters what says nothing of it', ['power.on', 'power.resetting', 'loads.busy'], false],
])('a device that %s is up: %s → %s', (_, states, isUp) => {
  const { device } = bench();
  for (const state of states) {
    if (state === 'power.on') device.booted(1, 'power-on');
    device.entered(state);
  }
  expect(device.isUp).toBe(isUp);
  device.abandon('power-cut');
  expect(device.isUp).toBe(false);
});
