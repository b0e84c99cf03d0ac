/**
 * `twinstorm check-plugin` tries an author's files before a scenario does: sound ones are told to be
 * so, and what is wrong stands with file, line and a way out, whatever is wrong with the others.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { Sandbox } from './sandbox.ts';

const box = new Sandbox();
afterAll(() => box.close());

const ECHO = new URL('echo/', import.meta.url);
const ECHOES = readdirSync(ECHO).sort();
for (const name of ECHOES) box.write(name, readFileSync(new URL(name, ECHO), 'utf8'));

interface Told {
  file: string;
  family: string | null;
  kind: string | null;
  verdict: string;
  duties: number;
  problems: { line: number | null; message: string; remedy?: string; duty?: string }[];
}

const told = async (...files: string[]): Promise<Told[]> => {
  const { stdout, stderr } = await box.run('check-plugin', ...files, '--json');
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Told[];
};

it('tells that a capability of six files is sound, one line each', async () => {
  const { code, stdout, stderr } = await box.run('check-plugin', ...ECHOES);
  expect(code, stdout + stderr).toBe(0);
  for (const line of stdout.split('\n').filter((one) => !/^ {2}/.test(one) && one !== '')) {
    expect(line).toMatch(/^ok {2}(part|workflow|service|oracle|checker|mutant) {2}[\w-]+ {2}/);
  }
  expect(stdout.match(/^ok /gm)).toHaveLength(ECHOES.length);
  expect((await told(...ECHOES)).every(({ duties }) => duties > 0)).toBe(true);
});

const MODEL = (sample: string): string => `export default {
  kind: 'mine', summary: 'measures something', params: {}, everyMs: 10_000, commands: {},
  signals: { level: { about: 'How far.', unit: 'cm', low: 0, high: 10, step: 1 } },
  start: () => ({
    ${sample}
    truth: () => ({}), command: () => false, power: () => {},
  }),
};
`;

it('names the line where a plug-in throws, and tries the others all the same', async () => {
  box.write(
    'thrower.ts',
    MODEL('sample: (t, n) => { if (n > 5) throw new Error("on purpose"); return { level: 1 }; },'),
  );
  const found = await told('thrower.ts', 'echo-part.ts');
  expect(found.map(({ verdict }) => verdict)).toEqual(['wrong', 'ok']);
  const [first] = found[0]?.problems ?? [];
  expect(first?.message).toMatch(/the model mine threw in sample: on purpose/);
  expect(first?.line).toBe(5);
  expect(first?.remedy).toMatch(/^see file:.*thrower\.ts:5/);
});

it('finds what is no number, off its rails or undeclared', async () => {
  box.write('nan.ts', MODEL('sample: () => ({ level: Number.NaN }),'));
  const { code, stdout } = await box.run('check-plugin', 'nan.ts');
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /^wrong {2}model {2}mine {2}nan\.ts\n {2}wrong {2}nan\.ts:1 {2}sample 0: level is NaN/,
  );
});

it('names the line of a field that is malformed, and what was meant', async () => {
  box.write('slip.ts', MODEL('sample: () => ({ level: 1 }),').replace('everyMs', 'everyMS'));
  const [one] = await told('slip.ts');
  expect(one).toMatchObject({ verdict: 'wrong', family: 'model', kind: 'mine' });
  const [missing, strange] = one?.problems ?? [];
  expect(missing?.message).toMatch(/everyMs is missing/);
  expect(strange).toMatchObject({
    line: 2,
    message: expect.stringMatching(/did you mean 'everyMs'/),
  });
  expect(strange?.remedy).toMatch(/defineDevice/);
});

it('ends with 2 where a file cannot be tried, and with 1 where another is wrong', async () => {
  box.write('none.ts', 'export const x = 1;');
  box.write('syntax.ts', 'export default {\n  kind: ;\n};');
  const alone = await box.run('check-plugin', 'none.ts', 'syntax.ts', 'absent.ts', 'echo-part.ts');
  expect(alone.code, alone.stderr).toBe(2);
  expect(alone.stdout.match(/^not tried {2}no plug-in/gm)).toHaveLength(3);
  expect(alone.stdout).toMatch(/syntax\.ts:2 /);
  expect(alone.stdout).toMatch(/^ok {2}part/m);
  expect((await box.run('check-plugin', 'none.ts', 'nan.ts')).code).toBe(1);
  expect((await box.run('check-plugin')).code).toBe(3);
});

const PART = (start: string): string =>
  `export default { family: 'part', kind: 'mine', summary: 's',
  streams: [{ name: 'mine-said', way: 'up', schedule: { by: 'event', leastMs: 1000 } }],
  start: (device) => (${start}),
};
`;

it('ends what does not end, says where it was, and tries the others all the same', async () => {
  box.write('hook.ts', PART('{ online() { for (;;); } }'));
  box.write('top.ts', `for (;;);\n${PART('{}')}`);
  const files = ['top.ts', 'hook.ts', 'echo-part.ts', '--within', '8s'];
  const { code, stdout, stderr } = await box.run('check-plugin', ...files);
  expect(code, stderr).toBe(1);
  expect(stdout).toMatch(/^ {2}wrong {2}top\.ts:2 {2}did not end within 8s in duty 'is loaded'/m);
  expect(stdout).toMatch(
    /^wrong {2}part {2}mine {2}hook\.ts\n.*hook\.ts:1 {2}did not end within 8s in duty 'survives/m,
  );
  expect(stdout).toMatch(/^ok {2}part {2}echo/m);
  expect((await box.run('check-plugin', 'hook.ts', '--within', 'soon')).code).toBe(3);
});

it.each([
  ['a timer', "{ online() { setTimeout(() => { throw new Error('on purpose'); }, 5); } }"],
  ['a promise', "{ online() { void Promise.reject(new Error('on purpose')); } }"],
])('tells what %s throws as the affair of its author, once', async (_, start) => {
  box.write('astray.ts', PART(start));
  const [mine, echo] = await told('astray.ts', 'echo-part.ts');
  expect(echo?.verdict).toBe('ok');
  expect(mine).toMatchObject({ verdict: 'wrong', family: 'part', kind: 'mine' });
  expect(mine?.problems).toEqual([
    {
      line: 3,
      message: 'a plug-in threw where nobody caught it: on purpose',
      remedy: expect.stringMatching(/^see file:.*astray\.ts:3/),
    },
  ]);
});

it('waits for no timer that a part leaves running, whatever that throws', async () => {
  const ticks = (act: string): string =>
    PART(`{ online() { setInterval(() => { ${act} }, 400); } }`);
  box.write('ticks.ts', ticks(''));
  expect(await told('ticks.ts')).toMatchObject([{ verdict: 'ok' }]);
  box.write('throws.ts', ticks("throw new Error('on purpose');"));
  expect(await told('throws.ts')).toMatchObject([{ verdict: 'wrong' }]);
});

it('says of a kind that is no text what it must be, and goes on to the other mistakes', async () => {
  box.write('odd.ts', PART('{}').replace("'mine'", '42').replace("way: 'up'", "way: 'upp'"));
  const [one] = await told('odd.ts');
  expect(one).toMatchObject({ verdict: 'wrong', family: 'part', kind: '42' });
  expect(one?.problems.map(({ line, message }) => `${line} ${message}`)).toEqual([
    expect.stringMatching(/^1 .*kind must be a text of lower-case words joined by -, not 42/),
    expect.stringMatching(/^\d .*way must be up or down, not 'upp'/),
  ]);
});

it('says a reply to a stream of nobody as a run does', async () => {
  box.write(
    'reply.ts',
    PART('{}').replace("by: 'event', leastMs: 1000", "by: 'reply', to: 'comand'"),
  );
  const [one] = await told('reply.ts');
  expect(one?.problems).toEqual([
    expect.objectContaining({
      line: 1,
      message: expect.stringMatching(/^'mine-said' replies to 'comand'.*did you mean 'command'\?$/),
    }),
  ]);
});
