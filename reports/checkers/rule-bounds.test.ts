/**
 * What is judged where a value is just at a bound, or a reading just at the edge of a window: what
 * may be so or not is held against nobody, and what is amiss either way is.
 */
import { expect, it } from 'vitest';
import { type Plan, RULE_OPS, type RulePlan, type TermPlan } from '#kernel';
import type { CheckerKind } from '../checker.ts';
import { DRAINED, healthy, type Story, tellCame } from '../testing/story.ts';
import clockRobust from './clock-robust.ts';
import ruleExactlyOnce from './rule-exactly-once.ts';

const READ = DRAINED + 200;
const RULE: RulePlan = {
  ...{ name: 'high', of: '', at: 2900, when: 'm > 5.0', clear: 'm < 2.0', per: 'device' },
  ...{ forMs: 0, clearForMs: 0, deadlineMs: 500, silentMs: 0 },
  ...{ terms: [], window: null, changes: [] },
};
const termOf = (name: string, does: TermPlan['does'], more: Partial<TermPlan> = {}): TermPlan => ({
  ...{ name, does, what: ['level'], of: '', overMs: 0, last: 0, ...more },
});
/** Of one reading, and yet added up; what is no even number may come to a little more or less. */
const LATEST = {
  ...{ terms: [termOf('m', 'mean', { last: 1 })], when: 'm > 5.1', clear: 'm < 2.1' },
};
const BY_THE_CLOCK = { everyMs: 2000, overMs: 2000, gapMs: 0, mostMs: 0, lateMs: 1000 };
const BY_PAUSES = { everyMs: 0, overMs: 0, gapMs: 1500, mostMs: 9000, lateMs: 1000 };
const counting = (window: RulePlan['window']): Partial<RulePlan> => ({
  terms: [termOf('c', 'count', { what: ['level > 5.0'] })],
  ...{ window, when: 'c >= 1.0', clear: 'c < 1.0' },
});

type Reading = [at: number, level: number, received?: number];
type Alarm = [since: number, at: number, cleared?: number];

function lived(more: Partial<RulePlan>, readings: Reading[], alarms: Alarm[], missed = 0): Story {
  const resolved = { ...RULE, ...more };
  const workflows = [{ workflow: 'rules', session: 'rules', resolved }];
  const story = healthy({
    ...{ devices: 1, ops: [RULE_OPS] },
    workflows: workflows as unknown as Plan['workflows'],
  });
  const subject = story.plan.devices[0]?.id ?? '';
  const version = { device: -1, rule: 'high', version: 1 };
  story.add('rules/asked', 2998, version);
  story.add('rules/answered', 3002, { ...version, status: 200 });
  story.add('rules/began', READ, { ...version, from: 3000 });
  readings.forEach(([at, level, received = at + 40], n) => {
    const values = JSON.stringify({ level });
    story.add('rules/input', READ, { device: 0, n, at, received, values });
    tellCame(story, 0, n, received);
  });
  story.add('rules/heard', READ, { device: 0, late: 0, ahead: 0 });
  story.add('rules/missed', READ, { device: 0, rule: 'high', subject, missed });
  for (const [since, at, cleared = 0] of alarms) {
    const times = { since, at, raised: at + 45, cleared };
    story.add('rules/alarm', READ, { device: 0, rule: 'high', subject, ...times });
  }
  return story.add('rules/whole', READ + 1, { device: 0 });
}

function told(story: Story, kind: CheckerKind = ruleExactlyOnce) {
  const { findings, decided, undecided } = story.ask(kind);
  const messages = findings.map(({ message }) => message.replace(/^.*? is /, 'is '));
  return { messages, decided, undecided };
}

const byTheSecond = (...levels: number[]): Reading[] =>
  levels.map((level, place) => [4000 + 1000 * place, level]);
const FINE = { messages: [], decided: 1, undecided: 0 };
const EITHER = { messages: [], decided: 0, undecided: 1 };
const wrong = (...messages: string[]) => ({ messages, decided: messages.length, undecided: 0 });
const tenthMore = (readings: Reading[]): Reading[] =>
  readings.map(([at, level, ...came]) => [at, level + 0.1, ...came]);
const mean = (readings: Reading[], ...alarms: Alarm[]) =>
  told(lived(LATEST, tenthMore(readings), alarms));

it('leaves open what may be so or not, whichever was told', () => {
  const levels = byTheSecond(1, 5, 1);
  expect(mean(levels)).toEqual(EITHER);
  expect(mean(levels, [5000, 5000, 6000])).toEqual(EITHER);
  expect(mean(levels, [5000, 5000])).toEqual(
    wrong('is cleared never, and was over by the moment of 6000 ms'),
  );
});

