/**
 * The steps of action.yml as GitHub would run them: inputs and outputs are put in where an
 * expression names them, a script goes to bash with -e and pipefail, and what a step writes to its
 * files is read back. Only the expressions that our action has are known; any other is an error.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';

interface Step {
  id?: string;
  uses?: string;
  run?: string;
  shell?: string;
  env?: Record<string, string>;
}

export interface Action {
  inputs: Record<string, { description: string; default?: string; required?: boolean }>;
  outputs: Record<string, { description: string; value: string }>;
  runs: { using: string; steps: Step[] };
}

export interface ActionRun {
  /** Of the first step that failed, and 0 when none did. */
  code: number;
  outputs: Record<string, string>;
  summary: string;
  log: string;
  /** Actions of others, which are not run. */
  passedOver: string[];
}

export const readAction = (text: string): Action => parse(text) as Action;

export interface Place {
  /** Where the action lies. */
  action: string;
  /** Where the workflow runs. */
  workspace: string;
  /** For the files that GitHub hands in. */
  files: string;
}

export function runAction(
  action: Action,
  given: Readonly<Record<string, string>>,
  place: Place,
): ActionRun {
  const inputs = inputsOf(action, given);
  const steps: Record<string, Record<string, string>> = {};
  const known = { inputs, steps };
  const run: ActionRun = { code: 0, outputs: {}, summary: '', log: '', passedOver: [] };
  mkdirSync(place.files, { recursive: true });
  for (const [index, step] of action.runs.steps.entries()) {
    if (step.run === undefined) {
      run.passedOver.push(step.uses ?? `step ${index}`);
      continue;
    }
    if (step.shell !== 'bash') throw new Error(`step ${index} names no bash`);
    const [output, summary] = ['output', 'summary'].map((name) => {
      const file = join(place.files, `${index}-${name}`);
      writeFileSync(file, '');
      return file;
    }) as [string, string];
    const env = Object.entries(step.env ?? {}).map(([name, text]) => [name, filled(text, known)]);
    const { status, stdout, stderr } = spawnSync(
      'bash',
      ['--noprofile', '--norc', '-e', '-o', 'pipefail', '-c', filled(step.run, known)],
      {
        cwd: place.workspace,
        encoding: 'utf8',
        env: {
          ...process.env,
          ...Object.fromEntries(env),
          PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
          CI: 'true',
          GITHUB_ACTIONS: 'true',
          GITHUB_ACTION_PATH: place.action,
          GITHUB_WORKSPACE: place.workspace,
          GITHUB_OUTPUT: output,
          GITHUB_STEP_SUMMARY: summary,
        },
      },
    );
    run.log += stdout + stderr;
    run.summary += readFileSync(summary, 'utf8');
    if (step.id !== undefined) steps[step.id] = pairsIn(readFileSync(output, 'utf8'));
    run.code = status ?? 1;
    if (run.code !== 0) break;
  }
  for (const [name, { value }] of Object.entries(action.outputs)) {
    run.outputs[name] = filled(value, known);
  }
  return run;
}

/** What is given, and the defaults of the rest. */
function inputsOf(
  { inputs }: Action,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  for (const name of Object.keys(given)) {
    if (!(name in inputs)) throw new Error(`the action has no input ${name}`);
  }
  return Object.fromEntries(
    Object.entries(inputs).map(([name, input]) => {
      const value = given[name] ?? input.default;
      if (value === undefined) throw new Error(`the input ${name} is required`);
      return [name, value];
    }),
  );
}

interface Known {
  inputs: Readonly<Record<string, string>>;
  steps: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

function filled(text: string, { inputs, steps }: Known): string {
  return text.replaceAll(/\$\{\{\s*([\w.-]+)\s*\}\}/g, (_, path: string) => {
    const [root = '', first = '', part, name = ''] = path.split('.');
    if (root === 'inputs' && first in inputs) return inputs[first] ?? '';
    if (root === 'steps' && part === 'outputs') return steps[first]?.[name] ?? '';
    throw new Error(`nothing is known of ${path}`);
  });
}

const pairsIn = (text: string): Record<string, string> =>
  Object.fromEntries(
    text.split('\n').flatMap((line) => {
      const at = line.indexOf('=');
      return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1)]];
    }),
  );
