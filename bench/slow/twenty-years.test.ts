/** One device that lives for twenty years in a data set, past the end of 32 bits of seconds. */
import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Sandbox } from '../../tests/sandbox.ts';

const YEARS = 20;
const DAYS = 365 * YEARS;
/** 19 January 2038, when a clock of 32 bits is back in 1901. */
const FULL = '2038-01-19T03:14:08.000Z';

let box: Sandbox;
beforeEach(() => {
  box = new Sandbox();
});
afterEach(() => box.close());

it('has a sample a day, and fades all the way', { timeout: 300_000 }, async () => {
  const flags = ['--devices', '1', '--days', `${DAYS}`, '--every', '1d', '--format', 'jsonl'];
  const { code, stderr } = await box.run(
    ...['generate', 'battery-cell', ...flags, '--truth', '--quiet', '--out', 'cell'],
  );
  expect(code, stderr).toBe(0);
  const folder = box.path('cell', 'truth', 'battery-cell');
  const rows = readdirSync(folder).flatMap((file) =>
    readFileSync(`${folder}/${file}`, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { time: string; clean_health: number }),
  );
  expect(rows).toHaveLength(DAYS);
  const times = rows.map(({ time }) => time);
  expect([...times].sort()).toEqual(times);
  expect(times.filter((time) => time > FULL).length).toBeGreaterThan(7 * 365);
  const health = rows.map((row) => row.clean_health);
  for (let n = 1; n < DAYS; n++) expect(health[n]).toBeLessThanOrEqual(health[n - 1] ?? 0);
});
