/**
 * Keys that the design promises and this version does not have. Somebody who writes one must hear
 * that it is not built, rather than that there is no such word, and it must never be skipped
 * silently.
 */
import type { Path } from '#kernel';

/** By path with the indices left out. */
const LATER: Readonly<Record<string, readonly string[]>> = {
  '': [
    'agents',
    'explore',
    'faults',
    'generate',
    'labels',
    'limits',
    'dialect',
    'tls',
    'rules',
    'ota',
    'swarm',
  ],
  fleet: ['tls', 'dialect', 'signal', 'clock', 'firmware'],
  chaos: ['after', 'each', 'repeat', 'ramp', 'swarm', 'proxy', 'toxicity'],
  'chaos.where': ['gateway', 'group', 'state', 'sample'],
  target: ['tls', 'nodes'],
  topology: ['areas', 'lines', 'graph', 'gateways'],
  commands: ['set', 'deadline', 'twin'],
  networks: ['loss', 'bursts', 'airtime'],
};

export function isLaterKey(table: Path, key: string): boolean {
  const names = table.filter((part) => typeof part === 'string');
  const place = names[0] === 'networks' ? 'networks' : names.join('.');
  return LATER[place]?.includes(key) ?? false;
}
