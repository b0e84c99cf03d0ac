/** Of what a platform sends nothing is taken for granted. */
import { expect, it } from 'vitest';
import { readAlarm } from './alarm-message.ts';

const GOOD = { rule: 'warm', subject: 'rooms/1', what: 'raised', since: 10, at: 20 };
const read = (said: unknown) =>
  readAlarm(Buffer.from(typeof said === 'string' ? said : JSON.stringify(said)));

it('reads what is raised and what is cleared', () => {
  expect(read(GOOD)).toEqual(GOOD);
  expect(read({ ...GOOD, what: 'cleared', since: 10.4, more: [] })).toEqual({
    ...GOOD,
    what: 'cleared',
  });
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
  [{ ...GOOD, since: '10' }, 'since when'],
  [{ ...GOOD, since: -1 }, 'since when'],
  [{ ...GOOD, at: null }, 'by which moment'],
  [{ ...GOOD, at: 1e300 }, 'by which moment'],
])('refuses %j', (said, why) => expect(read(said)).toContain(why));
