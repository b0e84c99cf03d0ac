/** Packets as the ThingsBoard API has them, and the same message in either form. */
import { expect, it } from 'vitest';
import type { Message } from '#kernel';
import json from './codecs/json.ts';
import thingsboard from './thingsboard.ts';

const dialect = thingsboard.bind({ run: 'r', topic: null, payload: null, codec: json });

const READING: Message = {
  ...{ device: 'rooms/left-1/1', lane: 3, stream: 'telemetry', n: 4, epoch: 1, intended: 8000 },
  ...{ qos: 1, retain: false, values: { temperature: 21.5, heating: true } },
};

const sent = (message: Partial<Message>) => {
  const { topic, payload } = dialect.encode({ ...READING, ...message });
  return [topic, JSON.parse(Buffer.from(payload).toString())];
};

it('a reading of its own has a time and values, and says among them which one it is', () => {
  const values = {
    temperature: 21.5,
    heating: true,
    'tw-telemetry': 'r rooms/left-1/1 telemetry 4 1 8000',
  };
  expect(sent({})).toEqual(['v1/devices/me/telemetry', { ts: 1_767_225_608_000, values }]);
  expect(sent({ by: 'carrier' })).toEqual([
    'v1/gateway/telemetry',
    { 'rooms/left-1/1': [{ ts: 1_767_225_608_000, values }] },
  ]);
});

it('an answer goes to the request that it answers', () => {
  const answer = { stream: 'answer', values: { done: true } };
  const said = { done: true, 'tw-answer': 'r rooms/left-1/1 answer 4 1 8000' };
  expect(sent(answer)).toEqual(['v1/devices/me/rpc/response/4', said]);
  expect(sent({ ...answer, by: 'carrier' })).toEqual([
    'v1/gateway/rpc',
    { device: 'rooms/left-1/1', id: 4, data: said },
  ]);
});

it('what is kept as the last of its kind are attributes', () => {
  const values = { version: 2, settings: { setpoint: 20 }, refused: {}, ask: false };
  expect(sent({ stream: 'twin-report', values })).toEqual([
    'v1/devices/me/attributes',
    {
      ...{ setpoint: 20, twVersion: 2, twRefused: {}, twAsk: false },
      'tw-twin-report': 'r rooms/left-1/1 twin-report 4 1 8000',
    },
  ]);
  expect(sent({ stream: 'status' })[0]).toBe('v1/devices/me/attributes');
});

it.each(['telemetry', 'status', 'answer', 'twin-report'])(
  'a %s is the same message behind the API, whoever brings it',
  (stream) => {
    const values =
      stream === 'twin-report'
        ? { version: 2, settings: { setpoint: 20 }, refused: {}, ask: false }
        : READING.values;
    const behind = dialect.encode({ ...READING, stream, values, by: 'operator' });
    for (const by of ['carrier', null] as const) {
      const message = { ...READING, stream, values, ...(by === null ? {} : { by }) };
      const { topic, payload } = dialect.encode(message);
      expect(Buffer.from(dialect.core?.(topic, payload) ?? [])).toEqual(behind.payload);
      expect(dialect.decode(topic, payload)).toEqual(dialect.decode(behind.topic, behind.payload));
      expect(dialect.values(payload)).toEqual([values]);
    }
  },
);

it.each([
  [
    'v1/devices/me/rpc/request/7',
    { method: 'open', params: { value: 3, 'tw-command': 'r a/1 command 7 0 50' } },
  ],
  [
    'v1/gateway/rpc',
    {
      device: 'a/1',
      data: { id: 7, method: 'open', params: { value: 3, 'tw-command': 'r a/1 command 7 0 50' } },
    },
  ],
])('a request on %s is a command', (topic, said) => {
  const payload = Buffer.from(JSON.stringify(said));
  expect(dialect.decode(topic, payload)).toEqual([
    { device: 'a/1', stream: 'command', n: 7, epoch: 0, intended: 50 },
  ]);
  expect(dialect.values(payload)).toEqual([{ name: 'open', value: 3 }]);
  const core = Buffer.from(dialect.core?.(topic, payload) ?? []).toString();
  expect(core).toBe('{"n":7,"e":0,"t":50,"v":{"name":"open","value":3}}');
});

it('what names itself nowhere is nobody’s message', () => {
  const payload = Buffer.from('{"temperature":4}');
  expect(dialect.decode('v1/devices/me/telemetry', payload)).toEqual([]);
  expect(dialect.place('v1/devices/me/telemetry')).toBeNull();
});
