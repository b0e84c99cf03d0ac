/** What is wrong with a condition, with its place and what was meant. */
import { expect, it } from 'vitest';
import { conditionAmiss } from './conditions.ts';

const SIGNALS = ['temperature', 'door'];
const told = (text: string): string[] =>
  conditionAmiss('when', text, SIGNALS).map(({ message, hint }) => `${message}; ${hint}`);

it.each(['temperature > 8', 'temperature > 8.5 && door == 1.0', '!(temperature < door)', 'true'])(
  'takes %s',
  (text) => expect(told(text)).toEqual([]),
);

it.each([
  ['temprature > 8', 'no device of it measures "temprature"; did you mean temperature?'],
  ['humidity > 8', 'no device of it measures "humidity"; signals are temperature, door'],
  ['temperature + 1.0', 'it comes to double, and not to yes or no'],
  ['temperature >', 'Unexpected token: EOF, at its column 14'],
  ['temperature > "warm"', 'no such overload'],
  ['', 'Unexpected token: EOF'],
  ['[1, 2].all(x, x > 0)', 'all() may take for ever'],
  ['"aaaa".matches("(a+)+b")', 'matches() may take for ever'],
  [`${'temperature > 8 || '.repeat(40)}true`, 'a condition has at most 500 characters'],
])('refuses %s', (text, words) => {
  expect(told(text)).toHaveLength(1);
  expect(told(text)[0]).toContain(words);
});
