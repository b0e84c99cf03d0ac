/**
 * The gateway's part lived through at random, with buffers that are mostly too small: what it does
 * is told as a ledger would, and the oracle, which shares no code with it, must find nothing wrong;
 * with each bug of its firmware, something in most lives.
 */
import { describe, expect, it } from 'vitest';
import { layOps, type Mutant, type Plan, type Random, randomStream } from '#kernel';
import { BENCH_MODEL } from '../devices/duties/bench-device.ts';
import { TURNS } from '../devices/duties/part-duties.ts';
import dropsNewest from '../devices/mutants/gateway-drops-newest.ts';
import losesFlash from '../devices/mutants/gateway-loses-flash.ts';
import packsTwice from '../devices/mutants/gateway-packs-twice.ts';
import reorders from '../devices/mutants/gateway-reorders-backlog.ts';
import unsaved from '../devices/mutants/gateway-restarts-unsaved.ts';
import part from '../devices/parts/gateway.ts';
import { foldHistory } from '../twins/oracles/fold-history.ts';
import type { GatewayOracle } from '../twins/oracles/gateway.ts';
import type { PacketOracle } from '../twins/oracles/packets.ts';
import { kindsOfFolder } from '../twins/oracles/testing/kinds.ts';
import { testPlan } from '../twins/oracles/testing/plan.ts';
import { TellingDevice } from './telling-device.ts';

const LIVES = 5000;
const STEPS = 60;
const kinds = await kindsOfFolder();

type Params = ConstructorParameters<typeof TellingDevice>[2];

/** Tells what its passengers would have written into a ledger as well. */
class Device extends TellingDevice {
  constructor(params: Params) {
    super(part, BENCH_MODEL, params);
    const { freight } = this;
    const [giveUp, forward] = [freight.giveUp.bind(freight), freight.forward.bind(freight)];
    const forwardTogether = freight.forwardTogether.bind(freight);
    const wired = new Set<object>();
    freight.forward = (parcel) => {
      wired.add(parcel);
      forward(parcel);
    };
    freight.forwardTogether = (parcels) => {
      for (const parcel of parcels) wired.add(parcel);
      return forwardTogether(parcels);
    };
    // What was on the wire may have arrived, so nobody says that it was never sent.
    freight.giveUp = (parcel, why) => {
      giveUp(parcel, why);
      const { passenger, stream, n } = parcel;
      this.tellAs(passenger, wired.has(parcel) ? 'abandoned' : 'not-sent', { stream, n, why });
    };
  }
}

function drawnParams(random: Random): Params {
  const of = <T>(list: readonly T[]): T => list[random.below(list.length)] as T;
  return {
    messages: of([0, 1, 3, 6, 1000]),
    bytes: of([10, 90, 200, 100_000]),
    drop: of(['oldest', 'newest', 'lowest']),
    priorities: { kids: random.below(3), others: random.below(3) },
    backlog: of([0, 0.25, 0.5, 1]),
    memory: of(['ram', 'flash']),
    flush: of([10, 2000]),
    ...(random.below(3) === 0 ? { bus: { poll: 500, latency: of([0, 40]), loss: 0.2 } } : {}),
    ...(random.below(2) === 0 ? { rate: of([0.5, 3, 40]) } : {}),
  };
}

/** Drawn apart, so that lives without packets are what they were. */
function drawnPack(seed: number): object {
  const random = randomStream(seed, 'gateway-lives/pack');
  const of = <T>(list: readonly T[]): T => list[random.below(list.length)] as T;
  const pack = { messages: of([2, 3, 8]), bytes: of([60, 4000]), wait: of([0, 500, 2000]) };
  return { pack };
}

function planOf(params: Params, qos: 0 | 1 | 2): Plan {
  const plan = testPlan({ devices: 3, readings: 600, commands: null });
  const [entry] = plan.entries;
  if (entry === undefined) return plan;
  plan.entries = [
    { ...entry, id: 'gates', parts: [{ kind: 'gateway', params: params ?? {} }] },
    { ...entry, id: 'kids', qos },
    { ...entry, id: 'others', qos },
  ];
  for (const device of [1, 2]) Object.assign(plan.devices[device] ?? {}, { via: 0, entry: device });
  return { ...plan, ops: layOps([part.ops ?? {}]) };
}

function live(
  seed: number,
  mutant: Mutant | null = null,
  packs = false,
): { oracle: GatewayOracle; packets: PacketOracle; fired: number } {
  const random = randomStream(seed, 'gateway-lives');
  const params = { ...drawnParams(random), ...(packs ? drawnPack(seed) : {}) } as Params;
  const device = new Device(params);
  const qos = random.below(3) as 0 | 1 | 2;
  const plan = planOf(params, qos);
  // The part asks the plan for priorities.
  Object.assign(device.plan, { entries: plan.entries, devices: plan.devices });
  device.plant(mutant);
  device.call('begin');
  TURNS.power(true)(device);
  for (let step = 0; step < STEPS; step++) turn(random, device, qos);
  device.call('end');
  const history = { plan, entries: device.entries };
  const packets = foldHistory(kinds, 'packets', history) as PacketOracle;
  return {
    oracle: foldHistory(kinds, 'gateway', history) as GatewayOracle,
    packets,
    fired: device.fired,
  };
}

