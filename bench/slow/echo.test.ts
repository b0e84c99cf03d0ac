/**
 * The capability of the guide works from a user's folder over sockets as in virtual time, and from
 * within the house, where its six files are laid into the rooms and nothing else is touched.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FAMILIES } from '../../harness/cli/families.ts';
import { CALLS, ECHO, FILES, holds, pluginOf, SCENE, writeEcho } from '../../tests/echo-run.ts';
import { type Ended, Sandbox } from '../../tests/sandbox.ts';
import { scene } from '../../tests/scenes.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

let box: Sandbox;
beforeEach(() => {
  box = new Sandbox();
});
afterEach(() => box.close());

it("holds from a user's folder in the real gear", async () => {
  writeEcho(box);
  await holds(box, 'real', (...args) => box.run(...args));
  box.expectClean();
  expect(box.litter()).toEqual([]);
});

/** A copy of the house with the six files in their rooms, each named by its kind. */
async function moveIn(): Promise<string> {
  const house = box.path('house');
  mkdirSync(house);
  for (const name of [
    'bin',
    'chaos',
    'devices',
    'harness',
    'kernel',
    'reports',
    'scenarios',
    'twins',
    'package.json',
  ])
    cpSync(join(ROOT, name), join(house, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(house, 'node_modules'));
  for (const file of FILES) {
    const { family, kind } = await pluginOf(file);
    const folders = FAMILIES.find((one) => one.family === family)?.folders ?? [];
    const path = join(house, folders.at(-1) ?? '', `${kind}.ts`);
    expect(existsSync(path), `${path} is new`).toBe(false);
    expect(existsSync(dirname(path)), path).toBe(true);
    writeFileSync(path, readFileSync(join(ECHO, file), 'utf8'));
  }
  return join(house, 'bin', 'twinstorm.js');
}

it('holds from within the house in both gears, by six new files and no edit', async () => {
  const command = await moveIn();
  const run = (...args: string[]): Promise<Ended> => box.startNode([command, ...args]).ended;
  box.write('echo.yaml', scene({ ...SCENE, more: [CALLS] }));
  const listed = await run('list', 'workflows');
  expect(listed.stdout).toMatch(/^\s*echo\s+calls each device/m);
  for (const gear of ['sim', 'real'] as const) await holds(box, gear, run);
  box.expectClean();
});
