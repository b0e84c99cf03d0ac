/**
 * Stories about the run itself: faults that did nothing, fleets that never sent, a harness that did
 * not keep up.
 */
import type { FaultPlan, FaultProof } from '#kernel';
import type { CheckerFixtures } from './checker-fixtures.ts';
import { faultPlan, healthy, type Setting, type Story, TELEMETRY, tellFault } from './story.ts';

const withFault = (proof: FaultProof, over: Partial<FaultPlan> = {}): Setting => ({
  faults: [faultPlan('f', { proof, devices: [1], ...over })],
});

function told(proof: FaultProof, over: Partial<FaultPlan> = {}): Story {
  const story = healthy(withFault(proof, over));
  tellFault(story, 'f');
  return story;
}

/** What the probe would have said from 7 s to 10 s is replaced. */
const muted = (story: Story): Story =>
  story.drop((event) => event.op === 'probe' && event.t > 7000 && event.t < 10_000);

const silence = (story: Story): Story => {
  for (let t = 7600; t < 10_000; t += 200) {
    story.add('probe', t, { cohort: 0, value: (t - 7000) * 1000, asked: 1, saw: 'silent' });
  }
  return story;
};

/** What device 1 sent inside arrives as the fault is healed. */
const held = (story: Story): Story =>
  story.change(
    (event) =>
      event.op === 'observed' && event.fields.device === 1 && event.t > 7000 && event.t < 10_000,
    () => ({ t: 10_005 }),
  );

const slowPongs = (story: Story, us: number): Story => {
  for (let t = 7400; t < 9800; t += 200) {
    story.add('probe', t + us / 1000, { cohort: 0, value: us, asked: 1, saw: 'pong' });
  }
  return story;
};

const STALLED: FaultProof = { kind: 'stalled', up: true, down: true };
const DELAYED: FaultProof = { kind: 'delayed', delayMs: 100, jitterMs: 0 };
const PACED: FaultProof = { kind: 'paced', bytesPerSecond: 10_000 };
const TARGET_DOWN: FaultProof = { kind: 'target-down' };
const REBOOTED: FaultProof = { kind: 'rebooted' };
const killing: Partial<FaultPlan> = { acts: 'target', devices: [0, 1, 2, 3] };
const cutting: Partial<FaultPlan> = { acts: 'device' };

const rebooted = (story: Story, epoch: number): Story =>
  story
    .add('off', 7010, { device: 1, cause: 'power-cut' })
    .add('boot', 10_100, { device: 1, epoch, cause: 'power-on' });

const rateOf = (story: Story, bytesPerSecond: number): Story =>
  story.add('probe', 8500, { cohort: 0, value: bytesPerSecond, asked: 1, saw: 'rate' });

const faultEffective: CheckerFixtures = {
  passing: {
    'a partition holds everything': () => held(silence(muted(told(STALLED)))),
    'a blackhole swallows': () => silence(muted(told({ kind: 'swallowed' }))),
    'an outage refuses': () =>
      muted(told({ kind: 'refused' }))
        .add('probe', 7005, { cohort: 0, saw: 'closed' })
        .add('probe', 7200, { cohort: 0, saw: 'refused' }),
    'a reset closes': () =>
      told({ kind: 'closed' }).add('probe', 7005, { cohort: 0, saw: 'closed' }),
    'a delay is measured': () => slowPongs(muted(told(DELAYED)), 205_000),
    'a rate is measured': () => rateOf(told(PACED), 9800),
    'the target is gone': () =>
      told(TARGET_DOWN, killing)
        .add('target', 7005, { is: 'killed' })
        .add('target', 10_000, { is: 'accepting' })
        .add('offline', 7010, { device: 1, why: 'closed' }),
    'power is cut': () => rebooted(told(REBOOTED, cutting), 2),
  },
  failing: {
    'a toxic that does nothing': () => told(STALLED),
    'a single message crosses a partition': () => silence(muted(told(STALLED))),
    'a swallowed question is answered later': () =>
      silence(muted(told({ kind: 'swallowed' }))).add('probe', 10_010, {
        cohort: 0,
        value: 2_000_000,
        asked: 1,
        saw: 'pong',
      }),
    'answers through an outage': () => told({ kind: 'refused' }),
    'connections survive a reset': () => told({ kind: 'closed' }),
    'no delay at all': () => told(DELAYED),
    'half of the delay': () => slowPongs(muted(told(DELAYED)), 102_000),
    'ten times the rate': () => rateOf(told(PACED), 100_000),
    'the target was never killed': () => told(TARGET_DOWN, killing),
    'the kill was not noticed': () =>
      told(TARGET_DOWN, killing)
        .add('target', 7005, { is: 'killed' })
        .add('target', 10_000, { is: 'accepting' }),
    'nobody rebooted': () => told(REBOOTED, cutting),
    'the boot epoch did not rise': () => rebooted(told(REBOOTED, cutting), 1),
    'it was never injected': () => healthy(withFault(STALLED)),
  },
  undecided: {
    'no probe was there': () => {
      const story = told(STALLED).drop((event) => event.op === 'probe');
      return story.drop((event) => event.op === 'observed');
    },
    'the target never came back': () =>
      told(TARGET_DOWN, killing)
        .add('target', 7005, { is: 'killed' })
        .add('offline', 7010, { device: 1, why: 'closed' }),
    'we stood still through most of it': () =>
      held(silence(muted(told(STALLED)))).add('stall', 9500, { us: 2_400_000, process: 'harness' }),
  },
};

