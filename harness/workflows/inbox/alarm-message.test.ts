/** Of what a platform sends nothing is taken for granted. */
import { expect, it } from 'vitest';
import { readAlarm, readAlarms } from './alarm-message.ts';

const GOOD = { rule: 'warm', subject: 'rooms/1', what: 'raised', since: 10, at: 20 };
const read = (said: unknown) =>
  readAlarm(Buffer.from(typeof said === 'string' ? said : JSON.stringify(said)));

it('reads what is raised and what is cleared', () => {
  expect(read(GOOD)).toEqual(GOOD);
  expect(read({ ...GOOD, what: 'cleared', since: 10.4, more: [] })).toEqual({
    ...GOOD,
    what: 'cleared',
  });
  expect(read(`\ufeff${JSON.stringify(GOOD)}`)).toEqual(GOOD);
});

it.each([
  ['', 'it is not JSON'],
  ['{"rule": ', 'it is not JSON'],
  ['\u0000\uffff', 'it is not JSON'],
  ['null', 'it is no JSON object'],
  ['[1]', 'it is no JSON object'],
  [{ ...GOOD, rule: 7 }, 'of which rule'],
  [{ ...GOOD, subject: null }, 'of which device'],
  [{ ...GOOD, what: 'RAISED' }, 'neither that it is raised'],
  [{ ...GOOD, since: undefined }, 'since when'],
  [{ ...GOOD, since: '10' }, 'since is no time'],
  [{ ...GOOD, since: -1 }, 'since is no time'],
  [{ ...GOOD, at: undefined }, 'by which moment'],
  [{ ...GOOD, at: null }, 'at is no time'],
  [{ ...GOOD, at: 1e300 }, 'at is no time'],
])('refuses %j', (said, why) => expect(read(said)).toContain(why));

it('reads one or several, with their keys, and none where any of them is none', () => {
  const several = (said: unknown) => readAlarms(Buffer.from(JSON.stringify(said)));
  expect(several(GOOD)).toEqual([GOOD]);
  expect(several([GOOD, { ...GOOD, key: 'k' }])).toEqual([GOOD, { ...GOOD, key: 'k' }]);
  expect(several([])).toEqual([]);
  expect(several([GOOD, 7])).toBe('of number 1, counted from 0: it is no JSON object');
  expect(several([GOOD, { ...GOOD, key: '' }])).toContain('its key is no text');
  expect(several({ ...GOOD, key: 7 })).toContain('its key is no text');
  expect(readAlarms(Buffer.from('[{]'))).toBe('it is not JSON');
});
