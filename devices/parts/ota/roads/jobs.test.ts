/** When a device first asks for its job: once it is sure to hear the answer. */
import { expect, it } from 'vitest';
import { BenchWheel } from '../../../duties/bench-wheel.ts';
import type { Updater } from '../../../firmware/updater.ts';
import type { PartDevice } from '../../../part.ts';
import { jobsRoad } from './jobs.ts';
import type { RoadEnds } from './road.ts';

const TELL = 'job-tell';

function connected() {
  const wheel = new BenchWheel();
  const asked: number[] = [];
  const device = {
    isOnline: true,
    now: () => wheel.now,
    at: (ms, paced) => wheel.add(ms, paced),
    write: () => {},
    code: () => 0,
    send: () => void asked.push(wheel.now),
  } as Partial<PartDevice> as PartDevice;
  const updater = { booted: null, uses: '', job: null, last: null } as unknown as Updater;
  const ends = { state: () => 'idle', fell: () => false } as Partial<RoadEnds> as RoadEnds;
  const road = jobsRoad(device, updater, ends);
  road.online();
  return { road, wheel, asked };
}

it('asks when it is told that it hears', () => {
  const { road, wheel, asked } = connected();
  wheel.pass(300);
  expect(asked).toEqual([]);
  road.subscribed?.(['command', TELL]);
  expect(asked).toEqual([300]);
  wheel.pass(3900);
  expect(asked).toEqual([300]);
});

it('does not ask what it may not hear, and does on a connection on which it may', () => {
  const { road, wheel, asked } = connected();
  road.subscribed?.(['command']);
  wheel.pass(60_000);
  expect(asked).toEqual([]);
  road.online();
  road.subscribed?.([TELL]);
  expect(asked).toEqual([60_000]);
});

it('asks after as long as an answer may take where that word is lost', () => {
  const { wheel, asked } = connected();
  wheel.pass(3900);
  expect(asked).toEqual([]);
  wheel.pass(200);
  expect(asked).toHaveLength(1);
});
