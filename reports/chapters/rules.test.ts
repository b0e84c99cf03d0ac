/** What the chapter tells of two alarms of one rule, so few that they are counted by hand. */
import { expect, it } from 'vitest';
import type { Plan } from '#kernel';
import type { Timeline } from '#oracles';
import { ChapterBook } from '../judging/chapter-book.ts';
import { NO_ORACLE } from '../testing/oracles.ts';
import rules from './rules.ts';

const RULE = { name: 'high', of: '', per: 'device', when: 'level > 5.0', silentMs: 0, terms: [] };
const plan = {
  workflows: [{ workflow: 'rules', session: 'rules', resolved: RULE }],
} as unknown as Plan;
const due = { since: 1000, at: 2000, due: 2040, overAt: 9040, cleared: 9000 };
const story = {
  ...{ rule: RULE, subject: 'things/0', expected: [due], missed: { told: 2, expected: 2 } },
  ahead: { least: 0, most: 0, likely: 0 },
  told: [
    { since: 1000, at: 2000, raised: 2050, cleared: 9000 },
    { since: 11_000, at: 12_000, raised: 12_050, cleared: null },
  ],
};
const oracle = { rejected: () => ({ told: { late: 3, ahead: 1 } }), of: () => [story] };

it('tells how many alarms there were, how soon, and which stood longest', () => {
  const book = new ChapterBook({ end: 20_000_000 } as Timeline);
  rules.start({ plan, devices: [0], of: () => oracle } as never, book).end();
  const { lead, figures, spans, tables } = rules.tell(book, plan, NO_ORACLE);
  expect(lead).toBe(
    '1 rule raised 2 alarms, each time counted, 99 % within 10 ms; 1 stood at the end.',
  );
  expect(figures.map(({ value }) => value)).toEqual([2, 1, 3, 1, 2]);
  expect(spans.map(({ count, max }) => [count, Math.round((max ?? 0) / 100)])).toEqual([
    [1, 0],
    [1, 70],
  ]);
  expect(tables[0]?.rows).toEqual([['high', 'level > 5.0', 'all, per device', 2, 1]]);
  expect(tables[1]?.rows).toEqual([
    ['high', 'things/0', 12_050, 7950, 'no'],
    ['high', 'things/0', 2050, 6990, 'yes'],
  ]);
});

it('says so where there was none', () => {
  const none = { rejected: () => null, of: () => [] };
  const book = new ChapterBook({ end: 20_000_000 } as Timeline);
  rules.start({ plan, devices: [0], of: () => none } as never, book).end();
  expect(rules.tell(book, plan, NO_ORACLE).lead).toBe('No rule raised an alarm.');
});
