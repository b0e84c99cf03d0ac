/**
 * The faults on which sim and sockets are held against each other, by the tests (counts) and by the
 * benchmark (times). They are laid out so that their outcome does not hang on a race: the windows
 * are long against the keep-alive or short of it, never near. Where a process or a device has to
 * start again, that takes no time in sim and some in the world, so the readings of that while differ
 * and only who was hit is compared.
 */
import { scene } from './scenes.ts';

export const KEEP_ALIVE_MS = 4000;

export interface GearFault {
  fault: string;
  more: string;
  /** Parts that feel it. */
  parts?: string;
  /** What must happen besides, so that there is something to be seen of it. */
  beside?: string;
  /** Whether its targets must lose the connection. */
  drops: boolean;
  /** Whether what became of each reading is the same in both gears. */
  alike: boolean;
}

const PUBACKS = 'with: { packet: PUBACK }';

export const GEAR_FAULTS: readonly GearFault[] = [
  { fault: 'partition', more: 'for: 2s, where: 50%', drops: false, alike: true },
  {
    fault: 'latency',
    more: 'for: 2s, where: 50%, with: { delay: 200ms }',
    drops: false,
    alike: true,
  },
  {
    fault: 'bandwidth',
    more: 'for: 2s, where: 50%, with: { rate: 20kB/s }',
    drops: false,
    alike: true,
  },
  { fault: 'reset', more: 'for: 2s, where: 50%', drops: true, alike: true },
  { fault: 'outage', more: 'for: 2s, where: 50%', drops: true, alike: true },
  { fault: 'blackhole', more: 'for: 9s, where: 50%', drops: true, alike: true },
  { fault: 'power-cut', more: 'for: 2s, where: 50%', drops: true, alike: false },
  { fault: 'broker-kill', more: 'for: 2s', drops: true, alike: false },
  { fault: 'pause', more: 'for: 2s', drops: false, alike: true },
  { fault: 'slow-store', more: 'for: 2s, with: { each: 150ms }', drops: false, alike: true },
  { fault: 'disk-full', more: 'for: 2s', drops: false, alike: true },
  {
    fault: 'auth-down',
    more: 'for: 2s',
    beside: 'at: chaos+10ms, fault: reset, for: 1100ms',
    drops: true,
    alike: false,
  },
  { fault: 'wrong-config', more: 'for: 2s, with: { payload: 16 }', drops: true, alike: false },
  {
    fault: 'clock-step',
    more: 'for: 2s, where: 50%, with: { by: 1h }',
    parts: 'own-time',
    drops: false,
    alike: true,
  },
  {
    fault: 'sensor-offset',
    more: 'for: 2s, where: 50%, with: { signal: temperature, by: 3 }',
    parts: 'sensors',
    drops: false,
    alike: true,
  },
  {
    fault: 'sensor-stuck',
    more: 'for: 2s, where: 50%, with: { signal: temperature, at: 9 }',
    parts: 'sensors',
    drops: false,
    alike: true,
  },
  {
    fault: 'malfunction',
    more: 'for: 2s, where: 50%, with: { of: window-open }',
    drops: false,
    alike: true,
  },
  { fault: 'packet-drop', more: `for: 2s, where: 50%, ${PUBACKS}`, drops: false, alike: true },
  { fault: 'packet-delay', more: `for: 2s, where: 50%, ${PUBACKS}`, drops: false, alike: true },
  { fault: 'packet-duplicate', more: `for: 2s, where: 50%, ${PUBACKS}`, drops: false, alike: true },
  { fault: 'packet-reorder', more: `for: 2s, where: 50%, ${PUBACKS}`, drops: false, alike: true },
  { fault: 'packet-corrupt', more: `for: 2s, where: 50%, ${PUBACKS}`, drops: true, alike: false },
];

/** One of them on half of sixteen rooms, or on their target. */
export function gearScene({ fault, more, parts, beside }: GearFault): string {
  const own = parts === undefined ? '' : `parts: [${parts}], `;
  return scene({
    name: `fault-${fault}`,
    time: `{ warmup: 2s, steady: 2s, chaos: ${more.includes('9s') ? 11 : 4}s, settle: 5s, drain: 2s }`,
    fleet: `{ id: rooms, model: room-thermostat, count: 16, every: 1s, keep-alive: ${KEEP_ALIVE_MS}ms, health: signal, ${own}backoff: { base: 200ms, cap: 1s } }`,
    chaos: [
      `{ id: it, at: chaos+500ms, fault: ${fault}, ${more} }`,
      ...(beside === undefined ? [] : [`{ id: beside, ${beside} }`]),
    ],
  });
}
