/**
 * What counts as it should be: nothing that was not expected, and nothing that no raw client shows.
 */
import { expect, it } from 'vitest';
import type { CheckerResult, Result } from '#reports';
import { citedBy } from './confirming.ts';
import type { ForeignBroker } from './foreign-broker.ts';
import { outcomeOf } from './outcome.ts';
import { textOf } from './play.ts';

const broker = (highest: 1 | 2, isExpected: boolean): ForeignBroker => ({
  name: 'made-up',
  source: 'nowhere',
  bring: () => Promise.resolve('1'),
  launch: () => [],
  declares: [{ key: 'max-qos', value: highest, because: 'so it is' }],
  findings: isExpected
    ? [{ scenes: ['mixed'], checker: 'in-order', because: 'so', confirm: 'shows-it' }]
    : [],
});

const checker = (id: string, verdict: CheckerResult['verdict']): CheckerResult => ({
  ...{ id, label: '', title: '', refs: [], verdict, expected: true, summary: '' },
  ...{ obligations: 1, decided: 1, undecided: 0, findings: [], findingCount: 1 },
});

const played = (verdict: Result['verdict'], ...checkers: CheckerResult[]) => ({
  result: { verdict, checkers, reasons: [], messages: { intended: 1 } } as unknown as Result,
  exitCode: 1,
  said: '',
});

const shown = (isShown: boolean) =>
  new Map([['shows-it', { script: 'shows-it', shown: isShown, said: 'seen' }]]);
const fails = played('fail', checker('in-order', 'fail'), checker('no-phantom', 'pass'));

it('takes a fail for true where it is expected and its raw client shows it', () => {
  expect(outcomeOf('mixed', broker(2, true), fails, shown(true)).came).toBe('found');
  expect(outcomeOf('mixed', broker(2, true), fails, shown(false)).came).toBe('wrong');
  expect(outcomeOf('mixed', broker(2, true), fails, new Map()).came).toBe('wrong');
  expect(outcomeOf('mixed', broker(2, false), fails, shown(true)).came).toBe('wrong');
  expect(outcomeOf('thousand', broker(2, true), fails, shown(true)).came).toBe('wrong');
});

it('misses what is expected and does not come, but not in a run that proves nothing', () => {
  expect(outcomeOf('mixed', broker(2, true), played('pass'), shown(true)).came).toBe('wrong');
  expect(outcomeOf('mixed', broker(2, true), played('invalid'), shown(true)).came).toBe(
    'undecided',
  );
  expect(outcomeOf('mixed', broker(2, false), played('pass'), shown(true)).came).toBe('pass');
});

it('takes a refusal by the plan only where QoS 2 is asked of a broker that has none', () => {
  const said = 'error  devices send at QoS 2, and it promises QoS 1 at most\n';
  const refused = { result: null, exitCode: 3, said };
  expect(outcomeOf('qos2', broker(1, false), refused, new Map()).came).toBe('refused');
  expect(outcomeOf('qos2', broker(2, false), refused, new Map()).came).toBe('wrong');
  expect(outcomeOf('mixed', broker(1, false), refused, new Map()).came).toBe('wrong');
  const other = { ...refused, said: 'error  no such file\n' };
  expect(outcomeOf('qos2', broker(1, false), other, new Map()).came).toBe('wrong');
});

it('lowers the mixed fleet, and it alone, to what a broker has', () => {
  expect(textOf('mixed', broker(1, false), 'mqtt://x')).not.toContain('qos: 2\n');
  expect(textOf('mixed', broker(2, false), 'mqtt://x')).toContain('qos: 2\n');
  expect(textOf('qos2', broker(1, false), 'mqtt://x')).toContain('qos: 2\n');
});

it('names each raw client once', () => {
  expect(citedBy(broker(2, true))).toEqual(['shows-it']);
});
