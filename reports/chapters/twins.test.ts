/** What the chapter tells of a twin, from a story short enough to count by hand. */
import { expect, it } from 'vitest';
import type { LedgerEntry, Plan } from '#kernel';
import type { Timeline } from '#oracles';
import { ChapterBook } from '../judging/chapter-book.ts';
import { NO_ORACLE, ORACLES } from '../testing/oracles.ts';
import twins from './twins.ts';

const plan = { workflows: [], devices: [{ id: 'rooms/1' }], entries: [] } as unknown as Plan;
const S = 1_000_000;
const at = (seconds: number, op: string, more: object): LedgerEntry =>
  ({ ...{ t: seconds * S, op, device: 0 }, ...more }) as unknown as LedgerEntry;

const asked = (seconds: number, change: number, patch: object) =>
  at(seconds, 'twin/asked', { change, writer: 0, from: -1, patch: JSON.stringify(patch) });
const answered = (seconds: number, change: number, status: number, version: number) =>
  at(seconds, 'twin/answered', { change, status, version });
const holds = (seconds: number, version: number, settings: object) =>
  at(seconds, 'twin/holds', {
    ...{ version, settings: JSON.stringify(settings), refused: '{}', why: 'taken over' },
  });

const STORY = [
  at(0.5, 'connect', { attempt: 0, will: 0 }),
  at(0.5, 'online', { present: false, attempt: 0 }),
  asked(1, 0, { lid: 1 }),
  answered(1.5, 0, 200, 1),
  holds(2, 1, { lid: 1 }),
  asked(2.5, 1, { lid: 9 }),
  answered(2.6, 1, 409, 0),
  at(3, 'offline', { why: 'closed' }),
  // While it is away; the next one overtakes it.
  asked(4, 2, { lid: 2 }),
  answered(4.1, 2, 200, 2),
  asked(5, 3, { lid: 3 }),
  answered(5.1, 3, 200, 3),
  at(7, 'connect', { attempt: 1, will: 0 }),
  at(7, 'online', { present: false, attempt: 1 }),
  holds(7.25, 3, { lid: 3 }),
  asked(8, 4, { lid: 4 }),
  answered(8.1, 4, 200, 4),
];

function told(story: readonly LedgerEntry[]) {
  const started = new Map<string, { step?(entry: LedgerEntry): void }>();
  const of = (kind: string): unknown => started.get(kind);
  for (const kind of ['connections', 'template', 'twin']) {
    const oracle = ORACLES.find((one) => one.kind === kind);
    if (oracle !== undefined) started.set(kind, oracle.start({ plan, of } as never));
  }
  for (const entry of story) for (const oracle of started.values()) oracle.step?.(entry);
  const book = new ChapterBook({ end: 12 * S } as Timeline);
  twins.start({ plan, devices: [0], of } as never, book).end();
  return twins.tell(book, plan, NO_ORACLE);
}

it('counts what was answered, and times each change from its answer or its return', () => {
  const { lead, figures, wholes, spans, tables } = told(STORY);
  expect(lead).toMatch(/^2 changes of 4 reached their device/);
  expect(figures.map(({ value }) => value)).toEqual([1, 5, 1, 1, 0]);
  expect(wholes[0]?.parts.map(({ count }) => count)).toEqual([4, 1, 0]);
  expect(spans.map(({ count, max }) => [count, max])).toEqual([
    [1, 500],
    [1, 250],
    [2, 500],
  ]);
  expect(tables).toHaveLength(1);
  expect(tables[0]?.rows).toEqual([
    ['rooms/1', 'was there', 1, 500],
    ['rooms/1', 'came back', 3, 250],
  ]);
});

it('says what the target refused, to whom and why, of one sort together', () => {
  const away = (seconds: number, change: number, status: number, why: string) =>
    at(seconds, 'twin/turned-away', { writer: 0, change, status, why });
  const { figures, tables } = told([
    ...STORY,
    away(9, 5, 403, 'Forbidden'),
    away(9, -1, 403, 'Forbidden'),
    away(10, 6, 403, 'still'),
    at(11, 'twin/unheard', { status: 401, why: 'Unauthorized' }),
  ]);
  expect(figures.at(-1)).toMatchObject({ label: 'Refused by the target', value: 4 });
  expect(tables[1]?.rows).toEqual([
    ['rooms/1', 'a change', 403, 'Forbidden', 2],
    ['rooms/1', 'a read', 403, 'Forbidden', 1],
    ['rooms/1', 'a report', 401, 'Unauthorized', 1],
  ]);
});
