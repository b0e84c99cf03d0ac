/** A queue that ran over costs one mark for each message that waited, however long it grows. */
import { expect, it } from 'vitest';
import type { LedgerEntryOf } from '#kernel';
import { entryOf } from '../../kernel/testing/fields.ts';
import { CODE } from '../../kernel/testing/streams.ts';
import { BeyondLimits } from './beyond-limits.ts';
import type { ConnectionOracle } from './connections.ts';
import { HAPPENED, MessageTable } from './message-table.ts';
import { testPlan } from './testing/plan.ts';
import type { Timeline } from './timeline.ts';

const LIMIT = 1000;

function sendTo(count: number): { beyond: number; marks: number } {
  const plan = testPlan({ devices: 1, readings: 4 });
  plan.target.guarantees.queueLimit = LIMIT;
  const nobody = { of: () => ({ connections: [] }) } as unknown as ConnectionOracle;
  const limits = new BeyondLimits({ plan, timeline: {} as Timeline, connections: nobody });
  let marks = 0;
  const table = new MessageTable(count);
  const mark = table.mark.bind(table);
  table.mark = (n, what) => {
    marks++;
    mark(n, what);
  };
  for (let n = 0; n < count; n++) {
    table.admit(n);
    const message = { device: 0, stream: CODE.command, n, late: 0, hash: 1, flags: 1 };
    limits.sent(entryOf(n, 'sent', message) as LedgerEntryOf<'sent'>, 1, table);
  }
  const numbers = Array.from({ length: count }, (_, n) => n);
  return { beyond: numbers.filter((n) => table.has(n, HAPPENED.beyond)).length, marks };
}

it.each([
  [LIMIT, 0],
  [LIMIT + 1, LIMIT + 1],
  [5 * LIMIT, 5 * LIMIT],
])('of %i that wait %i are beyond the limit', (sent, beyond) => {
  expect(sendTo(sent)).toEqual({ beyond, marks: beyond });
});
