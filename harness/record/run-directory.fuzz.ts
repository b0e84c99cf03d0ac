/**
 * Plans on a disk that somebody damaged, cut off or edited. Reading one ends in a plan, or in a
 * sentence about what is wrong with it; never in a mistake of ours.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { type Plan, WorldError } from '#kernel';
import { damaged, defineFuzz, type FuzzSource } from '../../kernel/testing/fuzz.ts';
import { testPlan } from '../../twins/oracles/testing/plan.ts';
import { RunDirectory } from './run-directory.ts';

const GOOD = inFolder((directory) => {
  directory.writePlan(testPlan({ devices: 3, readings: 4 }));
  return directory.readText('plan.json') ?? '';
});
const VALUES = ['null', '[]', '{}', '-1', '1e999', '"x"', 'true', ''];
const lines = GOOD.split('\n').map((_, line) => line);

/** The value of a line replaced, as by a person with an editor. */
const edited = fc.tuple(fc.constantFrom(...lines), fc.constantFrom(...VALUES)).map(([line, put]) =>
  GOOD.split('\n')
    .map((text, at) => (at === line ? text.replace(/: .*?(,?)$/, `: ${put}$1`) : text))
    .join('\n'),
);
const bytes = damaged(fc.constant(new TextEncoder().encode(GOOD)));

export default (() => [
  defineFuzz<string | Uint8Array>({
    parser: 'plan',
    about: 'plan.json with a value replaced, damaged, and noise',
    input: fc.oneof(edited, bytes),
    survives: (text) =>
      inFolder((directory) => {
        writeFileSync(directory.file('plan.json'), text);
        const plan = read(() => directory.readPlan());
        if (plan !== null) assert(Array.isArray(plan.devices));
      }),
  }),
]) satisfies FuzzSource;

function read(from: () => Plan): Plan | null {
  try {
    return from();
  } catch (error) {
    if (!(error instanceof WorldError)) throw error;
    assert.match(error.message, /plan\.json (?:is damaged|has (?:no|the) schema)/);
    return null;
  }
}

function inFolder<T>(act: (directory: RunDirectory) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'plan-'));
  try {
    return act(new RunDirectory(folder));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
