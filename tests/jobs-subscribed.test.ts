/**
 * Devices with a kept session that speak jobs: each hears the answer to all that it asks, from the
 * first time that it connects. A server may let a subscription be in force only with its SUBACK.
 */
import { writeFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { Sandbox } from './sandbox.ts';

const box = new Sandbox();
afterAll(() => box.close());

const SCENARIO = `twinstorm: 1
name: kept
about: Devices that keep their sessions are rolled out to by jobs what they turn away.
seed: 3
time: { warmup: 3s, steady: 3s, chaos: 24s, settle: 8s, drain: 4s }
fleet:
  - id: rooms
    model: room-thermostat
    count: 6
    every: 2s
    session: persistent
    parts: [{ ota: { road: jobs } }]
workflows:
  - ota: { to: 2.1.0, spoil: forged, waves: [50%, 100%], at: steady }
expect: [ota-one-status, jobs-legal]
`;

interface Line {
  device: string;
  n: number;
  t: number;
}

it('asks for nothing before it is subscribed, and is answered', async () => {
  writeFileSync(box.path('kept.yaml'), SCENARIO);
  const { verdict, checkers } = await box.judged(0, 'kept', 'kept.yaml', '--gear', 'sim');
  expect(verdict).toBe('pass');
  const legal = checkers.find(({ id }) => id === 'jobs-legal');
  expect(legal).toMatchObject({ verdict: 'pass', undecided: 0 });
  // No device restarts: nothing that waits in its session comes later.
  const linesOf = async (op: string): Promise<Line[]> =>
    (await box.ledger('kept', '--op', op)) as unknown as Line[];
  const subscribed = await linesOf('subscribed');
  const first = (await linesOf('ota/job-asked')).filter(({ n }) => n === 0);
  expect(first).toHaveLength(6);
  const told = await linesOf('ota/job-told');
  for (const { device, t } of first) {
    const one = subscribed.find((line) => line.device === device);
    expect(t).toBeGreaterThanOrEqual(one?.t ?? Number.POSITIVE_INFINITY);
    expect(told.some((line) => line.device === device && line.n === 0)).toBe(true);
  }
});
