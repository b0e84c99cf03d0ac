/** Packets of device shadows as AWS documents them, written and read. */
import { expect, it } from 'vitest';
import type { Message } from '#kernel';
import awsShadow from './aws-shadow.ts';
import json from './codecs/json.ts';

const RUN = 'r1';
const dialect = awsShadow.bind({ run: RUN, topic: null, payload: null, codec: json });
const talk = dialect.twins;

const ROOM = 'rooms/left-1/2';
const at = (what: string): string => `$aws/things/rooms:left-1:2/shadow/${what}`;
const bytes = (document: unknown): Buffer => Buffer.from(JSON.stringify(document));
const read = (payload: Uint8Array): unknown => JSON.parse(Buffer.from(payload).toString());

const REPORT: Message = {
  ...{ lane: 3, device: ROOM, stream: 'twin-report', n: 7, epoch: 2, intended: 1500 },
  ...{ qos: 1, retain: false, values: { version: 4, settings: { setpoint: 21 } } },
};
const TOKEN = 'r.7.2.1500.4';
const DELTA = { device: ROOM, stream: 'twin-delta', epoch: 0, intended: 0 };

it('a report is an update of what is reported, and names itself by its token', () => {
  const { topic, payload, qos, retain } = dialect.encode(REPORT);
  expect({ topic, qos, retain }).toEqual({ topic: at('update'), qos: 1, retain: false });
  expect(read(payload)).toEqual({ state: { reported: { setpoint: 21 } }, clientToken: TOKEN });
  expect(dialect.topicOf(REPORT)).toBe(topic);
  expect(dialect.decode(topic, payload)).toEqual([
    { device: ROOM, stream: 'twin-report', n: 7, epoch: 2, intended: 1500 },
  ]);
  expect(dialect.place(topic)).toBeNull();
});

it('what goes down is numbered by its version and its way', () => {
  const decoded = (what: string, document: unknown) => dialect.decode(at(what), bytes(document));
  expect(decoded('update/delta', { version: 5, state: {} })).toEqual([{ ...DELTA, n: 16 }]);
  const accepted = { version: 5, clientToken: TOKEN, state: { reported: {} } };
  expect(decoded('update/accepted', accepted)).toEqual([{ ...DELTA, n: 15 }]);
  expect(decoded('update/rejected', { code: 409, clientToken: TOKEN })).toEqual([
    { ...DELTA, n: 23 },
  ]);
  expect(dialect.place(at('update/delta'))).toEqual({ device: ROOM, stream: 'twin-delta' });
  expect(dialect.place(at('update/accepted'))).toBeNull();
});

it.each([
  ['a change that an operator asked for', 'update/accepted', { version: 5, clientToken: 'op-1' }],
  ['an answer of another kind', 'get/accepted', { version: 5, clientToken: TOKEN }],
  ['a delta without a version', 'update/delta', { state: {} }],
  ['a version that is none', 'update/delta', { version: -1, state: {} }],
  ['a rejection of somebody else', 'update/rejected', { code: 409, clientToken: 'op-1' }],
  ['an update of what is desired', 'update', { state: { desired: {} }, clientToken: TOKEN }],
  ['an update without a state', 'update', { clientToken: TOKEN }],
  ['a token that is cut', 'update', { state: { reported: {} }, clientToken: 'r.7.2.1500' }],
  ['no document', 'update/delta', [5]],
])('%s is no message', (_, what, document) => {
  expect(dialect.decode(at(what), bytes(document))).toEqual([]);
});

it('tells a device what came down', () => {
  const values = (document: unknown) => dialect.values(bytes(document));
  const setpoint = { setpoint: 22 };
  expect(values({ version: 5, state: setpoint })).toEqual([
    { version: 5, since: 0, desired: setpoint },
  ]);
  const heard = { version: 4, since: 4, desired: {} };
  const state = { reported: setpoint };
  expect(values({ version: 9, state, clientToken: TOKEN })).toEqual([heard]);
  expect(values({ code: 409, message: 'Version conflict', clientToken: TOKEN })).toEqual([
    { status: 409, why: 'Version conflict' },
  ]);
  expect(values({ code: 500, clientToken: TOKEN })).toEqual([{ status: 500, why: '' }]);
});

