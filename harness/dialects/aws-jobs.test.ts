/** Packets of jobs as AWS documents them, written and read, and laid over another dialect. */
import { expect, it } from 'vitest';
import type { Message } from '#kernel';
import { loadCatalog } from '../catalog/load-catalog.ts';
import awsJobs from './aws-jobs.ts';
import { codecFamily } from './codec-family.ts';
import json from './codecs/json.ts';
import { dialectOf, strangeSpeech } from './dialect-choice.ts';
import { dialectFamily } from './dialect-family.ts';

const catalog = await loadCatalog([dialectFamily, codecFamily], []);
const dialect = awsJobs.bind({ run: 'r1', topic: null, payload: null, codec: json });
const ROOM = 'rooms/left-1/2';
const at = (what: string): string => `$aws/things/rooms:left-1:2/jobs/${what}`;
const bytes = (document: unknown): Buffer => Buffer.from(JSON.stringify(document));
const TOKEN = 'j.7.2.1500';
const ASK = { device: ROOM, stream: 'job-ask', n: 7, epoch: 2, intended: 1500 };
const TELL = { device: ROOM, stream: 'job-tell', epoch: 0, intended: 0 };

const message = (what: string, body: object): Message => ({
  ...{ lane: 3, ...ASK, qos: 1, retain: false, values: { what, body } },
});

it.each([
  ['start-next', { statusDetails: { version: '1.0.0' } }],
  ['spring/get', { executionNumber: 1 }],
  ['spring/update', { status: 'FAILED', expectedVersion: 3 }],
])('%s is a request that names itself by its token', (what, body) => {
  const { topic, payload, qos } = dialect.encode(message(what, body));
  expect({ topic, qos }).toEqual({ topic: at(what), qos: 1 });
  expect(JSON.parse(Buffer.from(payload).toString())).toEqual({ ...body, clientToken: TOKEN });
  expect(dialect.decode(topic, payload)).toEqual([ASK]);
  expect(dialect.place(topic)).toEqual({ device: ROOM, stream: 'job-ask' });
});

it('an answer has an even number by its token, and what is said unasked an odd one', () => {
  const answer = bytes({ clientToken: TOKEN, timestamp: 5, execution: {} });
  expect(dialect.decode(at('start-next/accepted'), answer)).toEqual([{ ...TELL, n: 14 }]);
  expect(dialect.decode(at('spring/update/rejected'), answer)).toEqual([{ ...TELL, n: 14 }]);
  const [next] = dialect.decode(at('notify-next'), bytes({ timestamp: 5, execution: {} }));
  expect(next).toMatchObject(TELL);
  expect((next?.n ?? 0) % 2).toBe(1);
  const [other] = dialect.decode(at('notify-next'), bytes({ timestamp: 6, execution: {} }));
  expect(other?.n).not.toBe(next?.n);
  expect(dialect.values(answer)).toEqual([{ clientToken: TOKEN, timestamp: 5, execution: {} }]);
});

it.each([
  ['a request of somebody else', 'start-next', { clientToken: 'op-1' }],
  ['a request without a token', 'spring/update', { status: 'FAILED' }],
  ['an answer to somebody else', 'start-next/accepted', { clientToken: 'op-1' }],
  ['a token that is cut', 'start-next', { clientToken: 'j.7.2' }],
  ['no document', 'notify-next', [5]],
])('%s is no message', (_, what, document) => {
  expect(dialect.decode(at(what), bytes(document))).toEqual([]);
});

it('stands over another dialect for its own streams, and leaves all else to that', () => {
  const target = { dialect: 'native', codec: 'json', topic: null, payload: null };
  const own = dialectOf(target, 'r1', catalog);
  const both = dialectOf(target, 'r1', catalog, { streams: [{ dialect: 'aws-jobs' }] });
  const reading: Message = { ...message('', {}), stream: 'telemetry', values: { t: 4 } };
  expect(both.encode(reading)).toEqual(own.encode(reading));
  const { topic, payload } = own.encode(reading);
  expect(both.decode(topic, payload)).toEqual(own.decode(topic, payload));
  expect(both.values(payload)).toEqual([{ t: 4 }]);
  expect(both.encode(message('start-next', {})).topic).toBe(at('start-next'));
  expect([own.fansIn, both.fansIn]).toEqual([false, true]);
  expect(both.downFilters(3, ROOM, ['command', 'job-tell'])).toEqual([
    ...own.downFilters(3, ROOM, ['command']),
    ...['notify-next', 'start-next/+', '+/get/+', '+/update/+'].map(at),
  ]);
});

it('a stream of a dialect that stands over none is refused, with the nearest that does', () => {
  const stream = (dialect: string) =>
    ({ name: 'job-ask', way: 'up', schedule: { by: 'event' }, dialect }) as const;
  expect(strangeSpeech([stream('aws-jobs')], catalog)).toEqual([]);
  expect(strangeSpeech([stream('aws-job'), stream('native')], catalog)).toMatchObject([
    {
      code: 'stream',
      message: expect.stringContaining("'aws-job'"),
      hint: expect.stringContaining('aws-jobs'),
    },
    { code: 'stream', message: expect.stringContaining("'native'") },
  ]);
});
