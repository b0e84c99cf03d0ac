/** Takes back what crashed runs left: their processes, and what they did to foreign targets. */
import { spawnSync } from 'node:child_process';
import { commandLineOf, OF_A_RUN } from './command-line.ts';
import {
  isAlive,
  killWithChildren,
  leftBehind,
  removeFromRegistry,
  writeToRegistry,
} from './registry.ts';
import { mayBeTriedAgain } from './undo-code.ts';

/** One line per thing that had to be done. */
export async function healLeftovers(): Promise<string[]> {
  const lines: string[] = [];
  for (const { file, entry } of leftBehind()) {
    for (const [id, pid] of [
      ...Object.entries(entry.processes),
      ['processes/warden', entry.warden] as const,
    ]) {
      if (!isAlive(pid) || !isOurs(pid)) continue;
      killWithChildren(pid);
      lines.push(`${entry.run}: ended ${id}, which had outlived its run`);
    }
    const failed = [...entry.undo].reverse().filter((shell) => {
      const options = { stdio: 'ignore', timeout: 10_000 } as const;
      const { status, error } = spawnSync('sh', ['-c', shell], options);
      const isLeft = mayBeTriedAgain(error === undefined ? status : undefined);
      lines.push(`${entry.run}: ${isLeft ? 'try again, it could not run' : 'ran'} \`${shell}\``);
      return isLeft;
    });
    // Still on the list, with what is left to do.
    if (failed.length > 0) {
      writeToRegistry({ ...entry, processes: {}, undo: failed.reverse() });
      continue;
    }
    removeFromRegistry(file);
    lines.push(`${entry.run}: cleaned up after a run in ${entry.directory}`);
  }
  return lines;
}

/** What the processes of a run are started from. */
const OURS = [
  'shard-process',
  'proxy-process',
  'hop-process',
  'twins/platform/serve',
  'processes/warden',
  'mosquitto.conf',
  'nats.conf',
  'rabbitmq.sh',
  // Among the arguments of a k6.
  'TWINSTORM_USERS=',
  OF_A_RUN,
];

/** Numbers of processes are used again: only what still looks like ours is ended. */
function isOurs(pid: number): boolean {
  const line = commandLineOf(pid);
  return OURS.some((part) => line.includes(part));
}
