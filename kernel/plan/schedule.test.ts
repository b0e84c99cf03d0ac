/**
 * How many messages a plan intends is how many are due before it drains, counted one by one; and
 * each answer costs the same, since it is asked for with every message.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CODE, fiveStreams } from '../testing/streams.ts';
import type { Plan } from './plan.ts';
import { dueAt, intervalOf, plannedCount } from './schedule.ts';
import { layStreams, streamNamed } from './streams.ts';

/** Of two devices; only the first has rounds. */
function planOf(drainAt: number, firstAt: number, everyMs: number, offsetMs: number): Plan {
  const rounds = { by: 'rounds' as const, firstAt, everyMs, devices: [{ device: 0, offsetMs }] };
  return {
    phases: [{ name: 'drain', from: drainAt, to: drainAt + 1 }],
    entries: [{ everyMs }],
    devices: [
      { entry: 0, firstAt },
      { entry: 0, firstAt },
    ],
    streams: layStreams(
      [
        { name: 'telemetry', way: 'up', schedule: { by: 'sampling' } },
        { name: 'command', way: 'down', schedule: rounds },
        { name: 'answer', way: 'up', schedule: { by: 'reply', to: 'command' } },
        { name: 'status', way: 'up', schedule: { by: 'event' } },
      ],
      true,
    ),
  } as unknown as Plan;
}

const asked = (plan: Plan, name: string, device: number) => {
  const stream = streamNamed(plan, name);
  if (stream === undefined) throw new Error(`there is a stream ${name}`);
  return {
    planned: plannedCount(plan, stream, device),
    interval: intervalOf(plan, stream, device),
    due: (n: number): number | null => dueAt(plan, stream, device, n),
  };
};

const COUNTED = fc.record({
  drainAt: fc.integer({ min: 0, max: 60 }),
  firstAt: fc.integer({ min: 0, max: 30 }),
  everyMs: fc.integer({ min: 1, max: 20 }),
  offsetMs: fc.integer({ min: 0, max: 19 }),
});

it('counts what is due before the drain, and nothing that is due with it', () => {
  fc.assert(
    fc.property(COUNTED, ({ drainAt, firstAt, everyMs, offsetMs }) => {
      const plan = planOf(drainAt, firstAt, everyMs, offsetMs);
      for (const [name, first] of [
        ['telemetry', firstAt],
        ['command', firstAt + offsetMs],
      ] as const) {
        let count = 0;
        for (let at = first; at < drainAt; at += everyMs) {
          expect(asked(plan, name, 0).due(count)).toBe(at);
          count++;
        }
        expect(asked(plan, name, 0).planned, name).toBe(count);
      }
    }),
    { seed: 43, numRuns: 200 },
  );
});

it('intends nothing where it knows no time', () => {
  const plan = planOf(60, 0, 10, 0);
  const unknown = [
    asked(plan, 'command', 1),
    asked(plan, 'answer', 0),
    asked(plan, 'status', 0),
    asked(plan, 'telemetry', 7),
    asked({ ...plan, entries: [] }, 'telemetry', 0),
  ];
  for (const { planned, due } of unknown) expect([planned, due(0)]).toEqual([0, null]);
  // Rounds without a period are rounds of nobody.
  const still = asked(planOf(60, 0, 0, 0), 'command', 0);
  expect([still.planned, still.interval]).toEqual([0, null]);
});

/** How often a row of the rounds is looked at while all of them are asked for. */
function looksAt(count: number): number {
  let looks = 0;
  const rows = Array.from({ length: count }, (_, device) => ({ device, offsetMs: device % 100 }));
  const devices = new Proxy(rows, {
    get: (all, key) => {
      looks++;
      return Reflect.get(all, key);
    },
  });
  const streams = fiveStreams(true, { firstAt: 0, everyMs: 1000, qos: 1, devices });
  const plan = { streams, phases: [{ name: 'drain', from: 3000, to: 4000 }] } as unknown as Plan;
  const stream = streams.find(({ code }) => code === CODE.command);
  if (stream === undefined) throw new Error('there are commands');
  for (let device = 0; device < count; device++) {
    expect(plannedCount(plan, stream, device)).toBe(3);
    expect(dueAt(plan, stream, device, 1)).toBe(1000 + (device % 100));
  }
  return looks;
}

it('finds whom rounds go to by one walk over them, however many they are', () => {
  expect(looksAt(1000)).toBeGreaterThanOrEqual(1000);
  expect(looksAt(2000)).toBeLessThan(2.5 * looksAt(1000));
});
