/** Observers have room for all that comes by, of whatever stream, and not for readings alone. */
import { expect, it } from 'vitest';
import {
  type DevicePlan,
  type EntryPlan,
  type FaultPlan,
  layStreams,
  type StreamSpec,
  type TargetPlan,
} from '#kernel';
import { planObservers } from './observers.ts';

const READINGS: StreamSpec = { name: 'telemetry', way: 'up', schedule: { by: 'sampling' } };
const everySecond = (devices: number[]): StreamSpec => ({
  name: 'ask',
  way: 'down',
  schedule: {
    by: 'rounds',
    firstAt: 0,
    everyMs: 1000,
    devices: devices.map((device) => ({ device, offsetMs: 0 })),
  },
});
const answers = (to: string): StreamSpec => ({
  name: 'answer',
  way: 'up',
  schedule: { by: 'reply', to },
});
const happens = (leastMs?: number): StreamSpec => ({
  name: 'alarm',
  way: 'up',
  schedule: { by: 'event', ...(leastMs === undefined ? {} : { leastMs }) },
});

/**
 * Of one lane with two devices, which sample every two seconds and take part in all of this but for
 * what is left to others.
 */
function backlog(
  specs: readonly StreamSpec[],
  darkMs = 0,
  queueLimit = 1000,
  left: readonly string[] = [],
) {
  const streams = layStreams(specs, true);
  const devices = [
    { entry: 0, lane: 3 },
    { entry: 0, lane: 3 },
  ] as DevicePlan[];
  const taken = streams.filter(({ name }) => !left.includes(name)).map(({ code }) => code);
  const entries = [{ everyMs: 2000, streams: taken }] as EntryPlan[];
  const faults = (darkMs === 0 ? [] : [{ devices: [0], from: 0, to: darkMs }]) as FaultPlan[];
  const target = { guarantees: { queueLimit, maxQos: 1 } } as TargetPlan;
  return planObservers({ entries, devices, streams, faults, target });
}

// An observer may stand still for five seconds.
it.each([
  ['readings', [READINGS], 2 * 2.5],
  ['what goes down comes by too', [READINGS, everySecond([0])], 5 + 5],
  ['each call is answered', [READINGS, everySecond([0, 1]), answers('ask')], 5 + 10 + 10],
  ['what was declared of events', [happens(500)], 2 * 10],
  ['events of which nothing is known, as often as readings', [happens()], 2 * 2.5],
  ['answers to such events', [happens(), answers('alarm')], 5 + 5],
  ['rounds of nobody', [READINGS, { ...everySecond([]) }, answers('ask')], 5],
  ['answers to each other, which nobody begins', [READINGS, answers('answer')], 5],
])('%s', (_, specs, worst) => {
  expect(backlog(specs).worstBacklog).toBe(worst);
});

it('holds back what a device could not send meanwhile, but not what it could not get', () => {
  const specs = [READINGS, everySecond([0]), answers('ask')];
  expect(backlog(specs, 10_000).worstBacklog).toBe(5 + 5 + 5 + 10_000 / 2000 + 10);
});

it('says that it is not safe where the target does not queue so much', () => {
  const specs = [READINGS, everySecond([0, 1]), answers('ask')];
  expect(backlog(specs, 0, 32).backlogSafe).toBe(true);
  expect(backlog(specs, 0, 31).backlogSafe).toBe(false);
  expect(backlog([READINGS], 0, 31)).toMatchObject({ backlogSafe: true, lanesPerSession: 4 });
});

it('reads sixteen lanes by one session at most, and one at least', () => {
  expect(backlog([READINGS], 0, 1_000_000).lanesPerSession).toBe(16);
  expect(backlog([READINGS], 0, 1).lanesPerSession).toBe(1);
});

it('has room for what goes down without a part, and for what the target answers to it', () => {
  const answered: StreamSpec = { ...answers('ask'), way: 'down', from: 'target' };
  const specs = [READINGS, everySecond([0]), answered];
  expect(backlog(specs, 0, 1000, ['ask', 'answer']).worstBacklog).toBe(5 + 5 + 5);
  // Who has no part for it answers nothing, and tells of nothing that happens.
  const others = [READINGS, everySecond([0]), answers('ask'), happens()];
  expect(backlog(others, 0, 1000, ['ask', 'answer', 'alarm']).worstBacklog).toBe(5 + 5);
});

it('holds back what was carried by one that could not send', () => {
  const worst = (via: number | null): number => {
    const devices = [
      { entry: 0, lane: 3 },
      { entry: 0, lane: 3, via },
    ] as DevicePlan[];
    const streams = layStreams([READINGS], true);
    const entries = [{ everyMs: 2000, streams: [0] }] as EntryPlan[];
    const faults = [{ devices: [0], from: 0, to: 10_000 }] as FaultPlan[];
    const target = { guarantees: { queueLimit: 1000, maxQos: 1 } } as TargetPlan;
    return planObservers({ entries, devices, streams, faults, target }).worstBacklog;
  };
  expect(worst(null)).toBe(2 * 2.5 + 5);
  expect(worst(0)).toBe(2 * 2.5 + 2 * 5);
});
