/**
 * Runs the walls (.dependency-cruiser.mjs) over the house, and first over a tree of planted
 * violations. A wall checker that silently reads nothing has happened elsewhere, so three things
 * are asserted besides "no violation": each planted file breaks exactly the rules that its first
 * line names, every rule is broken by some plant, and every production file on the disk was really
 * seen, with its `#room` imports followed.
 *
 *   node tools/walls.ts
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { compareWithPlants } from './canaries.ts';
import { CANARY, productionFiles, ROOMS, ROOT } from './house.ts';
import { finish } from './verdict.ts';

/** Fewer than this, and the tool reads less than it did: raise the numbers with the house. */
const FLOOR = { modules: 300, doors: 180 };

interface Rules {
  default: { forbidden: { name: string; comment: string }[] };
}

interface Cruise {
  modules: { source: string; dependencies: { module: string; resolved: string }[] }[];
  summary: { violations: { from: string; to: string; rule: { name: string } }[] };
}

const rules = join(ROOT, '.dependency-cruiser.mjs');
const { forbidden } = ((await import(rules)) as Rules).default;

const canary = cruise(CANARY);
const found = canary.summary.violations.map(({ from, rule }) => ({ file: from, name: rule.name }));
const blind = compareWithPlants(CANARY, 'walls', found);
const fired = new Set(found.map(({ name }) => name));
for (const { name } of forbidden) {
  if (!fired.has(name)) blind.push(`no plant in tools/canary breaks the rule ${name}`);
}

const house = cruise(ROOT);
const seen = new Set(house.modules.map(({ source }) => source));
for (const file of productionFiles(ROOT)) if (!seen.has(file)) blind.push(`${file} was not read`);
const doors = house.modules
  .flatMap(({ dependencies }) => dependencies)
  .filter(({ module, resolved }) => module.startsWith('#') && resolved.endsWith('/index.ts'));
if (seen.size < FLOOR.modules) blind.push(`only ${seen.size} modules were read`);
if (doors.length < FLOOR.doors) blind.push(`only ${doors.length} imports of a door were followed`);

const reasons = new Map(forbidden.map(({ name, comment }) => [name, comment]));
const breaches = house.summary.violations.map(
  ({ from, to, rule }) => `${from} → ${to}\n    ${rule.name}: ${reasons.get(rule.name) ?? ''}`,
);
finish('walls', [...blind, ...breaches], `${seen.size} modules, ${doors.length} doors entered`);

function cruise(root: string): Cruise {
  const main = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const rooms = [...new Set(ROOMS.map((room) => room.split('/')[0] ?? room))];
  const run = spawnSync(
    process.execPath,
    [
      main,
      ...['--config', rules, '--output-type', 'json'],
      ...rooms.filter((room) => existsSync(join(root, room))),
    ],
    { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 28 },
  );
  if (!run.stdout.startsWith('{'))
    throw new Error(`dependency-cruiser: ${run.stderr}${run.stdout}`);
  return JSON.parse(run.stdout) as Cruise;
}
