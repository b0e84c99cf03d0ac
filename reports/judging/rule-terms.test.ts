/** What the names of a rule come to, and which alarms stood that it speaks of. */
import { expect, it } from 'vitest';
import type { TermPlan } from '#kernel';
import type { RuleStory } from './rule-story.ts';
import { alarmsBeside, sayCondition } from './rule-terms.ts';

const term = (more: Partial<TermPlan>): TermPlan => ({
  ...{ name: 'x', does: 'alarm', what: ['warm'], of: '', overMs: 0, last: 0 },
  ...more,
});

it.each<[TermPlan[], string]>([
  [[], 'x'],
  [[term({})], 'x; x: the alarm of warm stands'],
  [[term({ overMs: 30_000 })], 'x; x: the alarm of warm was raised within 30 s'],
  [
    [term({ does: 'mean', what: ['flow'], of: 'pumps', overMs: 5000 })],
    'x; x: mean of flow of pumps over 5 s',
  ],
  [
    [term({ does: 'steps', what: ['a > 1', 'b > 1'], last: 9 })],
    'x; x: steps of a > 1, then b > 1, the last 9',
  ],
])('says %j', (terms, words) => expect(sayCondition({ when: 'x', terms })).toBe(words));

const alarm = (at: number, cleared: number | null) => ({ since: at, at, raised: at, cleared });
const own = { rule: { name: 'hot', terms: [term({})] }, subject: 'a' } as unknown as RuleStory;
const other = (...told: object[]) =>
  [{ rule: { name: 'warm', terms: [] }, subject: 'a', told }] as unknown as RuleStory[];

it.each([
  [[], 'no alarm of warm (x) was raised'],
  [[alarm(9, null)], 'no alarm of warm (x) was raised'],
  [[alarm(1, 3), alarm(4, null)], 'the alarm of warm (x) stands since 4 ms'],
  [[alarm(1, 5)], 'the alarm of warm (x) is over since 5 ms'],
  [[alarm(1, 6)], 'the alarm of warm (x) stands since 1 ms'],
])('tells of %j', (told, what) => {
  expect(alarmsBeside(own, 5, other(...told))).toEqual([{ t: 5, who: 'a', what }]);
});
