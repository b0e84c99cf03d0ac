/**
 * Rules in a file of their own, by real commands: they are in the plan as if they stood in the
 * scenario, so that a replay needs no file; and what is wrong in it is told by its own place.
 */
import { rmSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { Sandbox } from './sandbox.ts';
import { scene } from './scenes.ts';

const box = new Sandbox();
afterAll(() => box.close());

const RULES = `# Two rules, one of which speaks of the other.
- { name: warm, when: temperature > 15, clear: temperature < 14 }
- name: warm-and-on
  let: { warm: { alarm: warm } }
  when: warm && heating == 1.0
`;
const named = (file: string): string => scene({ more: [`workflows: [{ rules: ${file} }]`] });

it('is run, and replayed without the file', async () => {
  box.write('sub/rules/rooms.yaml', RULES);
  box.write('sub/filed.yaml', named('rules/rooms.yaml'));
  const inline = RULES.split('\n').map((line) => `      ${line}`);
  box.write('sub/inline.yaml', scene({ more: ['workflows:', '  - rules:', ...inline] }));
  const ran = await box.run('run', 'sub/filed.yaml', '--out', 'filed', '--quiet');
  expect(ran.code, ran.stderr).toBe(0);
  const alone = await box.run('run', 'sub/inline.yaml', '--out', 'inline', '--quiet');
  expect(alone.code, alone.stderr).toBe(0);
  expect(box.plan('filed').workflows).toEqual(box.plan('inline').workflows);
  expect(box.plan('filed').scenario.sha256).not.toBe(box.plan('inline').scenario.sha256);
  rmSync(box.path('sub/rules'), { recursive: true });
  const again = await box.run('replay', 'filed', '--out', 'again', '--quiet');
  expect(again.code, again.stderr).toBe(0);
  const segments = box.segments('filed');
  expect(box.bytes('again', segments)).toEqual(box.bytes('filed', segments));
  const gone = await box.run('run', 'sub/filed.yaml', '--out', 'gone', '--quiet');
  expect(gone.code).toBe(3);
  expect(gone.stderr).toMatch(/filed\.yaml:9:\d+ .*there is no file rules\/rooms\.yaml/);
});

it.each([
  ['a wrong key', RULES.replace('clear:', 'claer:'), /rooms\.yaml:2:41 .*'claer'[\s\S]*clear/],
  [
    'bad CEL',
    RULES.replace('temperature > 15', 'temprature >'),
    /rooms\.yaml:2:23 .*no device of it measures "temprature"/,
  ],
  ['bad YAML', `${RULES}  for: [\n`, /rooms\.yaml:\d+:\d+ /],
  ['an unknown rule', RULES.replace('alarm: warm', 'alarm: wram'), /rooms\.yaml:4:25 .*'wram'/],
])('tells %s by its place, with the line', async (_, rules, words) => {
  box.write('bad/rooms.yaml', rules);
  box.write('bad/filed.yaml', named('rooms.yaml'));
  const ended = await box.run('plan', 'bad/filed.yaml');
  expect(ended.code).toBe(3);
  expect(ended.stderr).toMatch(words);
  // The line that is shown is of that file.
  expect(ended.stderr).toMatch(/> \d \| .*(name|when|for|let)/);
});
