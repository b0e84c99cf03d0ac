/**
 * Every planted bug is caught in its scenario by the checker that its file names, and again by
 * `judge` from a copy of the run directory in another place, byte for byte. A bug that never fired
 * proves nothing; the count of where it sits must say that it did.
 */
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { crc32 } from '#kernel';
import { type Mutant, mutantFolder } from './planted.ts';
import { Sandbox } from './sandbox.ts';

/** Of a third of all capabilities, by their words alone, the first bug. */
export async function nearMutants(): Promise<Mutant[]> {
  const seen = new Set<string>();
  const firsts = (await mutantFolder()).filter(({ word }) => !seen.has(word) && seen.add(word));
  return firsts.filter(({ word }) => crc32(Buffer.from(word)) % 3 === 0);
}

export function areCaught(mutants: readonly Mutant[]): Sandbox {
  vi.setConfig({ maxConcurrency: 2 });
  const box = new Sandbox();
  afterAll(() => box.close());
  for (const name of new Set(mutants.map(({ scenario }) => scenario))) box.library(name);
  describe.concurrent('a planted bug is caught', () => {
    it.each(mutants.map(({ kind, caughtBy, scenario }) => [kind, caughtBy, scenario] as const))(
      '%s by %s in %s',
      async (kind, caughtBy, scenario) => {
        const flags = ['--gear', 'sim', '--mutant', kind, '--out', kind, '--quiet'];
        const ended = await box.run('run', `${scenario}.yaml`, ...flags);
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
  return box;
}
