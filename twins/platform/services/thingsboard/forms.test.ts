/** The forms of the ThingsBoard API, as its documentation and its client have them. */
import { expect, it } from 'vitest';
import { downIn, heard, valuesFrom, written } from './forms.ts';

const read = (topic: string, said: unknown) => heard(topic, Buffer.from(JSON.stringify(said)));
const bare = { child: null, tag: null, ts: null };

it.each([
  [{ key1: 'value1', key2: true }, [{ ...bare, values: { key1: 'value1', key2: true } }]],
  [[{ key1: 1 }, { key2: 2 }], [1, 2].map((n) => ({ ...bare, values: { [`key${n}`]: n } }))],
  [
    { ts: 1451649600512, values: { key1: 'value1' } },
    [{ ...bare, ts: 1451649600512, values: { key1: 'value1' } }],
  ],
])('telemetry may be bare, many, or have its time: %j', (said, readings) => {
  expect(read('v1/devices/me/telemetry', said)).toEqual({ what: 'telemetry', readings });
});

it('a gateway brings readings of several, each under its name', () => {
  const said = {
    'Device A': [
      { ts: 1483228800000, values: { temperature: 42, humidity: 80 } },
      { ts: 1483228801000, values: { temperature: 43, humidity: 82 } },
    ],
    'Device B': [{ ts: 1483228800000, values: { temperature: 42 } }],
  };
  const found = read('v1/gateway/telemetry', said);
  if (found?.what !== 'telemetry') throw new Error('no telemetry');
  expect(found.readings.map(({ child, ts }) => [child, ts])).toEqual([
    ['Device A', 1483228800000],
    ['Device A', 1483228801000],
    ['Device B', 1483228800000],
  ]);
});

it('tells requests, answers and introductions', () => {
  const asked = { clientKeys: 'attribute1,attribute2', sharedKeys: 'shared1' };
  expect(read('v1/devices/me/attributes/request/1', asked)).toEqual({
    ...{ what: 'wanted', id: 1, child: null },
    ...{ client: ['attribute1', 'attribute2'], shared: ['shared1'] },
  });
  const wish = { id: 5, device: 'Device A', client: true, key: 'attribute1' };
  expect(read('v1/gateway/attributes/request', wish)).toEqual({
    ...{ what: 'wanted', id: 5, child: 'Device A', client: ['attribute1'], shared: [] },
  });
  const reply = { device: 'Device A', id: 3, data: { success: true } };
  expect(read('v1/gateway/rpc', reply)).toMatchObject({
    ...{ what: 'answer', id: 3, reading: { child: 'Device A', values: { success: true } } },
  });
  expect(read('v1/gateway/connect', { device: 'Device A' })).toEqual({
    ...{ what: 'connect', child: 'Device A' },
  });
});

it.each([
  ['v1/devices/me/telemetry', 7],
  ['v1/devices/me/telemetry', []],
  ['v1/devices/me/attributes', [1]],
  ['v1/devices/me/rpc/request/x', {}],
  ['v1/gateway/telemetry', { a: 'text' }],
  ['v1/gateway/rpc', { device: '', id: 1 }],
  ['v1/gateway/rpc', { device: 'a', id: -1 }],
  ['v1/gateway/attributes/request', { device: 'a', id: 1, client: true }],
  ['v2/fw/request/1/chunk/0', {}],
])('reads nothing in %s %j', (topic, said) => {
  expect(read(topic, said)).toBeNull();
});

it('a report and a push of shared attributes are flat, as attributes are', () => {
  const said = { setpoint: 21, twVersion: 3, twRefused: {}, twAsk: true };
  expect(valuesFrom('twin-report', said)).toEqual({
    ...{ version: 3, settings: { setpoint: 21 }, refused: {}, ask: true },
  });
  const v = { version: 4, since: 3, desired: { setpoint: 22 } };
  const down = downIn('twin-delta', Buffer.from(JSON.stringify({ n: 9, e: 0, t: 5, v })));
  if (down === null) throw new Error('unread');
  const { topic, payload } = written({ run: 'r', device: 'rooms/1' }, down, 9, false);
  expect([topic, JSON.parse(payload.toString())]).toEqual([
    'v1/devices/me/attributes',
    { setpoint: 22, twVersion: 4, twSince: 3, 'tw-twin-delta': 'r rooms/1 twin-delta 9 0 5' },
  ]);
});
