/** An id is read however people write it, and what is none is refused with what was meant. */
import { describe, expect, it } from 'vitest';
import { survived } from '../../kernel/testing/fuzz.ts';
import { smallPlan } from '../duties/small-run.ts';
import fuzz from './ids.fuzz.ts';
import { idOf, NoId, nearestIds, readId } from './ids.ts';

const plan = smallPlan([]);
const WORDS = new Map([
  ['alarm', 'alarm:RULE@DEVICE@MS'],
  ['packet', 'packet@GATEWAY@N'],
  ['campaign', 'campaign:NAME'],
]);
const read = (text: string): string => idOf(plan, readId(plan, text, WORDS));

describe('a message', () => {
  it.each([
    'things/site-1/3:telemetry:17',
    'things/site-1/3 telemetry 17',
    'things/site-1/3/telemetry/17',
    'things/site-1/3, reading 17',
    'things/site-1/3 reading 17',
    'things/site-1/3:17',
    '  Things/Site-1/3:Telemetry:17 ',
  ])('is read from "%s"', (text) => {
    expect(read(text)).toBe('things/site-1/3:telemetry:17');
  });

  it('of a device whose id begins as another one does', () => {
    const [one, other] = plan.devices;
    const devices = [
      { ...one, id: 'a/b/1' },
      { ...other, id: 'a/b/17' },
    ] as typeof plan.devices;
    const two = { ...plan, devices };
    expect(idOf(two, readId(two, 'a/b/17/telemetry/3', WORDS))).toBe('a/b/17:telemetry:3');
    expect(idOf(two, readId(two, 'a/b/1 7', WORDS))).toBe('a/b/1:telemetry:7');
  });
});

it('a target numbers what it says as it likes, and we do not', () => {
  const [first] = plan.streams;
  const word = { ...first, name: 'word', code: 99, way: 'down', from: 'target' } as const;
  const spoken = { ...plan, streams: [...plan.streams, word as (typeof plan.streams)[number]] };
  const id = `things/site-1/3:word:${2 ** 52}`;
  expect(idOf(spoken, readId(spoken, id, WORDS))).toBe(id);
  expect(() => readId(spoken, `things/site-1/3:telemetry:${2 ** 52}`, WORDS)).toThrow(NoId);
  expect(() => readId(spoken, `things/site-1/3:word:${'9'.repeat(16)}`, WORDS)).toThrow(NoId);
});

describe('anything else', () => {
  it.each([
    ['alarm:too-warm@things/site-1/3@69430', 'alarm:too-warm@things/site-1/3@69430'],
    ['alarm:too-warm@things/site-1/3@69.43s', 'alarm:too-warm@things/site-1/3@69430'],
    ['packet@things/site-1/0@3', 'packet@things/site-1/0@3'],
    ['campaign:v2.1.0', 'campaign:v2.1.0'],
  ])('is read from "%s"', (text, id) => {
    expect(read(text)).toBe(id);
  });

  it.each(['site-1', 'fleet'])('may be of a place: %s', (place) => {
    const { devices } = plan;
    const own = { ...plan, devices: devices.map((one) => ({ ...one, site: 'site-1' })) };
    const id = `alarm:warm@${place}@15000`;
    expect(readId(own, id, WORDS)).toMatchObject({ device: -1, place });
    expect(idOf(own, { word: 'alarm', name: 'warm', device: 2, key: '15000', place })).toBe(id);
    expect(read('alarm:warm@things/site-1/2@15000')).toBe('alarm:warm@things/site-1/2@15000');
  });

  it('may leave the word to whoever knows it', () => {
    expect(readId(plan, 'too-warm@things/site-1/3@69.43s', WORDS)).toEqual({
      ...{ word: '', name: 'too-warm', device: 3, key: '69430' },
    });
  });
});

it.each([
  ['', /up to 400 characters/, /DEVICE:STREAM:N, alarm:RULE@DEVICE@MS/],
  ['x'.repeat(401), /up to 400 characters/, /DEVICE/],
  ['things/site-1/9:telemetry:1', /no device 'things\/site-1\/9'/, /did you mean 'things\/site/],
  ['things/site-1/3:telemetri:1', /no stream 'telemetri'/, /did you mean 'telemetry'/],
  ['things/site-1/3', /does not say which message/, /write things\/site-1\/3:telemetry:17/],
  ['things/site-1/3:telemetry:-1', /does not say which message/, /write/],
  ['things/site-1/3:telemetry:99999999', /does not say which message/, /write/],
  ['alrm:too-warm@things/site-1/3@1', /nothing is called 'alrm'/, /did you mean 'alarm'/],
  ['alarm:too-warm@things/site-1/3', /does not say which alarm/, /write alarm:RULE@DEVICE@MS/],
  ['packet:', /does not say which packet/, /write packet@GATEWAY@N/],
  ['alarm:a@things/site-1/3@1@2', /too many @/, /alarm:RULE/],
])('refuses "%s"', (text, message, hint) => {
  const refused = ((): unknown => {
    try {
      return readId(plan, text, WORDS);
    } catch (error) {
      return error;
    }
  })();
  expect(refused).toBeInstanceOf(NoId);
  expect((refused as NoId).message).toMatch(message);
  expect((refused as NoId).hint).toMatch(hint);
});

it('knows what was nearly meant: the nearest number first', () => {
  const ids = ['a:telemetry:1', 'a:telemetry:9', 'a:telemetry:5', 'a:answer:8'];
  expect(nearestIds('a:telemetry:8', ids, 3)).toEqual([
    ...['a:telemetry:9', 'a:telemetry:5', 'a:telemetry:1'],
  ]);
  expect(nearestIds('a:telemetry:x', ids, 4)).toContain('a:telemetry:1');
  expect(nearestIds('nothing like it', ids, 4)).toEqual([]);
});

const [ids] = fuzz();
it('survives whatever is written', () => {
  if (ids === undefined) throw new Error('there is something to try');
  expect(survived(ids, 7, 2000)).toBe(2000);
});
