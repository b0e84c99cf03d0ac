/**
 * A clock without a battery lived through at random: what its gateway says of when readings came is
 * told as a ledger would, and the oracle, which shares no code with it, must find nothing wrong;
 * with its bug, something.
 */
import { expect, it } from 'vitest';
import {
  GATEWAY_OPS,
  type LedgerEntry,
  layOps,
  type Mutant,
  type Plan,
  randomStream,
} from '#kernel';
import { BENCH_MODEL } from '../devices/duties/bench-device.ts';
import { TURNS } from '../devices/duties/part-duties.ts';
import stampsUptime from '../devices/mutants/clock-stamps-uptime.ts';
import part from '../devices/parts/clock.ts';
import type { ClockOracle } from '../twins/oracles/clock.ts';
import { foldHistory } from '../twins/oracles/fold-history.ts';
import { kindsOfFolder } from '../twins/oracles/testing/kinds.ts';
import { testPlan } from '../twins/oracles/testing/plan.ts';
import { TellingDevice } from './telling-device.ts';

const LIVES = 1500;
const STEPS = 60;
const kinds = await kindsOfFolder();
const BESIDE = [{ name: 'telemetry', way: 'up', schedule: { by: 'sampling' } }] as const;

function planOf(params: ConstructorParameters<typeof TellingDevice>[2]): Plan {
  const plan = testPlan({ devices: 2, readings: 600, commands: null });
  const [entry] = plan.entries;
  if (entry === undefined) return plan;
  plan.entries = [{ ...entry, parts: [{ kind: 'clock', params: params ?? {} }] }, entry];
  Object.assign(plan.devices[1] ?? {}, { via: 0, entry: 1 });
  return { ...plan, ops: layOps([part.ops ?? {}, GATEWAY_OPS]) };
}

function live(seed: number, mutant: Mutant | null = null) {
  const random = randomStream(seed, 'clock-lives');
  const params = { sync: 300 + random.below(1500), every: 700, drift: random.below(2000) - 1000 };
  const device = new TellingDevice(part, BENCH_MODEL, params, BESIDE);
  device.plant(mutant);
  device.call('begin');
  const power = (): void => {
    if (device.isPowered) {
      if (device.isOnline) device.tellAs(0, 'offline', { why: 'power-cut' });
      TURNS.cutPower()(device);
      device.tellAs(0, 'state', { state: 'power.off' });
      return;
    }
    device.tellAs(0, 'boot', { epoch: device.epoch + 1, cause: 'power-on' });
    TURNS.power(true)(device);
  };
  // At the beginning of time an uptime is the time.
  device.pass(5000);
  power();
  for (let step = 0; step < STEPS; step++) {
    const turn = random.below(12);
    if (turn < 5) {
      if (!device.isPowered) continue;
      device.tellAs(0, 'gateway/took', { child: 1, stream: 0, n: step, bytes: 9 });
      device.call('heard', { passenger: 1, stream: 0, n: step, intended: 0, values: {} });
    } else if (turn < 9) device.pass(random.below(2500));
    else if (turn < 11) {
      if (!device.isPowered) continue;
      device.tellAs(0, device.isOnline ? 'offline' : 'online', { why: 'closed', present: true });
      (device.isOnline ? TURNS.lost() : TURNS.online(true))(device);
    } else if (random.below(3) === 0) power();
  }
  device.pass(10_000);
  device.tellAs(0, 'state', { state: 'connection.stopped' });
  const history = { plan: planOf(params), entries: device.entries };
  const story = (foldHistory(kinds, 'clock', history) as ClockOracle).of(0);
  return { story, fired: device.fired };
}

it(`says when readings came, in ${LIVES} lives`, { timeout: 120_000 }, () => {
  const sum = { stamped: 0, estimated: 0, lost: 0 };
  for (let seed = 1; seed <= LIVES; seed++) {
    const { story } = live(seed);
    expect(story?.wrong, `life ${seed}`).toEqual([]);
    for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += story?.[key] ?? 0;
  }
  for (const count of Object.values(sum)) expect(count).toBeGreaterThan(LIVES);
});

it('is found out where it leaves its uptime standing', () => {
  const lives = Array.from({ length: 200 }, (_, seed) => live(seed + 1, stampsUptime));
  const hit = lives.filter(({ fired }) => fired > 0);
  const found = hit.filter(({ story }) => (story?.wrong.length ?? 0) > 0);
  expect(hit.length).toBeGreaterThan(50);
  expect(found.length).toBeGreaterThan(hit.length * 0.8);
});

it.each([
  ['after a minute without a connection', 40, 60, 10],
  ['while it takes in many all the time', 150, 0, 90],
  ['after many came in an outage of minutes', 100, 240, 70],
])('has nothing left to say %s', { timeout: 120_000 }, (_, perSecond, outageS, thenS) => {
  const params = { sync: 500, every: 2000, drift: 0 };
  const device = new TellingDevice(part, BENCH_MODEL, params, BESIDE);
  let n = 0;
  const takesIn = (seconds: number): void => {
    for (const end = n + seconds * perSecond; n < end; n++) {
      device.tellAs(0, 'gateway/took', { child: 1, stream: 0, n, bytes: 9 });
      device.call('heard', { passenger: 1, stream: 0, n, intended: 0, values: {} });
      if (n % perSecond === perSecond - 1) device.pass(1000);
    }
  };
  device.call('begin');
  device.tellAs(0, 'boot', { epoch: 1, cause: 'power-on' });
  TURNS.power(true)(device);
  takesIn(outageS);
  device.tellAs(0, 'online', { present: true });
  TURNS.online(true)(device);
  takesIn(outageS === 0 ? thenS : 0);
  device.pass(outageS === 0 ? 3000 : thenS * 1000);
  device.tellAs(0, 'state', { state: 'connection.stopped' });
  const history = { plan: planOf(params), entries: device.entries };
  const story = (foldHistory(kinds, 'clock', history) as ClockOracle).of(0);
  expect(story?.wrong).toEqual([]);
  expect([story?.stamped, story?.open]).toEqual([n, 0]);
});

it('may still be at it, where no reading was passed over', () => {
  const took = (n: number) => ({ t: 1_000_000 + n, op: 'gateway/took', child: 1, stream: 0, n });
  const said = (t: number, n: number) => {
    const at = Math.round((1_000_000 + n) / 1000);
    return { t, op: 'clock/stamped', child: 1, n, at, estimated: true };
  };
  const told = (...numbers: number[]) => {
    const entries = [
      { t: 0, op: 'boot', epoch: 1, cause: 'power-on' },
      ...[1, 2, 3, 4].map((n) => ({ ...took(n), bytes: 9 })),
      { t: 2_000_000, op: 'online', present: true },
      ...numbers.map((n, at) => said(3_000_000 + at * 5_500_000, n)),
      { t: 16_000_000, op: 'state', state: 'connection.stopped' },
    ].map((entry) => ({ device: 0, ...entry })) as unknown as LedgerEntry[];
    const history = { plan: planOf({ sync: 500, every: 2000, drift: 0 }), entries };
    const story = (foldHistory(kinds, 'clock', history) as ClockOracle).of(0);
    return [story?.open, ...(story?.wrong ?? []).map(({ what, n }) => `${what} ${n}`)];
  };
  expect(told(1)).toEqual([0, 'missing 2', 'missing 3', 'missing 4']);
  expect(told(1, 2)).toEqual([0, 'missing 3', 'missing 4']);
  expect(told(1, 2, 3)).toEqual([1]);
  expect(told(1, 2, 4)).toEqual([0, 'missing 3']);
});
