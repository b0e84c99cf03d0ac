/**
 * `--mutants all` tries one scenario on every planted bug: what it catches, by whom, what it leaves
 * unnoticed, what it never wakes, and what does not apply to it, each in a run directory of its own
 * that can be judged again.
 */
import { existsSync } from 'node:fs';
import { afterAll, expect, it, vi } from 'vitest';
import type { Trial } from '../../harness/cli/every-mutant.ts';
import { mutantFolder } from '../../tests/planted.ts';
import { Sandbox } from '../../tests/sandbox.ts';
import { scene } from '../../tests/scenes.ts';
import { real } from '../../tools/real.ts';

// Each planted bug is a run of its own.
vi.setConfig({ testTimeout: 600_000 });

const box = new Sandbox();
afterAll(() => box.close());
box.write('small.yaml', scene());

it('runs a scenario against each of them and tells what came of it', async () => {
  const all = ['run', 'small.yaml', '--mutants', 'all'];
  const ended = await box.run(...all, '--jobs', '2', '--json', '--out', 'all');
  expect(ended.code, ended.stderr).toBe(1);
  const { trials } = JSON.parse(ended.stdout) as { trials: Trial[] };
  const mutants = await mutantFolder();
  expect(trials.map(({ mutant }) => mutant)).toEqual(mutants.map(({ kind }) => kind).sort());
  const of = (mutant: string) => trials.find((trial) => trial.mutant === mutant);
  expect(of('telemetry-loses-acked-row')).toMatchObject({
    outcome: 'caught',
    by: ['no-acked-loss'],
  });
  expect(of('telemetry-slow-ingest')).toMatchObject({
    outcome: 'unnoticed',
    why: 'verdict pass; latency, which it names, does not judge here',
  });
  expect(of('commands-drops-some')).toMatchObject({ outcome: 'idle', fired: 0 });
  expect(of('status-unretained')).toMatchObject({
    outcome: 'unfit',
    why: expect.stringContaining("no device of this fleet has the seam 'retainStatus'"),
  });
  for (const { mutant, outcome, directory, fired } of trials) {
    expect(existsSync(box.path('all', mutant, 'result.json')), mutant).toBe(outcome !== 'unfit');
    if (directory !== null) expect(box.result(directory).mutantFired).toBe(fired);
  }
  expect((await box.run('judge', 'all/commands-drops-some')).code).toBe(2);
  expect((await box.run('judge', 'all/telemetry-slow-ingest')).code).toBe(0);
});

it('says which bugs do not apply to a target that is not the twin', async (context) => {
  const mosquitto = real('mosquitto');
  context.skip(mosquitto.skip, mosquitto.reason);
  const foreign = ['--target', `process:${mosquitto.path}`, '--gear', 'real', '--out', 'foreign'];
  const all = ['run', 'small.yaml', '--devices', '3', '--mutants', 'all', '--json', '--force'];
  let ended = await box.run(...all, ...foreign);
  // A machine that holds us up makes the run without a bug invalid; then there is no table.
  for (let turn = 1; turn < 3 && ended.stdout === ''; turn++) {
    process.stderr.write(`spoilt: ${all.join(' ')}: ${ended.stderr.slice(-500)}\n`);
    ended = await box.run(...all, ...foreign);
  }
  const { trials } = JSON.parse(ended.stdout) as { trials: Trial[] };
  const fit = trials.filter(({ outcome }) => outcome !== 'unfit').map(({ mutant }) => mutant);
  // Every device has connections; it has neither a status nor a will.
  expect(fit).toEqual(['connections-hurry-back', 'connections-renames-keys']);
  const [first] = trials.filter(({ mutant }) => mutant === 'telemetry-loses-acked-row');
  expect(first?.why).toContain('platform twin');
});

it("tells the scenario's own mistakes as any other run does", async () => {
  box.write('bad.yaml', scene({ expect: ['nope'] }));
  const bad = await box.run('run', 'bad.yaml', '--mutants', 'all');
  expect(bad).toMatchObject({ code: 3, stdout: '' });
  expect(bad.stderr).toMatch(/bad\.yaml:\d+:\d+[\s\S]*no checker 'nope'/);
  const two = await box.run('run', 'small.yaml', 'bad.yaml', '--mutants', 'all');
  expect(two.code).toBe(3);
  expect(two.stderr).toContain('--mutants takes one scenario at a time');
});
