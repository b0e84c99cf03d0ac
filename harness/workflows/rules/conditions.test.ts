/** What is wrong with a condition, with its place and what was meant. */
import { expect, it } from 'vitest';
import { conditionAmiss, isSame } from './conditions.ts';

const SPOKEN = { names: ['temperature', 'door'], flags: ['warm'] };
const told = (text: string) =>
  conditionAmiss('when', text, SPOKEN).map(({ message, hint, part }) => ({
    words: `${message}; ${hint}`,
    at: part === undefined ? '' : text.slice(part.from, part.from + part.width),
  }));

it.each([
  ...['temperature > 8', 'temperature > 8.5 && door == 1.0', '!(temperature < door)'],
  ...['temperature in [-1.0, 4.5]', 'warm', '!warm && 4 < temperature', 'warm == (door > 0.5)'],
  ...['warm ? temperature > 4.0 : false', '(warm ? 4.0 : 5.0) < temperature', 'temperature > -4'],
  ...['temperature * 9.0 / 5.0 + 32.0 > 50.0', 'temperature >\n  4.0', 'temperature - -1.0 > 2e3'],
  ...['temperature > 4.0 || temperature < 3.0', 'temperature >= 4.0 && temperature <= 4.0'],
])('takes %s', (text) => expect(told(text)).toEqual([]));

it.each([
  ['temprature > 8', 'temprature', 'no device of it measures "temprature"; did you mean temp'],
  [
    'humidity > 8',
    'humidity',
    'no device of it measures "humidity"; signals are temperature, door',
  ],
  ['temperature + 1.0', 'temperature + 1.0', 'it comes to a number, and not to yes or no'],
  ['temperature >', '', 'it ends where something is still to come'],
  ['', '', 'it ends where something is still to come'],
  ['temperature > > 4.0', '>', '> cannot stand here'],
  ['(temperature > 4.0', '', 'the ( has no ) behind it'],
  ['temperature > "warm"', '"', 'a condition has no texts'],
  ['[1, 2].all(x, x > 0)', '[', '[ cannot stand here'],
  ['int(1e300) > 1', 'int', 'a condition calls nothing, and so not int()'],
  ['cel.bind(x, temperature, x > 4.0)', '.', 'looks into nothing with a point'],
  ['dyn(temperature) > 4.0', 'dyn', 'calls nothing'],
  ['temperature.round() > 4.0', '.', 'looks into nothing with a point'],
  ['temperature > 4.0 // comment', '// comment', 'a condition has no comments'],
  [
    'temperature > 4 && door == 1',
    '1',
    '1 is a whole number, and signals are numbers with a point; write door == 1.0',
  ],
  ['temperature + 1 > 4', '1', 'write 1.0'],
  ['temperature in [1, 2]', '1', 'write 1.0'],
  ['temperature in [door]', 'door', 'a list is of numbers'],
  ['temperature > 0x4', '0x4', 'no number that all platforms read alike'],
  ['temperature > 4.', '4.', 'no number that all platforms read alike'],
  ['temperature > 3u', '3u', 'no number that all platforms read alike'],
  ['temperature > .5', '.', 'write 0.5'],
  ['temperature > 1e999', '1e999', 'too large'],
  ['temperature > 99999999999999999999', '99999999999999999999', 'too large for a whole number'],
  ['temperature > 1e308 * 10.0', '1e308 * 10.0', 'too large'],
  ['temperature / 0.0 > 1.0', '0.0', 'nothing can be divided by 0'],
  ['temperature % 2.0 == 0.0', '%', '% is of whole numbers'],
  ['temperature = 4.0', '=', 'write =='],
  ['1.0 < temperature < 4.0', '<', 'two comparisons in a row'],
  ['warm == temperature > 4.0', '>', 'two comparisons in a row'],
  ['!!warm', '!', '! stands before another sign'],
  ['!temperature', 'temperature', '! is of yes and no, and temperature is a number'],
  ['temperature && warm', 'temperature', 'write temperature > 0.0'],
  ['warm > 8', 'warm', '> is of numbers, and warm is yes or no'],
  ['warm == door', 'door', 'has a number on one side'],
  ['true', 'true', 'true is always so, whatever devices say'],
  ['1.0 > 2.0 || warm', '1.0 > 2.0', '1.0 > 2.0 is never so'],
  ['null == temperature', 'null', 'null does not stand for a value'],
  ['temperature\u00a0> 4.0', '\u00a0', 'a condition has no'],
  [`${'('.repeat(30)}warm${')'.repeat(30)}`, '(', 'more than 20 in one another'],
  [`${'temperature > 8 || '.repeat(40)}true`, '', 'a condition has at most 500 characters'],
  ['temperature > 4.0 && temperature < 3.0', '', 'no number is within all of these bounds'],
  ['!(temperature <= 4.0 || door > 1.0) && 4 > temperature', '', 'it can never be so'],
  ['temperature > 4.0 && temperature <= 4.0', '', 'it can never be so'],
  ['warm && door > 1.0 && !warm', '', 'all that it asks for is never so at once'],
  ['warm && !warm', '', 'something would have to be so, and not be so'],
])('refuses %s', (text, at, words) => {
  expect(told(text)).toEqual([{ words: expect.stringContaining(words), at }]);
});

it('knows conditions that say the same', () => {
  expect(isSame('temperature>4.0&&warm', '(temperature > 4.00) && warm', SPOKEN)).toBe(true);
  expect(isSame('temperature > 4.0', 'temperature >= 4.0', SPOKEN)).toBe(false);
});
