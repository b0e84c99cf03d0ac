/** Steps of an action get their inputs, hand outputs and exit code on, and stop at a failure. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readAction, runAction } from './action-steps.ts';
import { ROOT } from './house.ts';

const scratch = mkdtempSync(join(tmpdir(), 'act-'));
afterAll(() => rmSync(scratch, { recursive: true }));
const place = { action: '/the action', workspace: join(scratch, 'w'), files: join(scratch, 'f') };
mkdirSync(place.workspace);

const action = (script: string) =>
  readAction(`
inputs: { word: { description: w, required: true }, more: { description: m, default: plain } }
outputs: { said: { description: s, value: '\${{ steps.one.outputs.said }}' } }
runs:
  using: composite
  steps:
    - uses: somebody/else@v1
    - id: one
      shell: bash
      env: { WORD: '\${{ inputs.word }}', MORE: '\${{ inputs.more }}' }
      run: |
        ${script}
    - { shell: bash, run: 'echo second' }
`);

it('runs ours as GitHub would, and passes over those of others', () => {
  const script =
    'echo "said=$WORD $MORE" >>$GITHUB_OUTPUT; echo "$GITHUB_ACTION_PATH" >>$GITHUB_STEP_SUMMARY';
  const run = runAction(action(script), { word: "it's $HOME" }, place);
  expect(run.log).toBe('second\n');
  expect(run).toMatchObject({
    code: 0,
    outputs: { said: "it's $HOME plain" },
    summary: '/the action\n',
    passedOver: ['somebody/else@v1'],
  });
});

it('stops where a command or a pipe fails, and hands its code on', () => {
  expect(runAction(action('false | cat; echo on'), { word: 'x' }, place)).toMatchObject({
    code: 1,
    log: '',
  });
  expect(runAction(action('exit 3'), { word: 'x' }, place).code).toBe(3);
});

it('refuses an input that is not there, or none where one is required', () => {
  expect(() => runAction(action(':'), {}, place)).toThrow('word is required');
  expect(() => runAction(action(':'), { word: 'x', wrod: 'y' }, place)).toThrow('no input wrod');
});

it('every input of ours is explained, and goes into a script by the environment alone', () => {
  const { inputs, runs } = readAction(readFileSync(join(ROOT, 'action.yml'), 'utf8'));
  expect(Object.keys(inputs)).toEqual(
    expect.arrayContaining(['scenario', 'gear', 'seeds', 'args']),
  );
  for (const { description } of Object.values(inputs)) expect(description).toMatch(/\.$/);
  // Put into the script itself, a value could end the line and begin a command of its own.
  for (const { run = '' } of runs.steps) expect(run).not.toContain('${{');
});
