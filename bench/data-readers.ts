/**
 * Data sets in the hands of those for whom they are made: pandas, polars and DuckDB find the same
 * counts, types and values in them, mlcroissant understands the card, and a model learns what it
 * should, and no more.
 *
 *   node bench/data-readers.ts [--cache FOLDER]
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fromPip } from './foreign/bringing.ts';

const ROOT = join(import.meta.dirname, '..');
const SCRIPTS = join(ROOT, 'docs', 'python');
const CARD =
  'import mlcroissant, sys; print(mlcroissant.Dataset(jsonld=sys.argv[1]).metadata.name)';
/** By one command each, with what is missing in some rows, and with text. */
const SETS = {
  bearings: [join(SCRIPTS, 'bearings.yaml')],
  fridges: ['worn-fridges', '--seed', '5', '--truth'],
} as const;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { cache: { type: 'string', default: join(tmpdir(), 'twinstorm-foreign') } },
  });
  const packages = join(values.cache, 'python');
  mkdirSync(packages, { recursive: true });
  const began = Date.now();
  await fromPip(packages, join(SCRIPTS, 'requirements.txt'));
  say(`packages of Python, brought within ${((Date.now() - began) / 1000).toFixed(0)} s`);
  const scratch = mkdtempSync(join(tmpdir(), 'twinstorm-data-readers-'));
  const python = (...args: string[]): boolean => isDone('python3', args, { PYTHONPATH: packages });
  try {
    let isGood = true;
    for (const [name, args] of Object.entries(SETS)) {
      const folder = join(scratch, name);
      const made = ['bin/twinstorm.js', 'generate', ...args, '--out', folder, '--quiet'];
      const found = isDone(process.execPath, made, {}) && python(join(SCRIPTS, 'read.py'), folder);
      isGood =
        found && python('-W', 'ignore', '-c', CARD, join(folder, 'croissant.json')) && isGood;
    }
    return isGood && python(join(SCRIPTS, 'bearings.py'), join(scratch, 'bearings')) ? 0 : 1;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function isDone(command: string, args: readonly string[], env: Record<string, string>): boolean {
  const options = { cwd: ROOT, env: { ...process.env, ...env }, stdio: 'inherit' } as const;
  const { status } = spawnSync(command, args, options);
  if (status !== 0) say(`FAILED: ${command} ${args.join(' ')}`);
  return status === 0;
}

process.exitCode = await main();
