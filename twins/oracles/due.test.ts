/** Whoever was away when something was due has its time from when it is back. */
import { expect, it } from 'vitest';
import { dueBy } from './due.ts';

it.each([
  ['nobody was away', [], 1500],
  ['it was away until before', [{ from: 0, to: 1000 }], 1500],
  ['it was away by then', [{ from: 1500, to: 3000 }], 3500],
  ['it went when all was to be done', [{ from: 1501, to: 3000 }], 1500],
  ['it went once more as soon as it was back', [[900, 2000] as const, [2400, 4000] as const], 4500],
])('%s', (_, away, due) => {
  const spans = away.map((one) => ('from' in one ? one : { from: one[0], to: one[1] }));
  expect(dueBy(1000, spans, 500)).toBe(due);
});
