/** Which message a row of somebody's store is, by its columns or by the payload it kept. */
import { expect, it } from 'vitest';
import { hashBytes } from '#kernel';
import json from '../dialects/codecs/json.ts';
import { templateDialect } from '../dialects/template.ts';
import { messagesIn, type RowReader } from './kept-rows.ts';

const dialect = templateDialect({ run: 'r1', topic: null, payload: null, codec: json });
const reader: RowReader = {
  dialect,
  laneOf: (device) => (device === 'rooms/a-1/1' ? 7 : null),
  stream: 'telemetry',
  exact: true,
};
const MESSAGE = { device: 'rooms/a-1/1', stream: 'telemetry', n: 4 };
const { topic, payload } = dialect.encode({
  ...{ ...MESSAGE, lane: 7, epoch: 1, intended: 5 },
  ...{ qos: 1, retain: false, values: { t: 3 } },
});
const text = Buffer.from(payload).toString();
const hash = hashBytes(payload);

it.each([
  ['its columns', MESSAGE, 0],
  ['a number as text', { ...MESSAGE, n: '4' }, 0],
  ['a large number', { ...MESSAGE, n: 4n }, 0],
  ['the only stream that is kept', { ...MESSAGE, stream: null }, 0],
  ['its columns, with the bytes', { ...MESSAGE, payload }, hash],
  ['topic and payload', { topic, payload: text }, hash],
  ['the payload, for a device', { device: MESSAGE.device, payload: text }, hash],
  ['a document, of which the bytes are gone', { topic, payload: JSON.parse(text) }, 0],
])('is told by %s', (_, row, known) => {
  expect(messagesIn(row, reader)).toEqual([{ ...MESSAGE, hash: known, at: null }]);
});

it('proves nothing by bytes that the platform rewrites', () => {
  const loose = { ...reader, exact: false };
  expect(messagesIn({ topic, payload }, loose)).toEqual([{ ...MESSAGE, hash: 0, at: null }]);
});

it.each([
  ['no number', { ...MESSAGE, n: null }],
  ['a number that is none', { ...MESSAGE, n: -1 }],
  ['no device', { ...MESSAGE, device: null }],
  ['a payload that cannot be read', { topic, payload: 'x' }],
  ['a topic of somebody else', { topic: 'home/kitchen', payload: text }],
  ['the topic of another run', { topic: topic.replace('r1', 'r2'), payload: text }],
  ['the payload of a device that nobody knows', { device: 'x', payload: text }],
  ['nothing', {}],
])('is not told by %s', (_, row) => {
  expect(messagesIn(row, reader)).toEqual([]);
});
