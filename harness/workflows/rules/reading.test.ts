/** What a scenario may say of a rule, and what is refused before anything begins. */
import { expect, it } from 'vitest';
import { type ParamValues, readParams } from '#kernel';
import type { WorkflowContext } from '../workflow.ts';
import { ruleParams } from './params.ts';
import { readRule } from './reading.ts';

const CONTEXT = {
  quantumMs: 10,
  phases: [
    { name: 'warmup', from: 0, to: 2000 },
    { name: 'steady', from: 2000, to: 6000 },
    { name: 'chaos', from: 6000, to: 12_000 },
    { name: 'settle', from: 12_000, to: 20_000 },
    { name: 'drain', from: 20_000, to: 21_000 },
  ],
  entries: [
    { id: 'fridges', everyMs: 1000 },
    { id: 'pumps', everyMs: 500 },
  ],
  signals: [
    ['temperature', 'door'],
    ['flow', 'temperature'],
  ],
  devices: [
    { id: 'fridges/south-1/0', entry: 0 },
    { id: 'pumps/south-1/0', entry: 1 },
  ],
  faults: [],
} as unknown as WorkflowContext;

const read = (given: object) => {
  const { values, flaws } = readParams(ruleParams, { name: 'r', ...given });
  expect(flaws).toEqual([]);
  return readRule(values as ParamValues, CONTEXT);
};
const told = (given: object): string[] =>
  read(given).problems.map(({ path = '', message, hint }) => `${path}: ${message}; ${hint}`);

const WARM = { when: 'temperature > 8' };
const MEAN = { let: { warm: { mean: 'temperature' } }, when: 'warm > 8' };
const RISE_OF = (of: string) => ({ let: { r: { rise: 'temperature', of } }, when: 'r > 0.5' });
const COUNT = (when: string, clear?: string) => ({
  ...{ let: { n: { count: 'temperature > 8', last: 3 } }, when },
  ...(clear === undefined ? {} : { clear }),
});
const SHARE = (when: string, clear?: string) => ({
  ...{ let: { p: { share: 'temperature > 8', over: '5s' } }, when },
  ...(clear === undefined ? {} : { clear }),
});
const RISE = { let: { r: { rise: 'temperature' } }, when: 'r > 0.5' };

it.each([
  WARM,
  { ...WARM, clear: 'temperature < 7', for: '10s', clearFor: '2s' },
  { of: 'fridges', when: 'door == 1.0' },
  { let: { rise: { rise: 'temperature', over: '30s' } }, when: 'rise > 0.5 && temperature > 3' },
  { let: { votes: { count: 'temperature > 8', last: 5 } }, when: 'votes >= 3' },
  COUNT('n >= 3.0', 'n <= 0.0'),
  SHARE('p >= 1.0', 'p == 0.0 || p > 2.0'),
  {
    let: { turn: { steps: ['temperature > 8', 'temperature < 4'], over: '9s' } },
    when: 'turn == 1.0',
  },
  { ...MEAN, per: 'site', window: { every: '5s', over: '10s' } },
  { ...MEAN, window: { gap: '5s' } },
  { ...RISE, window: { every: '5s' } },
  { ...RISE_OF('fridges/south-1/0'), per: 'site', window: { every: '5s' } },
  { silent: '15s' },
  { let: { warm: { alarm: 'too-warm' } }, when: 'warm && temperature > 4', clear: '!warm' },
  { let: { warm: { alarm: 'too-warm', within: '10s' } }, when: 'warm' },
  {
    ...WARM,
    changes: [
      { at: 'chaos', when: 'temperature > 9' },
      { at: 'chaos+1s', for: '1s' },
    ],
  },
])('takes %j', (given) => expect(told(given)).toEqual([]));

