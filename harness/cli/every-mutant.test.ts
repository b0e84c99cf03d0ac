/**
 * What a table of planted bugs says of each, and which exit code comes of it: only what a checker
 * failed for was caught, and what never fired or could not be judged is never counted as that.
 */
import { expect, it } from 'vitest';
import { AuthorError, type Mutant, type Plan, WorldError } from '#kernel';
import type { Result } from '#reports';
import { refuseMutantFlags, runEveryMutant, type Trial } from './every-mutant.ts';
import type { Host } from './host.ts';

type Run = { verdict: Result['verdict']; fired: number | null; failed?: string[] } | Error;

const RUNS: Record<string, Run> = {
  caught: { verdict: 'fail', fired: 3, failed: ['in-order'] },
  'caught-by-another': { verdict: 'fail', fired: 3, failed: ['herd', 'herd'] },
  halted: { verdict: 'fail', fired: 1 },
  unnoticed: { verdict: 'pass', fired: 2 },
  harmless: { verdict: 'pass', fired: 2 },
  idle: { verdict: 'unknown', fired: 0 },
  'idle-but-failing': { verdict: 'fail', fired: 0, failed: ['in-order'] },
  uncounted: { verdict: 'unknown', fired: null },
  invalid: { verdict: 'invalid', fired: 9 },
  unfit: new AuthorError([{ code: 'mutant', message: 'no device has the seam' }]),
  stopping: { verdict: 'unknown', fired: 0 },
  missing: new WorldError('component', 'there is no broker'),
};

interface Told {
  code: number;
  out: string;
  folders: string[];
}

const PASSES: Run = { verdict: 'pass', fired: null };

async function tried(
  names: readonly string[],
  {
    json = false,
    jobs = 2,
    without = PASSES,
  }: { json?: boolean; jobs?: number; without?: Run } = {},
): Promise<Told> {
  const told: Told = { code: -1, out: '', folders: [] };
  const host = {
    cwd: '/here',
    env: {},
    stdoutIsTty: false,
    stderrIsTty: false,
    stdout: (text: string) => {
      told.out += text;
    },
    stderr: () => {},
    onInterrupt: () => () => {},
  } as unknown as Host;
  told.code = await runEveryMutant({
    host,
    json,
    jobs,
    out: 'out',
    isAsIn: (folder, without) => without === '/here/out/without' && folder.endsWith('/harmless'),
    plan: { scenario: { name: 'scene' }, seed: 5, gear: 'sim' } as Plan,
    mutants: names.map((kind) => ({ kind, caughtBy: 'in-order' }) as Mutant),
    whyAsleep: ({ kind }) => (kind === 'asleep' ? 'nothing asks for it' : null),
    planOne: async (mutant) => {
      const run = mutant === null ? without : (RUNS[mutant] as Run);
      if (run instanceof AuthorError) throw run;
      return async (folder) => {
        told.folders.push(folder);
        if (run instanceof Error) throw run;
        const failed = (run.failed ?? []).map((id) => ({ id, verdict: 'fail' }));
        const checkers = failed.length > 0 ? failed : [{ id: 'in-order', verdict: 'pass' }];
        const said = {
          verdict: run.verdict,
          exitCode: 7,
          mutantFired: run.fired,
          reasons: ['why'],
          checkers,
        };
        return { result: said as unknown as Result, interrupted: mutant === 'stopping' };
      };
    },
  });
  return told;
}

