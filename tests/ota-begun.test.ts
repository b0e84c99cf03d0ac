/**
 * A campaign that is asked for while the platform is away or stands still is asked for again until
 * that answers, begins once, and is judged as any other.
 */
import { writeFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { Sandbox } from './sandbox.ts';

const box = new Sandbox();
afterAll(() => box.close());

const scenario = (name: string, fault: string, forS: number): string => `twinstorm: 1
name: ${name}
seed: 24
time: { warmup: 4s, steady: 4s, chaos: 32s, settle: 12s, drain: 3s }
fleet: [{ id: rooms, model: room-thermostat, count: 12, every: 2s }]
workflows:
  - ota: { to: 3.0.0, waves: [50%, 100%], gate: { success: 30%, within: 20s }, at: chaos+5s }
chaos:
  - { id: over, at: chaos+4s, for: ${forS}s, fault: ${fault} }
`;

/** From 12 s to 15 s, or to 24 s; asked for at 13 s. */
const AWAY = Array<number>(4).fill(503);

it.each<[string, string, number, number[]]>([
  ['killed', 'broker-kill', 3, [...AWAY, 200]],
  ['still', 'pause', 3, [200]],
  ['long', 'pause', 12, [0, 200]],
])('is asked for until it is answered, by one that is %s', async (name, fault, forS, statuses) => {
  writeFileSync(box.path(`${name}.yaml`), scenario(name, fault, forS));
  await box.judged(0, name, `${name}.yaml`, '--gear', 'sim');
  const lines = (await box.ledger(name)) as unknown as Record<string, string | number>[];
  const of = (op: string) => lines.filter((line) => line.op === op);
  expect(of('ota/answered').map(({ status }) => status)).toEqual(statuses);
  expect(of('ota/asked')).toHaveLength(statuses.length);
  expect(of('ota/gate').map(({ wave, passed }) => [wave, passed])).toEqual([
    [0, true],
    [1, true],
  ]);
  const offers = of('ota/offered').map(({ device, attempt }) => `${device} ${attempt}`);
  expect([offers.length, new Set(offers).size]).toEqual([12, 12]);
});
