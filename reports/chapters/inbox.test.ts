/** What the chapter tells of five alarms of one rule, each amiss in its own way. */
import { expect, it } from 'vitest';
import type { Plan } from '#kernel';
import type { Timeline } from '#oracles';
import { ChapterBook } from '../judging/chapter-book.ts';
import inbox from './inbox.ts';

const RULE = { name: 'high', of: '', per: 'device', when: 'level > 5.0', deadlineMs: 500 };
const plan = {
  workflows: [{ workflow: 'inbox', session: 'inbox', resolved: { topic: 'a', rules: [RULE] } }],
} as unknown as Plan;
const timeline = { end: 60_000_000, downs: [], stalls: [], faults: [] } as unknown as Timeline;
const strange = [{ why: 'it is not JSON', says: 'what?', t: 7_000_000 }];

const due = (since: number) => ({
  ...{ since, at: since + 1000, due: since + 1040, overAt: since + 5040, cleared: since + 5000 },
  ...{ isOpen: false, isEndOpen: false },
});
const told = (since: number, after: number, stood = 5000) => ({
  ...{ since, at: since + 1000, raised: since + 1040 + after, cleared: since + stood },
});
const sound = {
  rule: RULE,
  subject: 'things/0',
  from: 0,
  askedAt: 60_000,
  isWhole: true,
  isUnclear: false,
};
const story = {
  ...{ ...sound, doubt: null, disputed: [], strays: [] },
  expected: [due(1000), due(10_000), due(20_000), due(30_000), due(40_000)],
  told: [
    told(1000, 10),
    ...[told(10_000, 20), told(10_000, 90)],
    told(20_000, 900),
    told(30_000, 5, 4000),
    told(50_000, 0),
  ],
};
const unsure = { ...story, doubt: 'its clock was ahead' };

const SOME = { strange, understood: 2 };

function chapterOf(
  stories: readonly unknown[],
  refusals: readonly object[] = [],
  came: { strange: readonly object[]; understood: number } = SOME,
) {
  const book = new ChapterBook(timeline);
  const of = (kind: string) =>
    kind === 'rules' ? { of: () => stories } : { inbox: { ...came, refusals }, during: () => [] };
  const fold = inbox.start({ plan, timeline, devices: [0], of } as never, book);
  fold.end();
  return inbox.tell(book, plan, of as never);
}

it('tells of each rule what was due, what came, and what was amiss', () => {
  const { lead, figures, tables } = chapterOf([story]);
  expect(lead).toBe(
    'Of 5 alarms that were due 4 came, 99 % within 900 ms. 1 message came for nothing. ' +
      '1 message could not be understood.',
  );
  expect(figures.map(({ value }) => value)).toEqual([2, 1, 5, 6, 1, 1, 1, 1, 1]);
  expect(tables[0]?.rows).toEqual([['high', 'level > 5.0', 'all', 5, 6, 1, 1, 1, 1, 1, 0]]);
  expect(tables[1]?.rows).toEqual([
    [11_130, 'high', 'things/0', 'is raised once more'],
    [21_940, 'high', 'things/0', 'is raised 900 ms after it was due'],
    [31_045, 'high', 'things/0', 'is cleared by another moment'],
    [41_040, 'high', 'things/0', 'is not raised'],
    [51_040, 'high', 'things/0', 'is raised for nothing'],
  ]);
  expect(tables[2]?.rows).toEqual([[7000, 'it is not JSON', 'what?']]);
});

it('says of whom nobody can say anything, and owes nothing to them', () => {
  const { lead, figures } = chapterOf([unsure]);
  expect(lead).toContain('Of 1 device under a rule nobody can say.');
  expect(figures.map(({ value }) => value)).toEqual([2, 1, 0, 6, 0, 0, 0, 0, 0]);
});

it('counts alarms that may be or not as undecided, and what is amiss either way as that', () => {
  const may = (since: number) => ({ ...due(since), isUnsure: true as const });
  const { lead, figures, tables } = chapterOf([
    {
      ...story,
      disputed: [60_000, 70_000],
      // The first came as it may, and late, the second otherwise, the third never, one twice.
      expected: [may(1000), may(10_000), may(20_000), may(30_000), due(40_000)],
      told: [
        told(1000, 900),
        told(10_000, 20, 4000),
        ...[told(30_000, 20), told(30_000, 90), told(40_000, 5)],
      ],
    },
    unsure,
  ]);
  expect(lead).toContain('Of 4 alarms that were due 3 came');
  expect(lead).toContain('Of 1 device under a rule nobody can say.');
  expect(lead).toContain('Of 3 alarms nobody can say whether they were due.');
  expect(figures.map(({ value }) => value)).toEqual([2, 1, 4, 11, 1, 1, 1, 0, 1]);
  expect(tables[0]?.rows).toEqual([['high', 'level > 5.0', 'all', 4, 11, 1, 1, 1, 0, 1, 4]]);
});

it('says where alarms were awaited when nothing at all came', () => {
  const { lead } = chapterOf([], [], { strange: [], understood: 0 });
  expect(lead).toContain('Nothing at all came: alarms are awaited on the topic a and below it.');
});

it('leaves what an operator asked for to the chapter of rules', () => {
  const { lead } = chapterOf([{ ...story, rule: { ...RULE, name: 'other' } }]);
  expect(lead).toBe('No alarm was due. 1 message could not be understood.');
});

it('tells of calls that were refused', () => {
  const [why, t] = ['it must bear the token', 5_000_000];
  const refusals = [
    { status: 405, times: 1, why: 'it takes POST', t: 9_000_000 },
    { status: 401, times: 14, why, t },
  ];
  const { lead, tables } = chapterOf([story], refusals);
  expect(lead).toContain('Calls refused: 401 × 14, 405 × 1.');
  expect(tables.at(-1)?.rows).toContainEqual([5000, '401', 14, why]);
});
