/**
 * Compiles the rooms into dist/, which is what the package ships. dist/ gets a package.json of its
 * own, so that `#room` imports lead to the compiled doors there and to the source in a clone. The
 * compiler rewrites imports but not file names in text, so a `.ts` that is looked up at run time
 * must exist as `.js` too; that, and that every door can be imported, is tried at once.
 *
 *   node tools/build.ts
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { productionFiles, ROOT } from './house.ts';
import { finish } from './verdict.ts';

interface Manifest {
  imports: Record<string, string>;
}

const DIST = join(ROOT, 'dist');

rmSync(DIST, { recursive: true, force: true });
const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
const run = spawnSync(process.execPath, [compiler, '-p', join(ROOT, 'tsconfig.build.json')], {
  encoding: 'utf8',
});
if (run.status !== 0) finish('build', run.stdout.trim().split('\n'), 'nothing was built');
else finish('build', await shortcomings(), `${readdirSync(DIST).length} entries in dist/`);

async function shortcomings(): Promise<string[]> {
  const problems: string[] = [];
  const doors = compiledDoors();
  const manifest = { type: 'module', imports: doors };
  writeFileSync(join(DIST, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  for (const file of productionFiles(ROOT)) {
    const built = file.replace(/[.]ts$/, '.js');
    if (!existsSync(join(DIST, built))) problems.push(`${built} was not built`);
  }
  for (const door of ['./harness/authors.js', './harness/cli/main.js', ...Object.values(doors)]) {
    try {
      await import(pathToFileURL(join(DIST, door)).href);
    } catch (error) {
      problems.push(`dist/${door.slice(2)} cannot be imported: ${(error as Error).message}`);
    }
  }
  return problems;
}

/** `"#kernel": "./kernel/index.ts"` becomes `"#kernel": "./kernel/index.js"`. */
function compiledDoors(): Record<string, string> {
  const { imports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;
  return Object.fromEntries(
    Object.entries(imports).map(([name, path]) => [name, path.replace(/[.]ts$/, '.js')]),
  );
}
