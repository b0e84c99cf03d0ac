/** The capability of the guide, in a run that is decided, and in one with its planted bug. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { Gear } from '#kernel';
import type { Result } from '#reports';
import type { Ended, Sandbox } from './sandbox.ts';
import { scene } from './scenes.ts';

export const ECHO = fileURLToPath(new URL('echo', import.meta.url));
export const FILES = readdirSync(ECHO).sort();

export const SCENE = {
  name: 'echo',
  fleet: `{ id: rooms, model: room-thermostat, count: 12, every: 500ms, keep-alive: 4s,
      parts: [{ echo: { times: 2 } }] }`,
};
export const CALLS = 'workflows: [{ echo: { every: 500ms } }]';

/** The plug-in of a file, as the catalog would read it. */
export async function pluginOf(file: string): Promise<{ family: string; kind: string }> {
  const module = (await import(join(ECHO, file))) as {
    default: { family: string; kind: string };
  };
  return module.default;
}

/** Runs and judges again: a slow machine may make a healthy run invalid, never a failed one. */
async function told(
  box: Sandbox,
  codes: readonly number[],
  command: (...args: string[]) => Promise<Ended>,
  ...args: string[]
): Promise<Result> {
  const out = `run-${args.length}`;
  const ended = await command('run', 'echo.yaml', '--force', '--out', out, '--quiet', ...args);
  expect(codes, ended.stderr + ended.stdout).toContain(ended.code);
  const result = box.result(out);
  const again = await command('judge', out);
  expect(again.code, again.stderr + again.stdout).toBe(ended.code);
  expect(box.result(out).checkers).toEqual(result.checkers);
  return result;
}

const echoed = ({ checkers }: Result) => checkers.find(({ id }) => id === 'echoed');

export async function holds(
  box: Sandbox,
  gear: Gear,
  command: (...args: string[]) => Promise<Ended>,
): Promise<void> {
  const healthy = await told(box, gear === 'sim' ? [0] : [0, 4], command, '--gear', gear);
  expect(healthy.checkers.filter(({ verdict }) => verdict === 'fail')).toEqual([]);
  expect(echoed(healthy)).toMatchObject({ verdict: 'pass', undecided: 0 });
  expect(echoed(healthy)?.obligations).toBeGreaterThan(100);
  const ill = await told(box, [1], command, '--gear', gear, '--mutant', 'echo-forgets');
  expect(ill.checkers.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id)).toEqual([
    'echoed',
  ]);
}

/** The six files in a user's folder, and a scenario that names them. */
export function writeEcho(box: Sandbox): void {
  for (const name of FILES) box.write(name, readFileSync(join(ECHO, name), 'utf8'));
  const plugins = `plugins: [${FILES.map((name) => `./${name}`).join(', ')}]`;
  box.write('echo.yaml', scene({ ...SCENE, more: [CALLS, plugins] }));
}
