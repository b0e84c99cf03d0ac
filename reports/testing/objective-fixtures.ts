/** Stories about how fast and how gently: latency, recovery, herds, bystanders. */
import type { FaultPlan } from '#kernel';
import type { CheckerFixtures } from './checker-fixtures.ts';
import {
  about,
  faultPlan,
  healthy,
  type Setting,
  type Story,
  TELEMETRY,
  tellFault,
} from './story.ts';

const stalledAt = (story: Story, t: number): Story =>
  story.add('stall', t, { us: 600_000, process: 'shard-0' });

/** Observations of what was intended from `from` on come this much later. */
const slower = (story: Story, device: number, from: number, to: number, lateMs: number): Story =>
  story.change(
    (event) =>
      event.op === 'observed' &&
      event.fields.device === device &&
      event.fields.stream === TELEMETRY &&
      event.t >= from &&
      event.t < to,
    (event) => ({ t: event.t + lateMs }),
  );

const P99: Setting = {
  expect: [{ checker: 'latency', params: { p99: 100, during: 'steady' } }],
};

const latency: CheckerFixtures = {
  passing: {
    'kept all the same through a short stall': () =>
      healthy(P99).add('stall', 4000, { us: 200_000, process: 'shard-0' }),
    'fast enough': () => healthy(P99),
    'at its very limit, which the bucket cannot tell from beyond': () =>
      slower(healthy(P99), 1, 3000, 5000, 95.3),
    'slow, but not in its window': () => slower(healthy(P99), 1, 8000, 12_000, 500),
  },
  failing: { 'too slow at p99': () => slower(healthy(P99), 1, 3000, 5000, 500) },
  undecided: {
    'we stood still in its window': () => stalledAt(healthy(P99), 4000),
    'a failure in a short stall proves nothing either': () =>
      slower(healthy(P99), 1, 3000, 5000, 500).add('stall', 4000, {
        us: 200_000,
        process: 'shard-0',
      }),
    'a failure while we stood still proves nothing': () =>
      stalledAt(slower(healthy(P99), 1, 3000, 5000, 500), 4000),
    'the slowest never left a full buffer': () =>
      healthy(P99)
        .change(
          (event) => event.fields.device === 1 && event.op === 'sent' && event.t < 6000,
          (event) => ({
            op: 'not-sent',
            fields: {
              device: 1,
              stream: TELEMETRY,
              n: event.fields.n ?? 0,
              why: 'buffer-overflow',
            },
          }),
        )
        .drop(
          (event) =>
            event.fields.device === 1 && ['acked', 'observed'].includes(event.op) && event.t < 6000,
        ),
    'too many were never seen': () =>
      healthy(P99)
        .drop(about('observed', 1, TELEMETRY, 2))
        .drop(about('observed', 2, TELEMETRY, 2)),
    'the window never came': () => {
      const story = healthy(P99).drop((event) => event.op === 'phase');
      return story;
    },
  },
};

const OUTAGE: FaultPlan = faultPlan('dark', {
  fault: 'outage',
  proof: { kind: 'refused' },
  down: true,
  devices: [0, 1],
});
const BACK: Setting = {
  faults: [OUTAGE],
  expect: [{ checker: 'recovered', params: { share: 0.99, within: 3000, after: 'dark' } }],
};
/** The time that it grants ends in the drain, or even after the run. */
const LONG: Setting = {
  ...BACK,
  expect: [{ checker: 'recovered', params: { share: 0.99, within: 15_000, after: 'dark' } }],
};

function outage(setting: Setting, backAt: readonly number[]): Story {
  const story = healthy(setting);
  tellFault(story, 'dark');
  backAt.forEach((t, device) => {
    story.add('offline', 7010, { device, why: 'closed' });
    if (Number.isFinite(t)) {
      story
        .add('connect', t - 20, { device, attempt: 1 })
        .add('online', t, { device, present: false });
    }
  });
  return story;
}

