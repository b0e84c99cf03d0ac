/**
 * Releases that somebody spoilt, through whole runs: what is right of one is held against nobody,
 * what is wrong of it meets devices, and a run in which it met none says so.
 */
import { afterAll, expect, it } from 'vitest';
import { Sandbox } from './sandbox.ts';

const box = new Sandbox();
afterAll(() => box.close());

/** Two rooms, and two more with another board. */
const scenario = (name: string, campaigns: readonly string[]): string =>
  box.write(
    `${name}.yaml`,
    `twinstorm: 1
name: ${name}
about: Firmware that somebody spoilt.
seed: 1
time: { warmup: 3s, steady: 3s, chaos: 14s, settle: 4s, drain: 3s }
fleet:
  - { id: rooms, model: room-thermostat, count: 2, every: 4s }
  - { id: other, model: room-thermostat, count: 2, every: 4s, parts: [{ ota: { board: tw-2 } }] }
workflows:
${campaigns.map((campaign) => `  - ota: { to: 2.1.0, waves: [100%], ${campaign} }`).join('\n')}
report: [json]
`,
  );

it('tells a patch from an image that is as long as it', async () => {
  scenario('as-long', ['spoil: other-hardware, delta: true, size: 8192, at: chaos']);
  await box.judged(0, 'as-long', 'as-long.yaml', '--gear', 'sim');
  const lines = await box.ledger('as-long', '--op', 'ota/fetched');
  const sizes = lines.map((line) => (line as unknown as { size: number }).size);
  // Else the run says nothing of it.
  expect(new Set(sizes)).toEqual(new Set([8192]));
  expect(sizes).toHaveLength(6);
});
