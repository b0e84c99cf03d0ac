/**
 * Every planted bug is caught in its scenario by the checker that its file names, and again by
 * `judge` from a copy of the run directory in another place, byte for byte. The honest twin passes
 * the same scenarios, so that what a mutant fails for is the mutant. A bug that never fired proves
 * nothing; the count of where it sits must say that it did, and for a bug in the devices the count
 * of several shards on sockets is that of the one in virtual time.
 */
import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { real } from '../tools/real.ts';
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

const fired = (out: string): number =>
  (JSON.parse(readFileSync(box.path(out, 'environment.json'), 'utf8')) as { mutantFired: number })
    .mutantFired;

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
      expect(fired(kind), ended.stderr).toBeGreaterThan(0);
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

describe('a bug in the devices', () => {
  const planted = ['hello-fleet.yaml', '--mutant', 'status-unretained'];

  /** As many findings as devices that do it, since none comes back in that scenario. */
  async function harm(gear: 'sim' | 'real', ...more: string[]): Promise<number> {
    const out = `firmware-${gear}-${more.length}`;
    const { checkers } = await box.judged(1, out, ...planted, '--gear', gear, ...more);
    const caught = checkers.find(({ id }) => id === 'retained-current');
    expect(caught).toMatchObject({ verdict: 'fail', findingCount: fired(out) });
    return fired(out);
  }

  it('does the same harm on sockets, over two shards', async () => {
    expect(await harm('real', '--shards', '2')).toBe(await harm('sim'));
  });

  it('is caught on sockets by power cuts and a killed platform that truly happened', async () => {
    const out = 'firmware-arms';
    const planted = ['retained-and-wills.yaml', '--mutant', 'status-arms-no-will'];
    const { checkers, faults } = await box.judged(1, out, ...planted, '--gear', 'real');
    expect(checkers.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id)).toEqual([
      'will-honest',
    ]);
    expect(faults.map(({ fault, effective }) => [fault, effective])).toEqual([
      ['power-cut', true],
      ['broker-kill', true],
    ]);
    expect(fired(out)).toBeGreaterThan(0);
  });

  it('goes with a target that is not ours', async (context) => {
    const mosquitto = real('mosquitto');
    context.skip(mosquitto.skip, mosquitto.reason);
    const target = ['--target', `process:${mosquitto.path}`, '--devices', '9'];
    expect(await harm('real', ...target)).toBeGreaterThan(0);
  });
});
