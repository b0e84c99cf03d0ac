/**
 * The control loop lived through at random: what it does is told as a ledger would, and the oracle,
 * which shares no code with it, must find nothing wrong; with each bug of its firmware, something.
 */
import { describe, expect, it } from 'vitest';
import { layOps, type Mutant, type Plan, type Random, randomStream } from '#kernel';
import { BENCH_MODEL } from '../devices/duties/bench-device.ts';
import { TURNS } from '../devices/duties/part-duties.ts';
import forgetsConfig from '../devices/mutants/edge-forgets-config.ts';
import stopsOffline from '../devices/mutants/edge-stops-offline.ts';
import part from '../devices/parts/edge.ts';
import type { EdgeOracle } from '../twins/oracles/edge.ts';
import { foldHistory } from '../twins/oracles/fold-history.ts';
import { kindsOfFolder } from '../twins/oracles/testing/kinds.ts';
import { testPlan } from '../twins/oracles/testing/plan.ts';
import { TellingDevice } from './telling-device.ts';

const LIVES = 3000;
const STEPS = 60;
const kinds = await kindsOfFolder();
const BESIDE = [{ name: 'telemetry', way: 'up', schedule: { by: 'sampling' } }] as const;
const TOLD = [{ setpoint: 24 }, { setpoint: 18, hysteresis: 4 }, { setpoint: 5000 }];

type Params = ConstructorParameters<typeof TellingDevice>[2];

function planOf(params: Params): Plan {
  const plan = testPlan({ devices: 3, readings: 600, commands: null });
  const [entry] = plan.entries;
  if (entry === undefined) return plan;
  plan.entries = [{ ...entry, parts: [{ kind: 'edge', params: params ?? {} }] }, entry];
  for (const child of [1, 2]) Object.assign(plan.devices[child] ?? {}, { via: 0, entry: 1 });
  plan.workflows = [{ workflow: 'edge', session: 'edge', resolved: { settings: TOLD } }];
  plan.streams.push({
    ...(plan.streams[0] as Plan['streams'][number]),
    ...{ name: 'edge-setting', code: 64, way: 'down', from: 'operator', arrives: 'device' },
    schedule: { by: 'rounds', firstAt: 0, everyMs: 0, devices: [] },
  });
  return { ...plan, ops: layOps([part.ops ?? {}]) };
}

/** Two children that warm up while they are heated and cool down while they are not. */
class Rooms {
  readonly #random: Random;
  readonly #level = new Map([1, 2].map((child) => [child, 20]));
  readonly isOn = new Map([1, 2].map((child) => [child, false]));
  /** Whose power is gone, and who obeys nobody. */
  readonly isOff = new Set<number>();
  readonly #says: boolean;

  constructor(random: Random) {
    this.#random = random;
    this.#says = random.below(2) === 0;
  }

  say(device: TellingDevice, child: number): void {
    const n = Math.floor(device.now() / 1000);
    const towards = this.isOn.get(child) === true ? 1 : -1;
    const level = (this.#level.get(child) ?? 0) + towards * this.#random.below(4) * 0.5;
    this.#level.set(child, level);
    const heat = this.isOn.get(child) === true ? 1 : 0;
    const values = this.#says ? { level, heat } : { level };
    if (!device.isPowered) return;
    if (this.isOff.delete(child)) {
      device.tellAs(child, 'boot', { epoch: n + 2, cause: 'power-on' });
    }
    device.call('heard', { passenger: child, stream: 0, n, intended: n * 1000, values });
  }
}

function live(seed: number, mutant: Mutant | null = null) {
  const random = randomStream(seed, 'edge-lives');
  const params = {
    ...{ reads: 'level', switches: 'heat', way: 'heats', setpoint: 20, hysteresis: 2 },
    ...{ reaction: 100, stale: 5000, memory: random.below(3) > 0 ? 'flash' : 'ram' },
  };
  const device = new TellingDevice(part, BENCH_MODEL, params, BESIDE);
  const rooms = new Rooms(random);
  device.plant(mutant);
  device.freight.order = (child, _, value) => {
    if (!rooms.isOff.has(child) && random.below(6) === 0) {
      rooms.isOff.add(child);
      device.tellAs(child, 'state', { state: 'power.off' });
    }
    if (rooms.isOff.has(child)) return false;
    rooms.isOn.set(child, value > 0);
    return true;
  };
  device.call('begin');
  const power = (on: boolean): void => {
    if (on && !device.isPowered) {
      device.tellAs(0, 'boot', { epoch: device.epoch + 1, cause: 'power-on' });
    }
    (on ? TURNS.power(true) : TURNS.cutPower())(device);
    if (!on) device.tellAs(0, 'state', { state: 'power.off' });
  };
  power(true);
  let told = 0;
  for (let step = 0; step < STEPS; step++) {
    const turn = random.below(12);
    if (turn < 7) rooms.say(device, 1 + (turn % 2));
    else if (turn < 10) device.pass(random.below(1500));
    else if (turn === 10) {
      if (!device.isPowered) continue;
      if (random.below(2) === 0) {
        device.tellAs(0, device.isOnline ? 'offline' : 'online', { why: 'closed', present: true });
        (device.isOnline ? TURNS.lost() : TURNS.online(true))(device);
      } else if (device.isOnline) {
        const n = Math.max(0, told - random.below(2));
        told = n + 1;
        device.tellAs(0, 'received', { stream: 64, n, hash: 0, flags: 1 });
        device.inbox({ stream: 'edge-setting', n, values: TOLD[n % TOLD.length] ?? {} });
      }
    } else if (random.below(2) === 0) {
      if (device.isOnline) device.tellAs(0, 'offline', { why: 'power-cut' });
      power(!device.isPowered);
    }
  }
  device.pass(2000);
  device.tellAs(0, 'state', { state: 'connection.stopped' });
  const history = { plan: planOf(params), entries: device.entries };
  const story = (foldHistory(kinds, 'edge', history) as EdgeOracle).of(0);
  const wrong = [
    ...(story?.mistakes ?? []).map(({ mistake, child, t }) => `${mistake} ${child} ${t}`),
    ...(story?.otherSettings ?? []).map(({ t }) => `otherwise set ${t}`),
  ];
  return { story, wrong, fired: device.fired };
}

it(`does nothing wrong in ${LIVES} lives, and not nothing`, { timeout: 300_000 }, () => {
  const sum = { kept: 0, keptOffline: 0, keptSinceBoot: 0 };
  for (let seed = 1; seed <= LIVES; seed++) {
    const { story, wrong } = live(seed);
    expect(wrong, `life ${seed}`).toEqual([]);
    for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += story?.[key] ?? 0;
  }
  for (const count of Object.values(sum)) expect(count).toBeGreaterThan(LIVES / 10);
});

describe('a bug of its firmware', () => {
  it.each([stopsOffline, forgetsConfig].map((mutant) => [mutant.kind, mutant] as const))(
    '%s is found where it fires',
    (_, mutant) => {
      const lives = Array.from({ length: 500 }, (_unused, seed) => live(seed + 1, mutant));
      const hit = lives.filter(({ fired }) => fired > 0);
      const found = hit.filter(({ wrong }) => wrong.length > 0);
      expect(hit.length).toBeGreaterThan(20);
      expect(found.length).toBeGreaterThan(hit.length / 2);
    },
  );
});
