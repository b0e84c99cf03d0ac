/**
 * Rules, and what goes with them, that cannot be meant: told before anything begins, all at once,
 * at the line and column where a person has to change something, with what may be written instead.
 * Each case is a real command in a real process, since that is what a person meets.
 */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Sandbox } from './sandbox.ts';
import { scene } from './scenes.ts';

let box: Sandbox;

beforeEach(() => {
  box = new Sandbox();
});
afterEach(() => box.close());

/** They begin at line 10. */
const working = (...workflows: string[]): string[] => [
  'workflows:',
  ...workflows.map((one) => `  - ${one}`),
];
const RULE = '{ name: warm, when: temperature > 22.0 }';

/** What is written → what must be said of it, in order. */
const CASES: [what: string, more: string[], ...words: RegExp[]][] = [
  [
    'conversions, on which implementations differ',
    working('rules: [{ name: x, when: int(temperature * 1e300) > 1 }]'),
    /:10:30 .*calls nothing, and so not int\(\)\n[\s\S]*help: use names, numbers such as 8\.5/,
  ],
  [
    'a wrong name in the second line of a condition',
    [
      ...working('rules:'),
      ...['      - name: x', '        when: |', '          temperature > 22.0 &&'],
      '          heater == 1.0',
    ],
    /:14:11 .*no device of it measures "heater"/,
  ],
  [
    'a rule that says nothing, and one whose name is no word',
    working(
      'rules: [{ name: x }, { name: y, when: a > 1.0, let: { "a b": { mean: b, last: 5 } } }]',
    ),
    /:10:13 .*it does not say when it is true/,
    /:10:\d+ .*a condition cannot speak of a b/,
    /:10:43 .*no device of it measures "a"/,
  ],
  [
    'whole numbers beside signals',
    working('rules: [{ name: x, when: temperature == 22 }]'),
    /:10:45 .*22 is a whole number[\s\S]*help: write temperature == 22\.0/,
  ],
  [
    'many questions and answers, which are no levels of the file',
    working(`rules: [{ name: x, when: "${'temperature > 4.0 ? '.repeat(300)}" }]`),
    /:10:30 .*at most 500 characters/,
  ],
  [
    'a wrong condition beside a checker that nobody knows',
    [...working(`rules: [{ name: x, when: temprature > 22.0 }]`), 'expect: [rule-exactly-one]'],
    /:11:10 .*there is no checker 'rule-exactly-one'/,
    /:10:30 .*did you mean temperature\?/s,
  ],
  ['a rule that is not there', working('rules'), /:10:5 .*workflows\[0\]\.rules\.name is missing/],
  [
    'tiers that move what a rule is judged by',
    working('tiers: { keep: 5s, steps: [{ every: 5s }] }', `rules: [${RULE}]`),
    /:11:13 .*as they came until the end, and the tiers tiers keep for 5s[\s\S]*write keep: 40s/,
  ],
  [
    'an operator who hears of no alarm',
    working(`rules: [${RULE}]`, 'alarms: { of: zz }'),
    /:11:19 .*no rule has a name that begins with "zz"[\s\S]*rules are warm/,
  ],
  [
    'an operator before the rules',
    working('alarms', `rules: [${RULE}]`),
    /:10:5 .*it stands before the rules[\s\S]*behind rules/,
  ],
  ['an operator without rules', working('alarms'), /:10:5 .*no rule raises an alarm/],
  [
    'one of so many that are all passed over',
    working('pressure: { capacity: 10, queue: 10, policy: refuse, keepOneOf: 7 }'),
    /:10:69 .*the policy refuse keeps none[\s\S]*policy: sample/,
  ],
  [
    'a deadline that nobody can keep',
    working('rules: [{ name: x, when: temperature > 22.0, deadline: 0s }]'),
    /:10:60 .*deadline must be at least 1ms/,
  ],
];

it.each(CASES)('refuses %s', async (_, more, ...words) => {
  box.write('bad.yaml', scene({ more }));
  const { code, stdout, stderr } = await box.run('validate', 'bad.yaml');
  expect(code, stderr).toBe(3);
  expect(stdout).toBe('');
  for (const one of words) expect(stderr).toMatch(one);
  expect(stderr.match(/ {2}error {2}/g)).toHaveLength(words.length);
  // Words of a parser are nobody's.
  expect(stderr).not.toMatch(/EOF|RPAREN|overload|undefined|\n\s+at /);
  box.expectClean();
});
