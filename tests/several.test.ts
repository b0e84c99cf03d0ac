/**
 * Several runs by one command: what in a folder is a scenario and what is not, that all mistakes
 * are told before anything starts, and what lies over the runs afterwards: one JUnit file in which
 * no two cases are called the same, one page that leads to each report, one document for programs.
 */
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Sandbox } from './sandbox.ts';
import { scene } from './scenes.ts';

let box: Sandbox;
beforeEach(() => {
  box = new Sandbox();
});
afterEach(() => box.close());

const FLEET = '{ id: rooms, model: room-thermostat, count: 4, every: 1s }';
const SHORT = '{ warmup: 1s, steady: 1s, chaos: 1s, settle: 1s, drain: 1s }';
const GOOD = scene({ fleet: FLEET, time: SHORT }).replace('[json]', '[json, html, junit]');
const MODULE = `import process from 'node:process';
process.stdout.write('');
// The first key says what it is.
const scenario = {
  twinstorm: 1, name: 'scene', about: 'The same, as a module.', seed: 5,
  time: { warmup: '1s', steady: '1s', chaos: '1s', settle: '1s', drain: '1s' },
  fleet: [{ id: 'rooms', model: 'room-thermostat', count: 4, every: '1s' }], report: ['json'],
} as const;
export default scenario;
`;
const NONE = `import { writeFileSync } from 'node:fs';
writeFileSync('was-run', '');
export default { name: 'no scenario' };
`;

function fill(): void {
  box.write('all/good.yaml', `# what it teaches\n---\n${GOOD}`);
  box.write('all/deep/er/module.ts', MODULE);
  // What else may lie there.
  box.write('all/compose.yaml', 'services: { twinstorm: 1 }\n');
  box.write('all/none.ts', NONE);
  box.write('all/types.d.ts', 'export default { twinstorm: 1 };\n');
  mkdirSync(box.path('all/old/ledger'), { recursive: true });
  box.write('all/old/plugins/copy.yaml', GOOD);
  symlinkSync('.', box.path('all/loop'));
}

/** Class and name of every test case, as whoever gathers them knows it. */
const casesIn = (junit: string): string[] =>
  [...junit.matchAll(/<testcase classname="([^"]*)" name="([^"]*)"/g)].map(
    ([, whose, name]) => `${whose} ${name}`,
  );

describe('a folder', () => {
  it('holds the files that are scenarios by their first key, and mistakes are told first', async () => {
    fill();
    box.write('all/bad.yaml', 'twinstorm: 1\nname: bad\n');
    const { code, stderr, stdout } = await box.run('run', 'all', '--out', 'out', '--quiet');
    expect(code, stderr).toBe(3);
    expect(stderr.split('\n').slice(0, 4)).toEqual([
      '3 scenarios',
      '  all/bad.yaml',
      '  all/deep/er/module.ts',
      '  all/good.yaml',
    ]);
    // The mistake is told before the first run says its headline.
    expect(stderr.indexOf('all/bad.yaml:')).toBeGreaterThan(0);
    expect(stderr.indexOf('all/bad.yaml:')).toBeLessThan(stderr.indexOf('replay:'));
    expect(existsSync(box.path('was-run'))).toBe(false);
    expect(stdout).toMatch(/3 runs, 2 passed; out\/index\.html/);

    const junit = readFileSync(box.path('out/junit.xml'), 'utf8');
    const cases = casesIn(junit);
    expect(new Set(cases).size).toBe(cases.length);
    expect(cases).toContain('twinstorm.all/good.yaml.run verdict');
    expect(junit).toMatch(
      /all\/bad\.yaml\.run" name="verdict"[^>]*><error type="bad" message="[^"]*fleet/,
    );

    const page = readFileSync(box.path('out/index.html'), 'utf8');
    expect(page).toContain('2 of 3 runs passed');
    expect(page).toMatch(/bad\.yaml.*<small>.*fleet/);
    const links = [...page.matchAll(/href="([^"]*)"/g)].map(([, link]) => link ?? '');
    expect(links).toHaveLength(1);
    for (const link of links) expect(existsSync(box.path('out', link)), link).toBe(true);
  });

  it('runs with seeds, repeated, into one document', async () => {
    fill();
    const flags = ['--seeds', '7..8', '--repeat', '2', '--jobs', '2', '--json', '--out', 'out'];
    const { code, stderr, stdout } = await box.run('run', 'all', ...flags);
    expect(code, stderr).toBe(0);
    const { runs, exitCode } = JSON.parse(stdout) as {
      exitCode: number;
      runs: { label: string; directory: string; result: { seed: number; verdict: string } }[];
    };
    expect(exitCode).toBe(0);
    expect(runs.map(({ label }) => label)).toEqual(
      ['all/deep/er/module.ts', 'all/good.yaml'].flatMap((file) =>
        [7, 8].flatMap((seed) => [1, 2].map((turn) => `${file} seed ${seed} run ${turn}`)),
      ),
    );
    expect(runs.map(({ result }) => result.seed)).toEqual([7, 7, 8, 8, 7, 7, 8, 8]);
    expect(new Set(runs.map(({ directory }) => directory)).size).toBe(8);
    for (const { directory, result } of runs)
      expect(box.result(join('out', directory))).toEqual(result);
    const cases = casesIn(readFileSync(box.path('out/junit.xml'), 'utf8'));
    expect(new Set(cases).size).toBe(cases.length);
  });

  it('is planned and validated alike', async () => {
    fill();
    box.write('all/bad.yaml', 'twinstorm: 1\nname: bad\n');
    const planned = await box.run('plan', 'all');
    expect(planned.code, planned.stderr).toBe(3);
    expect(planned.stdout.match(/^── .*$/gm)).toEqual([
      '── all/deep/er/module.ts',
      '── all/good.yaml',
    ]);
    const json = await box.run('plan', 'all', '--json');
    expect(JSON.parse(json.stdout)).toHaveLength(2);
    const validated = await box.run('validate', 'all');
    expect([validated.code, validated.stdout.match(/ {2}ok {2}/g)?.length]).toEqual([3, 2]);
  });
});

it('a run that never began is not in the way of the next', async () => {
  box.write('good.yaml', GOOD);
  const args = ['run', 'good.yaml', '--out', 'run', '--quiet'];
  const failed = await box.run(...args, '--target', 'process:nosuchbroker');
  expect([failed.code, existsSync(box.path('run/plan.json'))]).toEqual([4, true]);
  const again = await box.run(...args);
  expect(again.code, again.stderr).toBe(0);
});

it('a run directory is not overwritten unless it is asked for', async () => {
  box.write('good.yaml', GOOD);
  await box.judged(0, 'run', 'good.yaml');
  const before = readFileSync(box.path('run/plan.json'), 'utf8');
  for (const command of [
    ['run', 'good.yaml', '--seed', '9'],
    ['replay', 'run'],
  ]) {
    const again = await box.run(...command, '--out', 'run', '--quiet');
    expect(again.code, again.stderr).toBe(3);
    expect(again.stderr).toMatch(/run is the directory of another run\n.*--force/);
  }
  const several = await box.run('run', 'good.yaml', '--repeat', '2', '--out', 'run');
  expect([several.code, several.stderr]).toEqual([
    3,
    expect.stringMatching(/run is the directory of a run/),
  ]);
  expect(readFileSync(box.path('run/plan.json'), 'utf8')).toBe(before);
  const forced = await box.run('run', 'good.yaml', '--seed', '9', '--out', 'run', '--force');
  expect(forced.code, forced.stderr).toBe(0);
  expect(box.plan('run').seed).toBe(9);
});
