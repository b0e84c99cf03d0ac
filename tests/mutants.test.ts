/**
 * Every planted bug is caught in its scenario by the checker that its file names, and again by
 * `judge` from a copy of the run directory in another place, byte for byte. The honest twin passes
 * the same scenarios, so that what a mutant fails for is the mutant. A bug that never fired proves
 * nothing; the count of where it sits must say that it did.
 */
import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { type Mutant, mutantFolder } from './planted.ts';
import { Sandbox } from './sandbox.ts';

vi.setConfig({ maxConcurrency: 2 });

const box = new Sandbox();
afterAll(() => box.close());

const mutants: Mutant[] = await mutantFolder();
const inFirmware = new Set(
  readdirSync(new URL('../devices/mutants/', import.meta.url)).map((file) => file.slice(0, -3)),
);
const scenarios = [...new Set(mutants.map(({ scenario }) => scenario))].sort();
for (const name of scenarios) box.library(name);

it('has a mutant for every promise worth planting against', () => {
  expect(mutants.length).toBeGreaterThanOrEqual(20);
});

it('says what it breaks, and where it sits', () => {
  for (const { kind, word, sits } of mutants) {
    expect(kind.startsWith(`${word}-`), kind).toBe(true);
    expect(sits, kind).toBe(inFirmware.has(kind) ? 'device' : 'platform');
  }
});

describe.concurrent('the honest twin passes', () => {
  it.each(scenarios)('%s', async (scenario) => {
    await box.judged(0, `honest-${scenario}`, `${scenario}.yaml`, '--gear', 'sim');
  });
});

describe.concurrent('a planted bug is caught', () => {
  it.each(mutants.map(({ kind, caughtBy, scenario }) => [kind, caughtBy, scenario] as const))(
    '%s by %s in %s',
    async (kind, caughtBy, scenario) => {
      const ended = await box.run(
        ...['run', `${scenario}.yaml`, '--gear', 'sim', '--mutant', kind, '--out', kind, '--quiet'],
      );
      expect(box.fired(kind), ended.stderr).toBeGreaterThan(0);
      expect(ended.code, ended.stdout).toBe(1);
      const result = box.result(kind);
      const failed = result.checkers.filter(({ verdict }) => verdict === 'fail');
      expect(failed.map(({ id }) => id)).toContainEqual(expect.stringContaining(caughtBy));
      const copy = `elsewhere-${kind}`;
      cpSync(box.path(kind), box.path(copy), { recursive: true });
      rmSync(box.path(kind), { recursive: true });
      const before = readFileSync(box.path(copy, 'result.json'));
      rmSync(box.path(copy, 'result.json'));
      const again = await box.run('judge', copy);
      expect(again.code, again.stderr).toBe(1);
      expect(before.equals(readFileSync(box.path(copy, 'result.json')))).toBe(true);
    },
  );
});
