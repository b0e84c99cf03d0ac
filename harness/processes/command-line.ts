/**
 * What a process was started from. Linux says it in a file; elsewhere `ps` is asked, which macOS
 * has too.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/**
 * Stands on the command line of a process that a run starts and that may be called anything: by its
 * name alone it would be somebody else's.
 */
export const OF_A_RUN = 'of-a-twinstorm-run';

/** Empty where there is no such process, or nobody tells. */
export function commandLineOf(pid: number, hasProc = existsSync('/proc/self/cmdline')): string {
  if (!hasProc) {
    const asked = ['-o', 'command=', '-p', String(pid)];
    return spawnSync('ps', asked, { encoding: 'utf8' }).stdout?.trim() ?? '';
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}
