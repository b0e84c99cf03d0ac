/**
 * One plan, however it is played. The shard count never enters a message, so the plan and every
 * payload are equal for 1, 2 and 4 shards. Byte-equality of sim alone proves nothing (a clock with
 * a bug was byte-equal too), so sim is held against sockets: for a healthy fleet the gears agree on
 * connects, sessions and messages of every device, and for each network fault on what became of the
 * messages and on who lost the connection. When all that happened is a matter of time and so of the
 * machine: bench/gears.ts measures it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { GEAR_FAULTS, gearScene } from '../../tests/gear-faults.ts';
import { type LedgerLine, Sandbox } from '../../tests/sandbox.ts';
import { scene } from '../../tests/scenes.ts';

const box = new Sandbox();
afterAll(() => box.close());

// Most of a real run is waiting; more at a time would make the generator stall.
vi.setConfig({ maxConcurrency: 3 });

const PER_DEVICE = ['online', 'sent', 'acked', 'stored'] as const;

/** What a device did, in counts that no clock can change; payloads by their hash. */
async function livesOf(out: string): Promise<Map<string, Record<string, unknown>>> {
  const lives = new Map<string, Record<string, unknown>>();
  const lines = await box.ledger(out, ...PER_DEVICE.flatMap((op) => ['--op', op]));
  for (const device of box.plan(out).devices) {
    const own = lines.filter((line) => line.device === device.id);
    const telemetry = own.filter(({ stream }) => stream === 'telemetry');
    lives.set(device.id, {
      connects: own.filter(({ op }) => op === 'online').length,
      sessionsPresent: own.filter((line) => line.op === 'online' && line.present === true).length,
      sent: messages(telemetry, 'sent', device.bootAt),
      acked: numbers(telemetry, 'acked'),
      stored: messages(telemetry, 'stored', device.bootAt),
    });
  }
  return lives;
}

const numbers = (lines: readonly LedgerLine[], op: string): number[] =>
  lines
    .filter((line) => line.op === op)
    .map(({ n }) => n ?? -1)
    .sort((a, b) => a - b);

/** Each once: a reading that was on its way when its device fell asleep is sent again. */
const messages = (lines: readonly LedgerLine[], op: string, bootAt: number): string[] => {
  const own = lines.filter((line) => line.op === op);
  const named = own.map(({ n, intended = -1, hash }) => {
    const payload = isSteady(intended - bootAt) ? hash : '';
    return `${n} ${Math.round(intended)} ${payload}`;
  });
  return [...new Set(named)].sort();
};

/**
 * A payload holds whole seconds since the boot, and over sockets a boot is a moment late: where
 * they turn right after it, the machine decides what is told.
 */
const LATE_MS = 400;
const isSteady = (uptimeMs: number): boolean => (uptimeMs + 500) % 1000 >= LATE_MS;

const FRIDGE = 'model: cold-chain-fridge, every: 500ms, session: persistent';

/**
 * Some of them sleep now and then, so that there are sessions to come back to; the drain is longer
 * than their sleep, so that all of them wake in it.
 */
const HEALTHY = scene({
  name: 'healthy',
  time: '{ warmup: 2s, steady: 2s, chaos: 3s, settle: 2s, drain: 4s }',
  fleet: [
    `{ id: fridges, ${FRIDGE}, count: 16, qos: 1, retain: status }`,
    `{ id: loggers, ${FRIDGE}, count: 8, sleep: { every: 3s, awake: 1500ms } }`,
  ].join('\n  - '),
  more: ['gate: { delivered: 60% }'],
});

it('has one plan for 1, 2 and 4 shards, and the same lives as in sim', async () => {
  box.write('healthy.yaml', HEALTHY);
  await box.judged(0, 'sim', 'healthy.yaml', '--gear', 'sim');
  const expected = await livesOf('sim');
  const returns = [...expected.values()].map(({ sessionsPresent }) => sessionsPresent);
  expect(returns.filter((count) => Number(count) > 0)).toHaveLength(8);
  const plans: Buffer[] = [];
  // One after the other: at one time they would hold each other up.
  for (const shards of [1, 2, 4]) {
    const flags = ['--gear', 'real', '--shards', String(shards)];
    const out = await box.unaccused(`real-${shards}`, 'run', 'healthy.yaml', ...flags);
    expect(box.segments(out)).toHaveLength(1 + shards);
    const lives = await livesOf(out);
    expect(lives.size).toBe(24);
    for (const [device, life] of lives)
      expect(life, `${device}, ${out}`).toEqual(expected.get(device));
    plans.push(readFileSync(box.path(out, 'plan.json')));
  }
  expect(plans[1]?.equals(plans[0] as Buffer)).toBe(true);
  expect(plans[2]?.equals(plans[0] as Buffer)).toBe(true);
  box.expectClean();
});

describe.concurrent('the gears agree on what a fault did', () => {
  it.each(GEAR_FAULTS)('$fault', async (one) => {
    const name = `fault-${one.fault}`;
    box.write(`${name}.yaml`, gearScene(one));
    const sim = `${name}-sim`;
    const a = await box.judged(0, sim, `${name}.yaml`, '--gear', 'sim');
    const real = await box.unspoilt(`${name}-real`, 'run', `${name}.yaml`, '--gear', 'real');
    const b = box.result(real);
    expect(b.faults.find(({ id }) => id === 'it')?.effective).toBe(true);
    const { duplicates: _, ...counts } = a.messages;
    if (one.alike) expect(b.messages).toMatchObject(counts);
    const [mine, theirs] = [await droppedIn(sim), await droppedIn(real)];
    const targets = box.plan(sim).faults[0]?.devices.length ?? 0;
    expect(targets).toBeGreaterThan(2);
    expect(mine.size).toBe(one.drops ? targets : 0);
    expect([...theirs].sort()).toEqual([...mine].sort());
  });
});

/** They act on what only gateways have, and are tried in `bus.test.ts`. */
const BEHIND_GATEWAYS = ['bus-loss', 'child-lost', 'child-stuck', 'clock-loss'];
/** They act on the flash of devices, and are tried in `firmware.test.ts`. */
const OF_FLASH = ['bit-rot', 'flash-full', 'worn-sector'];
/** They act on what stands behind a target, and are tried in `small-platform.test.ts`. */
const BEHIND_TARGETS = ['hand'];
/** They stand for others when a plan is made, and are tried in `batch-agrees.test.ts`. */
const DRAWN = ['malfunctions'];

it('tries every fault that there is', () => {
  const files = readdirSync(new URL('../../chaos/faults', import.meta.url));
  const faults = files
    .filter((file) => !file.endsWith('.test.ts'))
    .map((file) => file.slice(0, -3));
  const elsewhere = [...BEHIND_GATEWAYS, ...OF_FLASH, ...BEHIND_TARGETS, ...DRAWN];
  const tried = [...GEAR_FAULTS.map(({ fault }) => fault), ...elsewhere];
  expect(tried.sort()).toEqual(faults.sort());
});

/** Devices that lost an established connection before the run took it from them. */
async function droppedIn(out: string): Promise<Set<string>> {
  const lines = await box.ledger(out, '--op', 'offline');
  const end = box.plan(out).phases.find(({ name }) => name === 'drain')?.from ?? 0;
  return new Set(
    lines.flatMap(({ t, device }) => (t < end && device !== undefined ? [device] : [])),
  );
}
