/**
 * Devices that speak jobs are online and say nothing, since their users take their time: they are
 * given up as if they were away, and a target that waits for them all the same is found out.
 */
import { writeFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { Sandbox } from './sandbox.ts';

const box = new Sandbox();
afterAll(() => box.close());

const SCENARIO = `twinstorm: 1
name: silent
about: Nobody says a word for longer than he may.
seed: 7
time: { warmup: 3s, steady: 3s, chaos: 24s, settle: 8s, drain: 4s }
fleet:
  - { id: rooms, model: room-thermostat, count: 4, every: 2s, parts: [{ ota: { road: jobs, consent: 40s } }] }
  - { id: halls, model: room-thermostat, count: 2, every: 2s, parts: [{ ota: { range: 8192 } }] }
workflows:
  - ota: { to: 2.1.0, waves: [100%], gate: { success: 80%, within: 60s }, silent: 5s, at: steady }
expect: [ota-one-status]
`;

it('is given up on the road of jobs, and else that is seen', async () => {
  writeFileSync(box.path('silent.yaml'), SCENARIO);
  const own = (out: string) => {
    const found = box.result(out).checkers.find(({ id }) => id === 'ota-one-status');
    return found?.findings.map(({ message }) => message) ?? [];
  };
  await box.judged(0, 'honest', 'silent.yaml', '--gear', 'sim');
  const settled = await box.ledger('honest', '--op', 'ota/settled');
  const statuses = settled.map((line) => (line as unknown as { status: string }).status);
  expect(statuses.filter((status) => status === 'timed-out')).toHaveLength(4);
  expect(own('honest')).toEqual([]);
  await box.judged(1, 'bug', 'silent.yaml', '--gear', 'sim', '--mutant', 'ota-waits-for-good');
  expect(own('bug')).toHaveLength(4);
  expect(own('bug')[0]).toMatch(/can have said nothing for [\d.]+ s, and does not end$/);
});