it('holds against a target what is amiss either way', () => {
  // Its end may be at 7 s, and must be at 9 s.
  const levels = byTheSecond(1, 9, 9, 2, 3, 1);
  expect(mean(levels)).toEqual(wrong('is not raised'));
  expect(mean(levels, [5000, 5000, 7000])).toEqual(EITHER);
  expect(mean(levels, [5000, 5000, 9000])).toEqual(EITHER);
  expect(mean(levels, [5000, 5000, 8000]).messages).toHaveLength(1);
  // It may begin at 5 s, and must at 6 s.
  const rising = byTheSecond(1, 5, 9, 1);
  expect(mean(rising).messages).toEqual(['is not raised']);
  expect(mean(rising, [5000, 5000, 7000])).toEqual(EITHER);
  expect(mean(rising, [6000, 6000, 7000])).toEqual(EITHER);
  expect(mean(rising, [4000, 4000, 7000]).messages).toContain('is raised for nothing');
});

it('takes no doubt from a bound at which nothing changes', () => {
  // At 7 s it stands already, and at 10 s nothing does that could be over.
  const levels = byTheSecond(1, 9, 9, 5, 1, 1, 2, 1);
  expect(mean(levels, [5000, 5000, 8000])).toEqual(FINE);
  const often = byTheSecond(1, 9, 5, 5, 5, 5, 5, 5, 5, 5, 1);
  expect(mean(often, [5000, 5000, 14_000])).toEqual(FINE);
  expect(mean(often)).toEqual(wrong('is not raised'));
});

it('leaves open no more than the one alarm that may be or not', () => {
  const levels = byTheSecond(1, 9, 1, 5, 1, 9, 1);
  const all: Alarm[] = [
    [5000, 5000, 6000],
    [9000, 9000, 10_000],
  ];
  expect(mean(levels, ...all)).toEqual({ messages: [], decided: 2, undecided: 1 });
  expect(mean(levels, ...all.slice(0, 1)).messages).toEqual(['is not raised']);
});

it('goes by its delay where a bound is met on the way', () => {
  const levels = tenthMore(byTheSecond(1, 9, 5, 9, 9, 1));
  const late = (...alarms: Alarm[]) => told(lived({ ...LATEST, forMs: 2000 }, levels, alarms));
  expect(late([5000, 7000, 9000])).toEqual(EITHER);
  expect(late().messages).toEqual([]);
  expect(late([5000, 8000, 9000]).messages).toEqual(['is raised by another moment']);
});

it('lets one that may be or not stand where its end came as the target was asked', () => {
  const readings: Reading[] = [
    [4000, 1],
    [6000, 5],
    [7000, 3],
    [READ - 140, 1],
  ];
  expect(mean(readings, [6000, 6000])).toEqual(EITHER);
  expect(mean(readings, [6000, 6000, READ - 140])).toEqual(EITHER);
  expect(mean(readings, [6000, 6000, 7000]).messages).toHaveLength(1);
});

it('decides at the bound itself where what is added up is whole, or a half', () => {
  const last = (does: 'sum' | 'mean') => ({ terms: [termOf('s', does, { last: 4 })] });
  const busy = { ...last('sum'), when: 's >= 3.0', clear: 's <= 1.0' };
  // Three of four were on at 7 s, and one at 10 s.
  const onOff = byTheSecond(1, 0, 1, 1, 0, 0, 0);
  expect(told(lived(busy, onOff, [[7000, 7000, 10_000]]))).toEqual(FINE);
  expect(told(lived(busy, onOff, []))).toEqual(wrong('is not raised'));
  expect(told(lived(busy, onOff, [[7000, 7000, 9000]])).messages).toHaveLength(1);
  const over = { ...busy, when: 's > 3.0' };
  expect(told(lived(over, onOff, []))).toEqual(FINE);
  expect(told(lived(over, onOff, [[7000, 7000, 10_000]]))).toEqual(wrong('is raised for nothing'));
  const half = { ...last('mean'), when: 's >= 0.75', clear: 's <= 0.25' };
  const late = byTheSecond(0, 0, 1, 1, 1, 0, 0, 0, 0);
  expect(told(lived(half, late, [[8000, 8000, 11_000]]))).toEqual(FINE);
  expect(told(lived(half, late, []))).toEqual(wrong('is not raised'));
});

it('leaves a bound open where not all is whole, or a third may be more or less', () => {
  const sum = { terms: [termOf('s', 'sum', { last: 2 })], when: 's >= 2.0', clear: 's < 1.0' };
  expect(told(lived(sum, byTheSecond(0.1, 0, 1, 1), []))).toEqual(EITHER);
  const third = { terms: [termOf('s', 'mean', { last: 3 })], clear: 's < 0.0' };
  const when = 's * 3.0 >= 1.0';
  expect(told(lived({ ...third, when }, byTheSecond(0, 0, 0, 1), []))).toEqual(EITHER);
});

it('counts how fast something rises among what is reckoned', () => {
  const terms = [termOf('r', 'rise', { overMs: 4000 })];
  const rises = (bound: string, ...alarms: Alarm[]) =>
    told(
      lived(
        { terms, when: `r > ${bound}`, clear: 'r < 0.0' },
        [
          [4000, 20],
          [7000, 27.8],
        ],
        alarms,
      ),
    );
  expect(rises('2.6')).toEqual(EITHER);
  expect(rises('2.6', [7000, 7000])).toEqual(EITHER);
  expect(rises('2.59')).toEqual(wrong('is not raised'));
  expect(rises('2.61', [7000, 7000])).toEqual(wrong('is raised for nothing'));
});

