/**
 * The service of alarms does what a naive model does: whatever rules, an operator, time and kills
 * do to it, the answers, the histories, what people are told and what is counted are the same.
 *
 *   npx vitest run tests/alarms-agree.test.ts                     # 300 lives
 *   ALARM_LIVES=10000 npx vitest run tests/alarms-agree.test.ts   # the bench
 */
import { isDeepStrictEqual } from 'node:util';
import { expect, it } from 'vitest';
import { life } from './alarms/life.ts';
import { mutantFolder } from './planted.ts';

const LIVES = Number(process.env.ALARM_LIVES ?? 300);
const SOME = 60;

/** The words of a refusal are for people. */
const wordless = (told: unknown): unknown =>
  JSON.parse(JSON.stringify(told, (key, value) => (key === 'why' ? undefined : value)));

it(`does what a naive model does in ${LIVES} lives`, { timeout: 3_600_000 }, () => {
  const counts = new Map<string, number>();
  for (let seed = 1; seed <= LIVES; seed++) {
    const { is, should, answers, counts: own } = life(seed, null);
    for (const [status, expected] of answers) expect(status, `${seed}`).toBe(expected);
    expect(wordless(is), `${seed}`).toEqual(should);
    for (const [event, count] of own) counts.set(event, (counts.get(event) ?? 0) + count);
  }
  // Else nothing was looked at.
  expect([...counts.keys()].sort()).toEqual(EVENTS);
  for (const [event, count] of counts) expect(count, event).toBeGreaterThan(LIVES / 10);
});

const EVENTS = [
  ...['acked', 'annunciated', 'chatter', 'cleared', 'flood', 'raised', 'refused'],
  ...['shelved', 'unshelved'],
];

const mutants = (await mutantFolder()).filter(({ word }) => word === 'alarms');

/** It is not the same, and the bug has done that: an honest one does the same. */
it.each(mutants.map((one) => [one.kind, one] as const))('differs with %s', (_, mutant) => {
  const differ = Array.from({ length: SOME }, (__, at) => life(at + 1, mutant)).filter(
    ({ is, should, answers }) =>
      !isDeepStrictEqual(wordless(is), wordless(should)) ||
      answers.some(([status, expected]) => status !== expected),
  );
  expect(differ.length).toBeGreaterThan(SOME / 10);
  expect(differ.every(({ fired }) => fired > 0)).toBe(true);
});
