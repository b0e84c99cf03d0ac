/**
 * Devices that fall by firmware say so by both roads, from when they have kept it on and not
 * before; and what fell on trial is no fall of what they have.
 */
import { writeFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { Sandbox } from './sandbox.ts';

const box = new Sandbox();
afterAll(() => box.close());

const entry = (id: string, road: string): string =>
  `  - { id: ${id}, model: room-thermostat, count: 4, every: 5s, parts: [{ ota: { road: ${road} } }] }\n`;
const ALL = 'waves: [100%], gate: { success: 50%, within: 20s, soak: 5s, unwell: 100% }';

const SCENARIO = `twinstorm: 1
name: falls
about: One release falls late by both roads, another one on trial.
seed: 5
time: { warmup: 3s, steady: 3s, chaos: 34s, settle: 8s, drain: 4s }
fleet:
${entry('told', 'native')}${entry('asking', 'ddi')}${entry('trying', 'native')}
workflows:
  - ota: { name: told, of: told, to: 2.1.0, defect: late-crash, ${ALL}, at: chaos }
  - ota: { name: asking, of: asking, to: 2.1.1, defect: late-crash, ${ALL}, at: chaos }
  - ota: { name: trying, of: trying, to: 2.1.2, defect: crash-loop, ${ALL}, at: chaos }
`;

type Line = Record<string, string | number | boolean>;

it('is said from when they have kept it on, and taken down once', async () => {
  writeFileSync(box.path('falls.yaml'), SCENARIO);
  await box.judged(0, 'falls', 'falls.yaml', '--gear', 'sim');
  const lines = (await box.ledger('falls')) as unknown as Line[];
  const of = (entryId: string, op: string): Line[] =>
    lines.filter((line) => line.op === op && String(line.device).startsWith(entryId));
  for (const id of ['told', 'asking']) {
    const said = of(id, 'ota/said').filter(({ fell }) => fell === true);
    expect(new Set(said.map(({ device }) => device)).size, id).toBe(4);
    for (const { device, t } of said) {
      const keeps = of(id, 'ota/kept').filter((one) => one.device === device);
      expect(t).toBeGreaterThan(Number(keeps.at(-1)?.t));
    }
    const unwell = of(id, 'ota/unwell').map(({ device, campaign }) => `${device} ${campaign}`);
    expect(unwell).toHaveLength(4);
    expect(new Set(unwell).size).toBe(4);
  }
  const watchdogs = of('trying', 'boot').filter(({ cause }) => cause === 'watchdog');
  expect(watchdogs.length).toBeGreaterThanOrEqual(4);
  expect(of('trying', 'ota/said').filter(({ fell }) => fell === true)).toEqual([]);
  expect(of('trying', 'ota/unwell')).toEqual([]);
});
