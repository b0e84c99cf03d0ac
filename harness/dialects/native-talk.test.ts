/** Questions about twins in our own dialect, and which answers are answers. */
import { expect, it } from 'vitest';
import json from './codecs/json.ts';
import { laneDialect } from './lanes.ts';

const talk = laneDialect('r1', json).twins;
const answer = (topic: string, document: unknown) =>
  talk?.answer(topic, Buffer.from(JSON.stringify(document)));

it('asks by path and body', () => {
  const asked = { user: 'op', device: 'rooms/left-1/2', id: 'q1', change: null };
  const { topic, payload } = talk?.ask(asked) ?? {};
  expect(topic).toBe('tw/r1/ask/op');
  const path = '/twin/rooms%2Fleft-1%2F2';
  expect(JSON.parse(String(payload))).toEqual({ id: 'q1', path });
  expect(talk?.filters('op')).toEqual(['tw/r1/answer/op']);
});

it('reads what answers somebody, and nothing else', () => {
  const good = { id: 'q1', status: 200, body: { version: 1 } };
  expect(answer('tw/r1/answer/op', { ...good, more: 1 })).toEqual(good);
  expect(answer('tw/r1/answer/op', { ...good, id: 7 })).toBeNull();
  expect(answer('tw/r1/answer/op', { ...good, status: 'fine' })).toBeNull();
  expect(answer('tw/r1/answer/op', { ...good, status: -1 })).toBeNull();
  expect(answer('tw/r1/answer/op', [])).toBeNull();
  expect(answer('tw/r1/asks/op', good)).toBeNull();
});