const COMMANDED: Setting = {
  commands: { firstAt: 3000, everyMs: 2000, qos: 1, devices: [{ device: 1, offsetMs: 0 }] },
};

const notVacuous: CheckerFixtures = {
  passing: {
    'everything planned occurred': () => healthy({ ...COMMANDED, entry: { retainStatus: true } }),
  },
  failing: {
    'a fleet that never sends': () =>
      healthy().drop((event) => ['sent', 'acked', 'observed', 'stored'].includes(event.op)),
    'commands were planned and none was sent': () =>
      healthy(COMMANDED).drop((event) => event.fields.stream === 3),
    'nothing was ever acknowledged': () => healthy().drop((event) => event.op === 'acked'),
    'nobody came online': () => healthy().drop((event) => event.op === 'online'),
    'an empty ledger': () => healthy().drop(() => true),
  },
  // Either something occurred or it did not: there is nothing to leave open.
  undecided: {},
};

/** Sends of the steady phase are this late. */
const late = (story: Story, us: number): Story =>
  story.change(
    (event) => event.op === 'sent' && event.fields.stream === TELEMETRY,
    (event) => ({ t: event.t + us / 1000, fields: { ...event.fields, late: 1000 + us } }),
  );

const REAL: Setting = { gear: 'real' };

const harnessHealthy: CheckerFixtures = {
  passing: {
    'a whole ledger, sends on time': () => healthy(REAL),
    'a target so slow to acknowledge that sends wait for it': () =>
      late(healthy({ ...REAL, entry: { everyMs: 20 } }), 80_000).change(
        (event) => event.op === 'acked',
        (event) => ({ t: event.t + 800 }),
      ),
    'a fault that was taken back': () => told(STALLED),
    'a stall before anything is measured': () =>
      healthy(REAL).add('stall', 1500, { us: 1_200_000, process: 'shard-0' }),
  },
  failing: {
    'sends are late': () => late(healthy(REAL), 80_000),
    'a torn segment': () => {
      const story = healthy();
      story.torn = 5;
      return story;
    },
    'a missing segment': () => {
      const story = healthy({ lanes: [0, 1] });
      story.missingLane = 1;
      return story;
    },
    'a segment that ends early': () =>
      healthy()
        .drop((event) => event.t > 9000 && event.fields.device !== undefined)
        .drop((event) => event.op === 'observer' && event.t > 9000)
        .drop((event) => event.op === 'final-read'),
    'a fault that was never taken back': () =>
      told(STALLED).drop((event) => event.op === 'fault' && event.fields.injected === false),
    'an event loop that lags': () => {
      const story = healthy(REAL);
      for (let t = 2500; t < 19_000; t += 1000) {
        story.add('health', t, { lagUs: 250_000, process: 'shard-0' });
      }
      return story;
    },
    'a process that stood still for most of the time': () =>
      healthy().add('stall', 12_000, { us: 9_000_000, process: 'shard-0' }),
  },
  undecided: {
    'a shard that sleeps for a second': () =>
      healthy().add('stall', 9000, { us: 1_000_000, process: 'shard-0' }),
  },
};

export const validityFixtures: Record<string, CheckerFixtures> = {
  'fault-effective': faultEffective,
  'not-vacuous': notVacuous,
  'harness-healthy': harnessHealthy,
};
