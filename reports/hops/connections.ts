/**
 * Why a message waited in its device: when that lost its power or its connection, and when it had
 * them again. Who is carried has those of its carrier.
 */
import type { LedgerEntry } from '#kernel';
import { defineHops } from '../hops.ts';

const OPS = ['boot', 'off', 'online', 'offline'] as const;

type Told = Extract<LedgerEntry, { op: (typeof OPS)[number] }>;

export default defineHops({
  kind: 'connections',
  summary: 'when a device lost power or connection, and had them again',
  ops: OPS,
  start: ({ plan, book }) => ({
    step: (entry) => {
      const { t, device } = entry;
      const who = plan.devices[device]?.id ?? '?';
      book.aside(device, { t, where: 'link', who, what: wordsOf(entry as Told) });
    },
  }),
});

function wordsOf(entry: Told): string {
  switch (entry.op) {
    case 'boot':
      return `comes up: ${entry.cause}`;
    case 'off':
      return `loses its power: ${entry.cause}`;
    case 'online':
      return entry.present ? 'is connected, its session was kept' : 'is connected';
    default:
      return `loses its connection: ${entry.why}`;
  }
}
