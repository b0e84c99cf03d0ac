/**
 * Why a message waited in its device: when that lost its power or its connection, and when it had
 * them again. Who is carried has those of its carrier.
 */
import type { LedgerEntry } from '#kernel';
import { defineHops } from '../hops.ts';
import { plural } from '../wording.ts';

const OPS = ['boot', 'off', 'online', 'offline', 'connect-failed'] as const;

type Told = Extract<LedgerEntry, { op: (typeof OPS)[number] }>;

export default defineHops({
  kind: 'connections',
  summary: 'when a device lost power or connection, and had them again',
  ops: OPS,
  start: ({ plan, book }) => {
    /** Attempts that came to nothing, by device, since it was online last. */
    const failed = new Map<number, number>();
    return {
      step: (entry) => {
        const { t, device } = entry;
        const told = entry as Told;
        const count = failed.get(device) ?? 0;
        failed.set(device, told.op === 'connect-failed' ? count + 1 : 0);
        if (told.op === 'connect-failed') return;
        const who = plan.devices[device]?.id ?? '?';
        const isAway = told.op !== 'online';
        const hop = { where: 'link', who, as: told.op, what: wordsOf(told, count) } as const;
        book.aside(device, { t, ...hop, isAway });
      },
    };
  },
});

function wordsOf(entry: Exclude<Told, { op: 'connect-failed' }>, failed: number): string {
  switch (entry.op) {
    case 'boot':
      return `comes up: ${entry.cause}`;
    case 'off':
      return `loses its power: ${entry.cause}`;
    case 'online': {
      const after = failed === 0 ? '' : `, after ${plural(failed, 'attempt')} in vain`;
      return `is connected${after}${entry.present ? '; its session was kept' : ''}`;
    }
    default:
      return `loses its connection: ${entry.why}`;
  }
}
