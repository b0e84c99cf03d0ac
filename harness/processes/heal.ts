/** Takes back what crashed runs left: their processes, and what they did to foreign targets. */
import { spawnSync } from 'node:child_process';
import { commandLineOf } from './command-line.ts';
import { isAlive, killWithChildren, leftBehind, removeFromRegistry } from './registry.ts';

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
    for (const shell of [...entry.undo].reverse()) {
      spawnSync('sh', ['-c', shell], { stdio: 'ignore', timeout: 10_000 });
      lines.push(`${entry.run}: ran \`${shell}\``);
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
  'twins/platform/serve',
  'processes/warden',
  'mosquitto.conf',
  'nats.conf',
  'rabbitmq.sh',
];

/** Numbers of processes are used again: only what still looks like ours is ended. */
function isOurs(pid: number): boolean {
  const line = commandLineOf(pid);
  return OURS.some((part) => line.includes(part));
}