it('tells each bug in a line, by its name, with a folder for each run', async () => {
  const names = Object.keys(RUNS).filter((name) => name !== 'stopping');
  const { out, code, folders } = await tried(names.toReversed());
  expect(out.split('\n')).toEqual([
    'scene · seed 5 · sim · planted bugs',
    '  caught             caught           fired 3×, by in-order',
    '  caught-by-another  caught           fired 3×, by herd, and not by in-order, which it names',
    expect.stringMatching(
      /^ {2}halted +caught +fired 1×, by a stop condition, and not by in-order/,
    ),
    '  harmless           changed nothing  fired 2×, the run went as it does without it',
    '  idle               did not fire',
    '  idle-but-failing   did not fire',
    '  invalid            not decided      fired 9×, why',
    '  missing            not decided      there is no broker',
    '  uncounted          not decided      why',
    '  unfit              does not apply   no device has the seam',
    '  unnoticed          fired unnoticed  fired 2×, verdict pass',
    '',
    '3 caught · 1 fired unnoticed · 1 changed nothing · 2 did not fire · 1 does not apply · ' +
      '3 not decided',
    'runs in out',
    '',
  ]);
  expect(code).toBe(1);
  expect([...folders].sort()).toEqual(
    [...names.filter((name) => name !== 'unfit'), 'without']
      .map((name) => `/here/out/${name}`)
      .sort(),
  );
});

it.each([
  [0, ['caught', 'idle', 'unfit']],
  [1, ['caught', 'unnoticed', 'invalid']],
  [0, ['caught', 'harmless']],
  [1, ['harmless', 'unnoticed']],
  [2, ['harmless', 'idle']],
  [2, ['idle', 'unfit']],
  [2, []],
  [4, ['caught', 'invalid']],
  [4, ['caught', 'missing']],
])('ends with %i after %s', async (code, names) => {
  expect((await tried(names)).code).toBe(code);
});

it('starts nothing where no bug fits, and shows nothing by that', async () => {
  const { code, out, folders } = await tried(['unfit']);
  expect([code, folders]).toEqual([2, []]);
  expect(out).toMatch(/unfit +does not apply[\s\S]*\n1 does not apply\n$/);
});

it('shows nothing by a scenario that does not pass without a bug', async () => {
  const { code, out, folders } = await tried(['caught'], {
    without: { verdict: 'fail', fired: null },
  });
  expect([code, out, folders]).toEqual([7, '', ['/here/out/without']]);
});

it('is a document for scripts, and nothing else then', async () => {
  const { out } = await tried(['caught', 'unfit'], { json: true });
  const document = JSON.parse(out) as { exitCode: number; trials: Trial[] };
  expect(document).toMatchObject({ scenario: 'scene', seed: 5, gear: 'sim', exitCode: 0 });
  expect(document.trials).toMatchObject([
    { mutant: 'caught', outcome: 'caught', fired: 3, by: ['in-order'], directory: 'out/caught' },
    { mutant: 'unfit', outcome: 'unfit', fired: null, by: [], directory: null },
  ]);
});

it('hides no mistake of the author behind "does not apply"', async () => {
  RUNS.wrong = new AuthorError([{ code: 'plugin', message: 'malformed' }]);
  await expect(tried(['wrong'])).rejects.toThrow('malformed');
});

it('refuses flags that it cannot go with, all at once', () => {
  expect(() => refuseMutantFlags({}, false)).not.toThrow();
  const wrong = { mutant: 'x', repeat: 2, tag: ['y'] };
  expect(() => refuseMutantFlags(wrong, true)).toThrow(
    /one scenario[\s\S]*--mutant\n[\s\S]*--repeat\n[\s\S]*--tag/,
  );
});

it('runs none that nothing of the scenario wakes', async () => {
  const { out, folders } = await tried(['asleep', 'caught']);
  expect(out).toMatch(/asleep +does not apply +nothing asks for it/);
  expect([...folders].sort()).toEqual(['/here/out/caught', '/here/out/without']);
});

it('says that it was cut short, and never that the one stopped did not fire', async () => {
  const { code, out, folders } = await tried(['caught', 'stopping', 'idle', 'unnoticed'], {
    jobs: 1,
  });
  expect(out.split('\n').slice(1)).toEqual([
    '  caught     caught           fired 3×, by in-order',
    '  idle       not tried',
    '  stopping   stopped          its run was cut short',
    '  unnoticed  not tried',
    '',
    '1 caught · 1 stopped · 2 not tried',
    'cut short: 2 of 4 were not tried, so this is no whole table',
    'runs in out',
    '',
  ]);
  expect(code).toBe(130);
  expect(folders).toEqual(['/here/out/without', '/here/out/caught', '/here/out/stopping']);
});
