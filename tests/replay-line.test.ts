/**
 * The line that a run prints to be run again: pasted into a shell as it stands, it repeats the run
 * byte for byte, whatever the folders and files are called and wherever the scenario lies.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Sandbox } from './sandbox.ts';
import { scene } from './scenes.ts';

const box = new Sandbox();
afterAll(() => box.close());

/** It judges every run, so that a line without it would end in other bytes. */
const CHECKER = `export default {
  family: 'checker', kind: 'mine', title: 'mine', refs: [], summary: 'a promise of mine',
  judges: 'always', broken: 'fail', params: {}, asks: [], applies: () => true,
  start: () => ({ ops: [], end: () => ({ obligations: 1, decided: 1, findings: [], findingCount: 0, figures: {} }) }),
  say: () => 'kept',
};
`;
const FLEET = '{ id: rooms, model: room-thermostat, count: 6, every: 500ms }';
const SHELF = "my scenes, Bob's";
const DESK = join('work', 'a desk');

beforeAll(() => {
  box.write(join(SHELF, 'one and all.yaml'), scene({ fleet: FLEET }));
  box.write(join('own plugs', 'a checker.ts'), CHECKER);
  mkdirSync(box.path(DESK), { recursive: true });
});

/** What the last line of a run says after `replay:`. */
const lineOf = (stdout: string): string => /replay: (.*)$/m.exec(stdout)?.[1] ?? '';

it.each([
  ['relative', (name: string) => `../../${name}`],
  ['absolute', (name: string) => box.path(name)],
])('a scenario and a plug-in by a path that is %s', async (kind, pathOf) => {
  const scenario = quoted(pathOf(`${SHELF}/one and all.yaml`));
  const plugin = quoted(pathOf('own plugs/a checker.ts'));
  const flags = `--plugin ${plugin} --set 'fleet[0].count=7' --devices 5`;
  const first = await box.shell(`twinstorm run ${scenario} ${flags} --out '${kind} a'`, DESK);
  expect(first.code, first.stderr + first.stdout).toBe(0);
  const line = lineOf(first.stdout);
  expect(line).toMatch(/^twinstorm run /);
  const again = await box.shell(`${line} --out '${kind} b'`, DESK);
  expect(again.code, `${line}\n${again.stderr}`).toBe(0);
  const [a, b] = [join(DESK, `${kind} a`), join(DESK, `${kind} b`)];
  const files = ['plan.json', 'result.json', ...box.segments(a)];
  expect(box.bytes(b, files)).toEqual(box.bytes(a, files));
  expect(box.result(a).checkers.map(({ id }) => id)).toContain('mine');
  // Where it is absolute, the line holds anywhere.
  if (kind === 'relative') return;
  const elsewhere = await box.shell(`${line} --out out`, 'own plugs');
  expect(elsewhere.code, elsewhere.stderr).toBe(0);
  expect(box.bytes(join('own plugs', 'out'), files)).toEqual(box.bytes(a, files));
});

const quoted = (path: string): string => `'${path.replaceAll("'", "'\\''")}'`;