function turn(random: Random, device: Device, qos: 0 | 1 | 2): void {
  const settle = (): void => {
    const settled = device.isOnline ? device.freight.settle() : [];
    for (const [{ passenger, stream, n }, how] of settled) {
      if (how === 'acked') device.tellAs(passenger, 'acked', { stream, n });
      if (how === 'gone') device.tellAs(passenger, 'sent', { stream, n });
    }
    for (const one of settled) device.call('settled', ...one);
  };
  const turns: readonly (() => void)[] = [
    () => TURNS.offer(1 + random.below(2), 1 + random.below(4), qos)(device),
    () => TURNS.offer(1 + random.below(2), 1, qos)(device),
    settle,
    settle,
    () => device.pass(random.below(3000)),
    () => {
      if (!device.isPowered) return;
      device.tellAs(0, device.isOnline ? 'offline' : 'online', { why: 'closed', present: true });
      (device.isOnline ? TURNS.lost() : TURNS.online(true))(device);
    },
    () => {
      if (random.below(3) > 0 || !device.isPowered) return;
      const wasOnline = device.isOnline;
      TURNS.restart()(device);
      if (wasOnline) device.tellAs(0, 'offline', { why: 'planned' });
      device.tellAs(0, 'state', { state: 'power.resetting' });
      device.tellAs(0, 'boot', { epoch: device.epoch, cause: 'reset' });
    },
    () => {
      if (random.below(3) > 0) return;
      if (!device.isPowered) {
        TURNS.power(true)(device);
        return device.tellAs(0, 'boot', { epoch: device.epoch, cause: 'power-on' });
      }
      if (device.isOnline) device.tellAs(0, 'offline', { why: 'power-cut' });
      TURNS.cutPower()(device);
      device.tellAs(0, 'state', { state: 'power.off' });
    },
  ];
  turns[random.below(turns.length)]?.();
}

function wrongIn(oracle: GatewayOracle): string[] {
  const story = oracle.of(0);
  return [
    ...(story?.mistakes ?? []).map(({ mistake, item }) => `${mistake} ${item.child}/${item.n}`),
    ...(story?.lostWithout ?? []).map(({ item }) => `lost without a loss: ${item.n}`),
    ...(story?.unaccounted ?? []).map(({ item }) => `not accounted for: ${item.n}`),
    ...(story?.idle ?? []).filter(({ waiting }) => waiting === 0).map(() => 'idle with nothing'),
  ];
}

it(`does nothing wrong in ${LIVES} lives, and not nothing`, { timeout: 300_000 }, () => {
  const counts = { taken: 0, passed: 0, dropped: 0, lost: 0 };
  for (let seed = 1; seed <= LIVES; seed++) {
    const { oracle } = live(seed);
    expect(wrongIn(oracle), `life ${seed}`).toEqual([]);
    const story = oracle.of(0);
    for (const key of ['taken', 'passed', 'dropped', 'lost'] as const)
      counts[key] += story?.[key] ?? 0;
  }
  for (const count of Object.values(counts)) expect(count).toBeGreaterThan(LIVES);
});

describe('a bug of its firmware', () => {
  it.each(
    [dropsNewest, reorders, losesFlash, unsaved].map((mutant) => [mutant.kind, mutant] as const),
  )('%s is found where it fires', (_, mutant) => {
    const lives = Array.from({ length: 600 }, (_unused, seed) => live(seed + 1, mutant));
    const hit = lives.filter(({ fired }) => fired > 0);
    const found = hit.filter(({ oracle }) => wrongIn(oracle).length > 0);
    expect(hit.length).toBeGreaterThan(10);
    expect(found.length).toBeGreaterThan(hit.length / 2);
  });
});

describe('packets', () => {
  it('are whole in any life', { timeout: 300_000 }, () => {
    const counts = { passed: 0, lost: 0, packets: 0, parcels: 0 };
    for (let seed = 1; seed <= LIVES / 2; seed++) {
      const { oracle, packets } = live(seed, null, true);
      expect(wrongIn(oracle), `life ${seed}`).toEqual([]);
      const story = { ...packets.of(0), ...oracle.of(0) };
      expect(story.wrong, `packets of life ${seed}`).toEqual([]);
      for (const key of ['passed', 'lost', 'packets', 'parcels'] as const)
        counts[key] += story[key] ?? 0;
    }
    expect(Math.min(counts.lost, counts.packets)).toBeGreaterThan(1000);
    expect(counts.parcels).toBeGreaterThan(1.5 * counts.packets);
  });

  it('with one twice are found', () => {
    const twice: Mutant = { ...packsTwice, plant: (fired) => ({ packTwice: everySecond(fired) }) };
    const lives = Array.from({ length: 600 }, (_, seed) => live(seed + 1, twice, true));
    const hit = lives.filter(({ fired }) => fired > 0);
    for (const { packets } of hit) expect(packets.of(0)?.wrong).not.toEqual([]);
    expect(hit.length).toBeGreaterThan(50);
  });
});

/** Its packet is in the bench's only gateway, so that the draw of the bug itself is always one. */
const everySecond =
  (fired: (what: string) => void) =>
  (gateway: string, packet: number): boolean => {
    if (packet % 2 > 0) return false;
    fired(gateway);
    return true;
  };