it('what says neither is read as our own, of which it is nothing', () => {
  const own = [{}];
  expect(dialect.values(bytes({ code: 409, clientToken: 'op-1' }))).toEqual(own);
  expect(dialect.values(bytes({ code: 'x', clientToken: TOKEN }))).toEqual(own);
  expect(dialect.values(bytes({ state: { setpoint: 1 } }))).toEqual(own);
  expect(dialect.values(bytes({ version: 5, state: 'on' }))).toEqual(own);
});

it('asks by updates and gets, and knows the answers by their tokens', () => {
  const asked = { user: 'op', device: ROOM, id: 'op-1' };
  const who = { who: 'op', token: 'op-1' };
  expect(talk?.filters('op')).toEqual(
    ['update', 'get'].flatMap((what) =>
      ['accepted', 'rejected'].map((end) => `$aws/things/+/shadow/${what}/${end}`),
    ),
  );
  const packet = (change: object | null) => {
    const { topic, payload } = talk?.ask({ ...asked, change: change as never }) ?? {};
    return [topic, read(payload ?? Buffer.alloc(0))];
  };
  expect(packet(null)).toEqual([at('get'), { clientToken: 'op-1' }]);
  const desired = { setpoint: 22 };
  const update = { state: { desired }, clientToken: 'op-1' };
  expect(packet({ ...who, desired })).toEqual([at('update'), update]);
  expect(packet({ ...who, desired, version: 3 })).toEqual([
    at('update'),
    { ...update, version: 3 },
  ]);
});

it('reads answers to operators, and to nobody else', () => {
  const answer = (what: string, document: unknown) => talk?.answer(at(what), bytes(document));
  const state = { desired: { a: 1 }, reported: { a: 2 } };
  expect(answer('get/accepted', { clientToken: 'op-1', state, version: 3 })).toEqual({
    ...{ id: 'op-1', status: 200, body: { version: 3, ...state } },
  });
  expect(answer('update/accepted', { clientToken: 'op-1', version: 3 })).toEqual({
    ...{ id: 'op-1', status: 200, body: { version: 3, desired: {}, reported: {} } },
  });
  expect(answer('update/rejected', { clientToken: 'op-1', code: 409, message: 'no' })).toEqual({
    ...{ id: 'op-1', status: 409, body: { error: 'no' } },
  });
  expect(answer('get/rejected', { clientToken: 'op-1', code: 'x' })).toMatchObject({ status: 500 });
  expect(answer('update/accepted', { clientToken: TOKEN, version: 3 })).toBeNull();
  expect(answer('update/accepted', { clientToken: 7, version: 3 })).toBeNull();
  expect(answer('update/accepted', ['x'])).toBeNull();
  expect(talk?.answer('tw/r1/answer/op', bytes({ clientToken: 'op-1' }))).toBeNull();
});

it('tells what others ask from what devices say', () => {
  const isTalk = (what: string, document: unknown) => talk?.isTalk(at(what), bytes(document));
  expect(isTalk('update', { state: { desired: {} } })).toBe(true);
  expect(isTalk('update', { state: { reported: {} } })).toBe(false);
  expect(isTalk('update', { state: 'on' })).toBe(false);
  expect(isTalk('update/accepted', { state: { desired: {} } })).toBe(false);
  expect(talk?.isTalk('tw/r1/0/d/telemetry', bytes({ state: { desired: {} } }))).toBe(false);
});

it('hears deltas and answers of the device, and the rest in our own dialect', () => {
  expect(dialect.downFilters(3, ROOM, ['twin-delta', 'command'])).toEqual([
    ...['delta', 'accepted', 'rejected'].map((what) => at(`update/${what}`)),
    `tw/${RUN}/3/${ROOM}/command`,
  ]);
  expect(dialect.subscriptions([3])).toEqual([`tw/${RUN}/3/#`, '$aws/things/+/shadow/update']);
  expect([dialect.fansIn, dialect.parcels]).toEqual([true, undefined]);
});
