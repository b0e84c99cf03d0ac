/** What becomes of the buffer of a gateway that restarts by its own will. */
import { expect, it } from 'vitest';
import { BENCH_MODEL, BenchDevice } from '../../duties/bench-device.ts';
import { TURNS } from '../../duties/part-duties.ts';
import gateway from '../gateway.ts';

/** It has three messages and no uplink. */
function filled(memory: 'ram' | 'flash', over: object = {}): BenchDevice {
  const device = new BenchDevice(gateway, BENCH_MODEL, {
    ...{ messages: 10, bytes: 1000, drop: 'oldest', priorities: {}, backlog: 0.5 },
    ...{ memory, flush: 3_600_000, ...over },
  });
  device.call('begin');
  TURNS.power(true)(device);
  TURNS.offer(1, 3, 1)(device);
  return device;
}

const deedsOf = (device: BenchDevice, word: string): string[] =>
  device.deeds.filter((deed) => deed.startsWith(word));

it('goes on with all of it where it has a flash, however long ago that was written', () => {
  const device = filled('flash');
  expect(device.call('finishes')).toBe(false);
  TURNS.restart()(device);
  TURNS.online(true)(device);
  expect(deedsOf(device, 'forward')).toEqual(['forward 0', 'forward 1', 'forward 2']);
  expect(deedsOf(device, 'give up')).toEqual([]);
});

it('would rather wait where it has none, and says what it loses', () => {
  const device = filled('ram');
  expect(device.call('finishes')).toBe(true);
  TURNS.restart()(device);
  expect(deedsOf(device, 'give up')).toEqual([0, 1, 2].map((n) => `give up ${n} lost in reset`));
  TURNS.offer(1, 1, 1)(device);
  TURNS.online(true)(device);
  expect(deedsOf(device, 'forward')).toEqual(['forward 3']);
  expect(device.call('finishes')).toBe(false);
});

it('takes what waits to be packed with it', () => {
  const device = filled('flash', { pack: { messages: 20, bytes: 4000, wait: 5000 } });
  TURNS.online(true)(device);
  // One that is retained goes alone.
  expect(deedsOf(device, 'forward')).toEqual(['forward 0']);
  TURNS.restart()(device);
  expect(deedsOf(device, 'write gateway/restored')).toHaveLength(2);
  TURNS.online(true)(device);
  device.pass(6000);
  expect(deedsOf(device, 'forward')).toHaveLength(3);
});
