/** Packets of jobs as AWS documents them, written and read, and laid over another dialect. */
import { expect, it } from 'vitest';
import { type Message, questionOf } from '#kernel';
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

const numberOf = (what: string, document: unknown): number => {
  const [told, ...more] = dialect.decode(at(what), bytes(document));
  expect([told, more]).toEqual([{ ...TELL, n: expect.any(Number) }, []]);
  return told?.n ?? -1;
};

it('an answer is numbered by its request and its bytes, and the rest by its bytes alone', () => {
  const answer = { clientToken: TOKEN, timestamp: 5, execution: {} };
  const first = numberOf('start-next/accepted', answer);
  expect(numberOf('start-next/accepted', answer)).toBe(first);
  const others = [{ timestamp: 6 }, { code: 'VersionMismatch' }].map((more) =>
    numberOf('spring/update/rejected', { ...answer, ...more }),
  );
  expect(new Set([first, ...others]).size).toBe(3);
  expect([first, ...others].map(questionOf)).toEqual([7, 7, 7]);
  const [next, later] = [5, 6].map((timestamp) =>
    numberOf('notify-next', { timestamp, execution: {} }),
  );
  expect(next).not.toBe(later);
  expect(questionOf(next ?? 0)).toBeNull();
  expect(dialect.values(bytes(answer))).toEqual([answer]);
});

it('the last request that there is has answers that a ledger holds', () => {
  const last = { clientToken: `j.${2 ** 25 - 1}.2.5`, timestamp: 5 };
  expect(questionOf(numberOf('start-next/accepted', last))).toBe(2 ** 25 - 1);
  const beyond = bytes({ clientToken: `j.${2 ** 25}.2.5`, timestamp: 5 });
  expect(dialect.decode(at('start-next/accepted'), beyond)).toEqual([]);
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