it.each([
  [8998, wrong('is not raised'), FINE],
  [8999, EITHER, EITHER],
  [9000, EITHER, EITHER],
  [9001, FINE, wrong('is raised for nothing')],
])('leaves open whether a window that closes at 9000 has what came at %i', (came, not, raised) => {
  const readings: Reading[] = [
    [4500, 1],
    [6500, 6, came],
    [8500, 1],
  ];
  const rule = counting(BY_THE_CLOCK);
  expect(told(lived(rule, readings, []))).toEqual(not);
  expect(told(lived(rule, readings, [[6000, 8000, 10_000]]))).toEqual(raised);
  // What else is said of it may not be.
  expect(told(lived(rule, readings, [[4000, 6000, 8000]])).messages).toHaveLength(
    not === FINE || not === EITHER ? 1 : 2,
  );
});

it('decides of many that came just as a window closed what no choice of them changes', () => {
  // All of these came as the window from 6 to 8 s closed at 9 s, as after a pause.
  const held = (...levels: number[]): Reading[] =>
    levels.map((level, n) => [6100 + 100 * n, level, 9000]);
  const around = (sure: number, ...levels: number[]): Reading[] => [
    [4500, 1],
    [6050, sure],
    ...held(...levels),
    [8500, 1],
  ];
  const rule = counting(BY_THE_CLOCK);
  const low = [1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4];
  expect(told(lived(rule, around(1, ...low), []))).toEqual(FINE);
  expect(told(lived(rule, around(1, ...low), [[6000, 8000, 10_000]]))).toEqual(
    wrong('is raised for nothing'),
  );
  const high = around(6, ...low, 7, 8, 9);
  expect(told(lived(rule, high, [[6000, 8000, 10_000]]))).toEqual(FINE);
  expect(told(lived(rule, high, []))).toEqual(wrong('is not raised'));
  // Only some of them make it so; and more than anybody looks at.
  for (const some of [around(1, ...low, 6, 7, 1), around(1, 6)]) {
    expect(told(lived(rule, some, []))).toEqual(EITHER);
    expect(told(lived(rule, some, [[6000, 8000, 10_000]]))).toEqual(EITHER);
  }
  const mostly = { ...rule, terms: [termOf('c', 'max')], when: 'c > 5.0', clear: 'c <= 5.0' };
  const many = Array.from({ length: 12 }, (_, n) => n / 8);
  expect(told(lived(mostly, around(1, ...many), []))).toEqual(EITHER);
});

it('says that it hangs on the instant in which a window closed, and what helps', () => {
  const readings: Reading[] = [
    [4500, 1],
    [6500, 6, 9000],
    [8500, 1],
  ];
  const { summary } = lived(counting(BY_THE_CLOCK), readings, []).ask(ruleExactlyOnce);
  expect(summary).toMatch(
    /readings came in the instant in which a window of high closed.*let it take/,
  );
});

it('leaves open whether what came just then is counted as missed', () => {
  const counted = (came: number, missed: number) =>
    told(
      lived(
        counting(BY_THE_CLOCK),
        [
          [6500, 6, came],
          [8500, 1],
        ],
        [],
        missed,
      ),
      clockRobust,
    ).messages.filter((one) => one.includes('for windows')).length;
  expect([counted(8998, 0), counted(8998, 1)]).toEqual([0, 1]);
  for (const came of [8999, 9000]) {
    expect([counted(came, 0), counted(came, 1), counted(came, 2)]).toEqual([0, 0, 1]);
  }
  expect([counted(9001, 0), counted(9001, 1)]).toEqual([1, 0]);
});

it('cannot say where pauses part what came just as one was over', () => {
  const parted = (came: number) =>
    told(
      lived(
        counting(BY_PAUSES),
        [
          [4500, 6],
          [5500, 1, came],
          [8500, 1],
        ],
        [],
      ),
    );
  // The first is over at 7000 by what had come until then.
  expect(parted(6998)).toEqual(wrong('is not raised'));
  for (const came of [6999, 7000]) expect(parted(came)).toEqual(EITHER);
  expect(parted(7001)).toEqual(wrong('is not raised'));
});

it('leaves open whether somebody was silent who spoke just then', () => {
  const silent = { silentMs: 3000, when: '', clear: '' };
  const spoke = (came: number, ...alarms: Alarm[]) =>
    told(
      lived(
        silent,
        [
          [4000, 1],
          [7000, 1, came],
          ...Array.from({ length: 20 }, (_, n): Reading => [9000 + 2000 * n, 1]),
        ],
        alarms,
      ),
    );
  expect(spoke(7038).messages).toEqual([]);
  expect(spoke(7040)).toMatchObject({ messages: [], undecided: 1 });
  expect(spoke(7040, [4040, 7040, 7040])).toMatchObject({ messages: [], undecided: 1 });
  expect(spoke(7041).messages).toEqual(['is not raised']);
});
