/**
 * A capability is a word that stands once in each room, in no existing file: `echo` is six files
 * of echo/, a part, a workflow, a service, an oracle, a checker and a mutant. They work from a
 * user's folder: a healthy run is decided, and the mutant is caught, and again by `judge`. Over
 * sockets, and from within the house, they are tried in bench/slow.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { layOps } from '#kernel';
import type { OracleKind } from '#oracles';
import { foldHistory } from '../twins/oracles/testing/fold-history.ts';
import { testPlan } from '../twins/oracles/testing/plan.ts';
import type { EchoOracle } from './echo/echo-oracle.ts';
import { CALLS, ECHO, FILES, holds, pluginOf, SCENE, writeEcho } from './echo-run.ts';
import { Sandbox } from './sandbox.ts';
import { scene } from './scenes.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

let box: Sandbox;
beforeEach(() => {
  box = new Sandbox();
});
afterEach(() => box.close());

it('is six files, one of each family', async () => {
  const plugins = await Promise.all(FILES.map(pluginOf));
  expect(plugins.map(({ family }) => family).sort()).toEqual([
    'checker',
    'mutant',
    'oracle',
    'part',
    'service',
    'workflow',
  ]);
});

it('has an oracle of a lane and one of the fleet', async () => {
  const oracle = (await pluginOf('echo-oracle.ts')) as Partial<OracleKind>;
  expect(oracle).toMatchObject({ scope: 'lane', fleet: { ops: ['echo/heard'] } });
});

it('is known to no other file of the house', () => {
  const houses = ['chaos', 'devices', 'harness', 'kernel', 'reports', 'scenarios', 'twins'];
  const texts = houses.flatMap((room) =>
    readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
      .filter(
        (name) => name.endsWith('.ts') && !/\.(test|fuzz|histories)\.ts$|testing\//.test(name),
      )
      .map((name) => ({
        name: join(room, name),
        text: readFileSync(join(ROOT, room, name), 'utf8'),
      })),
  );
  expect(texts.length).toBeGreaterThan(300);
  const knowing = texts.filter(({ text }) => /['"]echo(ed)?['"]|\becho\//.test(text));
  expect(knowing.map(({ name }) => name)).toEqual([]);
});

describe("from a user's folder", () => {
  beforeEach(() => writeEcho(box));

  it('holds in the sim gear', async () => {
    await holds(box, 'sim', (...args) => box.run(...args));
    box.expectClean();
  });

  it('is refused with place and remedy where the target cannot be asked for echoes', async () => {
    const plugins = FILES.filter((name) => !name.includes('service') && !name.includes('forgets'));
    const list = `plugins: [${plugins.map((name) => `./${name}`).join(', ')}]`;
    box.write('echo.yaml', scene({ ...SCENE, more: [CALLS, list] }));
    const ended = await box.run('run', 'echo.yaml', '--out', 'run', '--quiet');
    expect(ended.code).toBe(3);
    expect(ended.stderr).toMatch(/echo\.yaml:\d+:\d+ .*workflow echo asks the target for echo/);
    expect(ended.stderr).toMatch(
      /platform twin offers retained, .*presence, .*registry, .*telemetry/,
    );
  });
});

it('knows of the whole fleet who said what is kept of a device', async () => {
  const { default: oracle } = (await import(join(ECHO, 'echo-oracle.ts'))) as {
    default: OracleKind<EchoOracle>;
  };
  const plan = testPlan({ devices: 2, readings: 1 });
  const text = { device: 'device', n: 'count', said: 'text' } as const;
  plan.ops = layOps([{ 'echo/heard': text, 'echo/kept': text }]);
  const told = (t: number, op: 'echo/heard' | 'echo/kept', device: number, said: string) =>
    ({ t, op, device, n: 0, said }) as const;
  const echoes = foldHistory(new Map([[oracle.kind, oracle]]), 'echo', {
    plan,
    entries: [
      told(10, 'echo/heard', 0, 'ho-0-0'),
      // Before its owner has said it: the half of the fleet knows the whole ledger.
      told(20, 'echo/kept', 0, 'ho-1-0'),
      told(30, 'echo/heard', 1, 'ho-1-0'),
      told(40, 'echo/kept', 1, 'ho-1-0'),
    ],
  }) as EchoOracle;
  expect([...echoes.all()].map(({ device, keptOf }) => [device, keptOf])).toEqual([
    [0, 1],
    [1, null],
  ]);
});

const guide = readFileSync(join(ROOT, 'docs', 'adding-a-capability.md'), 'utf8');

it('is walked through in the guide, word for word', () => {
  const excerpts = [...guide.matchAll(/```ts (\S+)\n([\s\S]*?)```/g)];
  const isOfTheHouse = (file: string): boolean => file.includes('/');
  const files = excerpts.map(([, file = '']) => file);
  expect(new Set(files.filter((file) => !isOfTheHouse(file)))).toEqual(new Set(FILES));
  expect(files.filter(isOfTheHouse)).not.toEqual([]);
  for (const [, file = '', text = ''] of excerpts) {
    const path = isOfTheHouse(file) ? join(ROOT, file) : join(ECHO, file);
    expect(readFileSync(path, 'utf8'), file).toContain(text);
  }
});

it.each([
  ['one name for port, kind, route and rows', /its kind[^.]*\bport\b[^.]*\broute\b[^.]*\brows\b/],
  [
    'a planted bug of the devices',
    /`seams`[\s\S]*`device\.seam[\s\S]*`defineDeviceMutant`[\s\S]*`sits: 'device'`/,
  ],
  ['streams of what just happens', /`by: 'event'`[\s\S]*`leastMs`/],
  ['the package beside a clone', /npm run build[\s\S]*node_modules\/twinstorm/],
])('is told of %s', (_, words) => {
  expect(guide).toMatch(words);
});