const recovered: CheckerFixtures = {
  passing: {
    'back in time': () => outage(BACK, [10_500, 12_900]),
    'who never left is back at once, where others had left': () => outage(BACK, [10_500]),
    'back in time, though sampling had ended by then': () => outage(LONG, [10_500, 20_500]),
    'one goes down by itself long after it was back': () =>
      outage(BACK, [10_500, 11_000])
        .add('offline', 14_000, { device: 1, why: 'power-cut' })
        .add('connect', 15_000, { device: 1, attempt: 0 })
        .add('online', 15_100, { device: 1, present: false }),
  },
  failing: {
    'one comes too late': () => outage(BACK, [10_500, 14_000]),
    'one never comes': () => outage(BACK, [10_500, Number.POSITIVE_INFINITY]),
    'one leaves again': () =>
      outage(BACK, [10_500, 11_000]).add('offline', 12_000, { device: 1, why: 'closed' }),
  },
  undecided: {
    'we stood still while they came back': () => stalledAt(outage(BACK, [10_500, 11_000]), 11_000),
    'the fault never came': () => healthy(BACK),
    'nobody had left, so there was nothing to come back from': () => outage(BACK, []),
    'one left and the run ended before its time was over': () =>
      outage(LONG, [10_500, Number.POSITIVE_INFINITY]),
    'one was taken over by another fault before it had to be back': () => {
      const cut = faultPlan('cut', {
        fault: 'power-cut',
        acts: 'device',
        proof: { kind: 'rebooted' },
        devices: [1],
        from: 11_000,
        to: 14_000,
      });
      const story = outage({ ...BACK, faults: [OUTAGE, cut] }, [10_500, Number.POSITIVE_INFINITY]);
      return story
        .add('fault', 11_000, { injected: true, fault: 'cut' })
        .add('fault', 14_000, { injected: false, fault: 'cut' });
    },
  },
};

const NARROW: FaultPlan = faultPlan('slow', {
  fault: 'latency',
  proof: { kind: 'delayed', delayMs: 100, jitterMs: 0 },
  devices: [0],
});
const RADIUS: Setting = {
  faults: [NARROW],
  expect: [{ checker: 'blast-radius', params: { factor: 2, loss: 0.01 } }],
};

function narrow(): Story {
  const story = healthy(RADIUS);
  tellFault(story, 'slow');
  return slower(story, 0, 7000, 10_000, 100);
}

const blastRadius: CheckerFixtures = {
  passing: {
    'only the target is slow': () => narrow(),
    'a bystander that is off is no loss': () =>
      narrow()
        .drop(
          (event) =>
            event.fields.device === 2 &&
            event.fields.stream === TELEMETRY &&
            Number(event.fields.n ?? 0) >= 7,
        )
        .add('off', 7500, { device: 2, cause: 'battery-empty' })
        .add('not-sent', 8000, { device: 2, stream: TELEMETRY, n: 7, why: 'device-off' })
        .add('not-sent', 9000, { device: 2, stream: TELEMETRY, n: 8, why: 'device-off' }),
  },
  failing: {
    'a bystander becomes slow': () => slower(narrow(), 2, 7000, 10_000, 300),
    "a bystander's messages vanish": () => narrow().drop(about('stored', 2, TELEMETRY, 7)),
  },
  undecided: {
    'we stood still during the fault': () => stalledAt(narrow(), 8000),
    'there is no steady phase to compare with': () =>
      narrow().drop((event) => event.op === 'phase' && event.fields.name === 'steady'),
  },
};

const HERD_OUTAGE: FaultPlan = {
  ...OUTAGE,
  devices: Array.from({ length: 30 }, (_, index) => index),
};
const HERD: Setting = {
  devices: 30,
  faults: [HERD_OUTAGE],
  expect: [{ checker: 'herd', params: { budget: 80 } }],
};

/** All devices thrown off at 7.01 s; each retries after the delays given, then is online. */
function herd(delaysOf: (device: number) => number[], budget = 80): Story {
  const story = healthy({ ...HERD, expect: [{ checker: 'herd', params: { budget } }] });
  tellFault(story, 'dark');
  for (let device = 0; device < 30; device++) {
    story.add('offline', 7010, { device, why: 'closed' });
    let t = 7010;
    delaysOf(device).forEach((delay, attempt, all) => {
      t += delay;
      story.add('connect', t, { device, attempt });
      t += 5;
      if (attempt < all.length - 1) story.add('connect-failed', t, { device, why: 'refused' });
      else story.add('online', t, { device, present: false });
    });
  }
  return story;
}

/** As a full jitter of base 0.5 s would draw them, evenly spread. */
const jittered = (device: number): number[] => {
  const unit = (device + 0.5) / 30;
  const other = ((device * 7) % 30) / 30 + 0.02;
  return [unit * 500, other * 1000, unit * 2000];
};

const herdFixtures: CheckerFixtures = {
  passing: { 'spread and growing': () => herd(jittered) },
  failing: {
    'retries at once': () => herd(() => [1, 1, 1, 1]),
    'all in step': () => herd(() => [400, 900, 1800]),
    'over the budget': () => herd(jittered, 20),
    'delays that do not grow': () =>
      herd((device) => [device * 16, device * 16 + 21, device * 16 + 21, device * 16 + 21]),
  },
  undecided: {
    'nobody had to retry': () => {
      const story = healthy(HERD);
      tellFault(story, 'dark');
      return story;
    },
    'we stood still meanwhile': () => stalledAt(herd(jittered), 8000),
  },
};

export const objectiveFixtures: Record<string, CheckerFixtures> = {
  latency,
  recovered,
  'blast-radius': blastRadius,
  herd: herdFixtures,
};
