/**
 * One plan, however it is played. The shard count never enters a message, so the plan and every
 * payload are equal for 1, 2 and 4 shards. Byte-equality of sim alone proves nothing (a clock with
 * a bug was byte-equal too), so sim is held against sockets: for a healthy fleet the gears agree on
 * connects, sessions and messages of every device, and for each network fault on what became of the
 * messages and on who lost the connection. When all that happened is a matter of time and so of the
 * machine: bench/gears.ts measures it.
 */
import { afterAll, describe, expect, it, vi } from 'vitest';
import { GEAR_FAULTS, gearScene } from './gear-faults.ts';
import { type LedgerLine, Sandbox } from './sandbox.ts';
import { scene } from './scenes.ts';

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
      sent: messages(telemetry, 'sent'),
      acked: numbers(telemetry, 'acked'),
      stored: messages(telemetry, 'stored'),
    });
  }
  return lives;
}

const numbers = (lines: readonly LedgerLine[], op: string): number[] =>
  lines
    .filter((line) => line.op === op)
    .map(({ n }) => n ?? -1)
    .sort((a, b) => a - b);

const messages = (lines: readonly LedgerLine[], op: string): string[] =>
  lines
    .filter((line) => line.op === op)
    .map(({ n, intended, hash }) => `${n} ${Math.round(intended ?? -1)} ${hash}`)
    .sort();

const HEALTHY = scene({
  name: 'healthy',
  fleet:
    '{ id: fridges, model: cold-chain-fridge, count: 24, every: 500ms, qos: 1, session: persistent, retain: status, health: signal }',
});

it('has the same plan and payloads for 1, 2 and 4 shards, and the same lives as in sim', async () => {
  box.write('healthy.yaml', HEALTHY);
  await box.judged(0, 'sim', 'healthy.yaml', '--gear', 'sim');
  const expected = await livesOf('sim');
  const plans = await Promise.all(
    [1, 2, 4].map(async (shards) => {
      const out = `real-${shards}`;
      await box.judged(0, out, 'healthy.yaml', '--gear', 'real', '--shards', String(shards));
      expect(box.segments(out)).toHaveLength(1 + shards);
      const lives = await livesOf(out);
      expect(lives.size).toBe(24);
      for (const [device, life] of lives)
        expect(life, `${device}, ${out}`).toEqual(expected.get(device));
      return box.bytes(out, ['plan.json'])['plan.json'];
    }),
  );
  expect(plans[1]?.equals(plans[0] as Buffer)).toBe(true);
  expect(plans[2]?.equals(plans[0] as Buffer)).toBe(true);
  box.expectClean();
});

describe.concurrent('the gears agree on what a fault did', () => {
  it.each(GEAR_FAULTS)('$fault', async (one) => {
    const name = `fault-${one.fault}`;
    box.write(`${name}.yaml`, gearScene(one));
    const [sim, real] = [`${name}-sim`, `${name}-real`];
    const results = [
      await box.judged(0, sim, `${name}.yaml`, '--gear', 'sim'),
      await box.judged(0, real, `${name}.yaml`, '--gear', 'real'),
    ];
    const [a, b] = results;
    expect(b?.faults[0]?.effective).toBe(true);
    const { duplicates: _, ...counts } = a?.messages ?? {};
    expect(b?.messages).toMatchObject(counts);
    const [mine, theirs] = [await droppedIn(sim), await droppedIn(real)];
    const targets = box.plan(sim).faults[0]?.devices.length ?? 0;
    expect(targets).toBeGreaterThan(2);
    expect(mine.size).toBe(one.drops ? targets : 0);
    expect([...theirs].sort()).toEqual([...mine].sort());
  });
});

/** Devices that lost an established connection before the run took it from them. */
async function droppedIn(out: string): Promise<Set<string>> {
  const lines = await box.ledger(out, '--op', 'offline');
  const end = box.plan(out).phases.find(({ name }) => name === 'drain')?.from ?? 0;
  return new Set(
    lines.flatMap(({ t, device }) => (t < end && device !== undefined ? [device] : [])),
  );
}
