/**
 * The network faults on which sim and sockets are held against each other, by the tests (counts)
 * and by the benchmark (times). They are laid out so that their outcome does not hang on a race:
 * the windows are long against the keep-alive or short of it, never near.
 */
import { scene } from './scenes.ts';

export const KEEP_ALIVE_MS = 4000;

export interface GearFault {
  fault: string;
  more: string;
  /** Whether its targets must lose the connection. */
  drops: boolean;
}

export const GEAR_FAULTS: readonly GearFault[] = [
  { fault: 'partition', more: 'for: 2s', drops: false },
  { fault: 'latency', more: 'for: 2s, with: { delay: 200ms }', drops: false },
  { fault: 'bandwidth', more: 'for: 2s, with: { rate: 20kB/s }', drops: false },
  { fault: 'reset', more: 'for: 2s', drops: true },
  { fault: 'outage', more: 'for: 2s', drops: true },
  { fault: 'blackhole', more: 'for: 9s', drops: true },
];

/** One of them on half of sixteen rooms. */
export function gearScene({ fault, more }: GearFault): string {
  return scene({
    name: `fault-${fault}`,
    time: `{ warmup: 2s, steady: 2s, chaos: ${more.includes('9s') ? 11 : 4}s, settle: 5s, drain: 2s }`,
    fleet: `{ id: rooms, model: room-thermostat, count: 16, every: 1s, keep-alive: ${KEEP_ALIVE_MS}ms, health: signal, backoff: { base: 200ms, cap: 1s } }`,
    chaos: [`{ id: it, at: chaos+500ms, fault: ${fault}, ${more}, where: 50% }`],
  });
}
