/** A copy of what git knows of this repository, as a stranger gets it: no packages, no build. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from './house.ts';

export function copyHouse(to: string): void {
  const asked = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const { stdout } = spawnSync('git', asked, { cwd: ROOT, encoding: 'utf8' });
  for (const file of stdout.split('\0').filter((one) => one !== '')) {
    // What was removed and not committed yet is still listed.
    if (!existsSync(join(ROOT, file))) continue;
    mkdirSync(dirname(join(to, file)), { recursive: true });
    cpSync(join(ROOT, file), join(to, file), { verbatimSymlinks: true });
  }
}