it.each([
  [{}, 'it does not say when it is true'],
  [{ when: 'temprature > 8' }, 'did you mean temperature?'],
  [{ when: 'flow > 8' }, 'no device of it measures "flow"'],
  [{ when: 'x && !x', let: { x: { alarm: 'a' } } }, 'something would have to be so, and not be so'],
  [
    { when: 'temperature > 8', clear: 'temperature <' },
    'clear: it ends where something is still to come',
  ],
  [{ of: 'fridgs', ...WARM }, 'no device has an id that begins with "fridgs"'],
  [{ ...WARM, silent: '30s' }, 'silence has no when'],
  [{ ...WARM, per: 'site' }, 'readings of a site come each in its own time'],
  [
    { ...RISE, per: 'site', window: { every: '5s' } },
    'let.r: it rises from one device to another; write per: device',
  ],
  [{ ...MEAN, window: {} }, 'it has no end'],
  [{ ...MEAN, window: { every: '5s', gap: '5s' } }, 'by the clock, or ends by pauses'],
  [{ ...MEAN, window: { every: '5s', over: '12s' } }, 'no multiple of every'],
  [{ ...MEAN, window: { every: '10ms', over: '2s' } }, 'more than 100'],
  [{ ...MEAN, window: { every: '2h' } }, 'window.every: a window has an end within an hour'],
  [{ ...MEAN, window: { gap: '5s', over: '9s' } }, 'none has a length of its own'],
  [{ ...WARM, window: { every: '5s' } }, 'a window is told by nothing'],
  [
    { ...MEAN, when: 'temperature > 8', window: { every: '5s' } },
    'temperature is said by each reading, and a window has many',
  ],
  [MEAN, 'it looks back without an end'],
  [{ let: { warm: { mean: 'temperature', over: '2h' } }, when: 'warm > 8' }, 'write 500s at most'],
  [
    { let: { warm: { mean: 'temprature', last: 5 } }, when: 'warm > 8' },
    'did you mean temperature?',
  ],
  [
    { let: { a: { mean: 'b', last: 5 }, b: { mean: 'a', last: 5 } }, when: 'a > 8' },
    'b is a name of this rule',
  ],
  [{ let: { warm: {} }, when: 'warm > 8' }, 'it says nothing of what it comes to'],
  [
    { let: { warm: { mean: 'temperature', min: 'temperature', last: 5 } }, when: 'warm > 8' },
    'it says mean and min',
  ],
  [
    { let: { temperature: { count: 'temperature > 1', last: 5 } }, ...WARM },
    'temperature is a signal already',
  ],
  [
    { let: { for: { count: 'temperature > 1', last: 5 } }, ...WARM },
    'a condition cannot speak of for',
  ],
  [{ let: { hot: { count: 'temperature >', last: 5 } }, ...WARM }, 'let.hot.count: it ends where'],
  [
    { let: { hot: { devices: 'temperature > 8', last: 5 } }, ...WARM },
    'devices are counted in a window',
  ],
  [
    { let: { hot: { count: 'temperature > 8', last: 5, of: 'pumps' } }, ...WARM },
    'a reading is of one device',
  ],
  [
    { let: { ago: { ago: 'temperature > 8' } }, when: 'ago > 1', window: { every: '5s' } },
    'reading by reading',
  ],
  [
    {
      let: { hot: { count: 'temperature > 8', of: 'oven' } },
      when: 'hot > 1',
      window: { every: '5s' },
    },
    'no device has an id that begins with "oven"',
  ],
  [
    { ...MEAN, of: 'pumps', window: { gap: '5s', most: '59m' } },
    'it holds more than 3000 readings of one device',
  ],
  [
    { let: { warm: { alarm: 'a' } }, when: 'warm > 8' },
    'when: > is of numbers, and warm is yes or no; write warm alone',
  ],
  [{ let: { warm: { alarm: 'a' } }, when: 'wram' }, 'did you mean warm?'],
  [
    { let: { warm: { alarm: 'a' } }, when: 'warm', window: { every: '5s' } },
    'an alarm stands at one reading, and a window has many',
  ],
  [{ let: { warm: { alarm: 'a', last: 5 } }, when: 'warm' }, 'of an alarm there is no last'],
  [{ let: { warm: { alarm: 'a', over: '5s' } }, when: 'warm' }, 'write within: 30s'],
  [{ let: { warm: { alarm: 'a', within: '2h' } }, when: 'warm' }, 'for more than an hour'],
  [
    { let: { warm: { mean: 'temperature', within: '5s', over: '5s' } }, when: 'warm > 8' },
    'it is said of alarms alone',
  ],
  [
    { ...WARM, changes: [{ at: 'run', when: 'temperature > 9' }] },
    'it comes no later than what it changes',
  ],
  [{ ...WARM, at: 'settle+8s' }, 'it begins when nothing is begun any more'],
  [{ when: 'true' }, 'when: true is always so'],
  [{ when: 'temperature > 4.0 && temperature < 3.0' }, 'when: it can never be so'],
  [COUNT('n >= 4.0'), 'when: it can never be so: n is from 0 to 3; write bounds that lie there'],
  [COUNT('n > 1.0', 'n < 0.0'), 'clear: it can never be so: n is from 0 to 3'],
  [SHARE('p > 1.0'), 'when: it can never be so: p is from 0 to 1'],
  [SHARE('p > 0.5', 'temperature > 3.0 && 1.0 < p'), 'clear: it can never be so: p is from'],
  [{ ...WARM, clear: '(temperature > 8)' }, 'clear: an alarm is over by what raises it'],
  [
    { ...WARM, clear: 'temperature < 7', changes: [{ at: 'chaos', clear: 'temperature > 8' }] },
    'changes[0].clear: an alarm is over by what raises it',
  ],
  [{ ...WARM, changes: [{ at: 'chaos+2s' }] }, 'changes[0]: it changes nothing'],
  [{ ...WARM, changes: [{ at: 'chaos', when: 'temperature > 8' }] }, 'it changes nothing'],
  [{ ...WARM, changes: [{ at: 'chaos+2h', for: '1s' }] }, 'changes[0].at: it begins when nothing'],
  [{ ...WARM, changes: [{ when: 'temperature > 9' }] }, 'changes[0]: it does not say when'],
  [{ silent: '10h' }, 'silent: the run is over before it has been so for so long; write 19s'],
  [{ ...WARM, for: '10h' }, 'for: the run is over before'],
  [{ ...WARM, for: '99999999999999999h' }, 'for: no platform keeps count for more than a day'],
  [
    { ...WARM, at: 'chaos', for: '16s' },
    'for: the run is over before it has been so for so long; write 15s',
  ],
  [{ ...WARM, clearFor: '25h' }, 'clearFor: no platform keeps count'],
  [{ ...WARM, changes: [{ at: 'chaos', for: '1h' }] }, 'changes[0].for: the run is over before'],
  [{ name: 'n'.repeat(10_000), ...WARM }, `${'n'.repeat(64)}…"; write 1 to 64`],
  [{ let: { 'a b': { mean: 'temperature', last: 5 } }, ...WARM }, 'let["a b"]: a condition cannot'],
])('refuses %j', (given, words) => {
  const problems = told(given);
  expect(problems.filter((one) => one.includes(words))).toHaveLength(1);
});

it('says once of nobody that there is nobody', () => {
  const told = read({ of: 'fridgs', ...WARM, let: { warm: { mean: 'temperature', last: 5 } } });
  expect(told.problems.map(({ path }) => path)).toEqual(['of']);
});

it('says once that a name comes to nothing', () => {
  const { problems } = read({ let: { x: {} }, when: 'x > 1.0' });
  expect(problems.map(({ path }) => path)).toEqual(['let.x']);
});

it('says of a change what is not said again as it was', () => {
  const changes = [
    { at: 'chaos', when: 'temperature > 9' },
    { at: 'chaos+1s', for: '1s' },
  ];
  const { resolved } = read({ ...WARM, for: '5s', changes });
  expect(resolved.changes).toEqual([
    { at: 6000, when: 'temperature > 9', clear: '!(temperature > 9)', forMs: 5000, clearForMs: 0 },
    { at: 7000, when: 'temperature > 9', clear: '!(temperature > 9)', forMs: 1000, clearForMs: 0 },
  ]);
});
