/** Waves and storms: who has a turn when, and what is refused before anything begins. */
import { expect, it } from 'vitest';
import type { FaultPlan, ParamValues } from '#kernel';
import type { WorkflowContext } from '../workflow.ts';
import { turnsOf } from './turns.ts';

const CONTEXT = {
  seed: 7,
  quantumMs: 10,
  phases: [
    { name: 'warmup', from: 0, to: 2000 },
    { name: 'steady', from: 2000, to: 6000 },
    { name: 'chaos', from: 6000, to: 12_000 },
    { name: 'settle', from: 12_000, to: 20_000 },
    { name: 'drain', from: 20_000, to: 21_000 },
  ],
  devices: Array.from({ length: 40 }, (_, index) => ({ id: `rooms/south-1/${index}` })),
  faults: [{ id: 'dark', from: 7000, to: 9500 } as FaultPlan],
} as unknown as WorkflowContext;
const ALL = CONTEXT.devices.map((_, index) => index);

const decided = (params: ParamValues, devices = ALL) => turnsOf(params, devices, CONTEXT);
const sorted = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b);

it('lets a share come after the other, each device once', () => {
  const { turns, problems } = decided({ waves: { step: 0.25, pause: 1000, at: 'steady+1s' } });
  expect(problems).toEqual([]);
  expect(turns.map(({ at, devices }) => [at, devices.length])).toEqual([
    [3000, 10],
    [4000, 10],
    [5000, 10],
    [6000, 10],
  ]);
  expect(sorted(turns.flatMap(({ devices }) => devices))).toEqual(ALL);
});

it('lets as many have come by the end of a wave as declared, and the rest never', () => {
  const { turns } = decided({ waves: { shares: [0.05, 0.25, 0.8], step: 0.25, pause: 500 } });
  expect(turns.map(({ at, devices }) => [at, devices.length])).toEqual([
    [2000, 2],
    [2500, 8],
    [3000, 22],
  ]);
});

it('draws who comes first from the seed and the device, whoever else there is', () => {
  const waves = { step: 0.5, pause: 500 };
  const [first] = decided({ waves }).turns;
  const others = decided({ waves }, ALL.slice(0, 39)).turns[0]?.devices ?? [];
  const strangers = others.filter((device) => first?.devices.includes(device) === false);
  expect(strangers.length).toBeLessThanOrEqual(1);
  expect(turnsOf({ waves }, ALL, { ...CONTEXT, seed: 8 }).turns[0]?.devices).not.toEqual(
    first?.devices,
  );
});

it('lets all come at once, at a moment or in the instant in which a fault ends', () => {
  expect(decided({ storm: { after: 'dark' } }).turns).toEqual([
    { of: 'storm', number: 0, at: 9500, devices: ALL },
  ]);
  expect(decided({ storm: { at: 'chaos+3s' } }).turns[0]?.at).toBe(9000);
  expect(decided({ storm: {} }).turns[0]?.at).toBe(2000);
});

it.each<[string, ParamValues, string, RegExp]>([
  ['no moment', { storm: { at: 'some day' } }, 'storm.at', /no moment/],
  ['no fault of the plan', { storm: { after: 'light' } }, 'storm.after', /no fault/],
  ['both', { storm: { at: '1s', after: 'dark' } }, 'storm.after', /not both/],
  ['too late', { storm: { at: 'settle+9s' } }, 'storm', /nothing is begun/],
  ['waves that go on too long', { waves: { step: 0.1, pause: 5000 } }, 'waves', /nothing is begun/],
  ['shares that fall', { waves: { shares: [0.5, 0.2], pause: 10 } }, 'waves.shares', /more have/],
])('refuses %s', (_, params, path, message) => {
  const [problem] = decided(params).problems;
  expect(problem).toMatchObject({ path, message: expect.stringMatching(message) });
});
