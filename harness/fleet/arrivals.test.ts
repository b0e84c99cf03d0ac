/** A packet may hold several messages, of several devices, and some of them may be nobody's. */
import { expect, it } from 'vitest';
import type { Inbound } from '#devices';
import type { Plan, Sighting } from '#kernel';
import { CODE, fiveStreams } from '../../kernel/testing/streams.ts';
import json from '../dialects/codecs/json.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { laneDialect } from '../dialects/lanes.ts';
import { arrivalsOf, receive } from './arrivals.ts';
import type { Recipient } from './recipients.ts';

const sighting = (device: string, n: number, stream = 'telemetry'): Sighting => ({
  device,
  stream,
  n,
  epoch: 0,
  intended: n * 1000,
});

/** What a gateway of somebody else might speak: one byte a message, the number of its device. */
const batches: Dialect = {
  ...laneDialect('r', json),
  decode: (_, payload) => [...payload].map((device, n) => sighting(`d/${device}`, n)),
  place: () => ({ device: 'd/0', stream: 'telemetry' }),
};
const plan = { streams: fiveStreams(false) } as Plan;
const roster = new Map([0, 1].map((index) => [`d/${index}`, index]));
const read = (...bytes: number[]) =>
  arrivalsOf({ plan, dialect: batches, roster }, 'batch', Uint8Array.from(bytes));

it('gives every message of a packet its device', () => {
  const found = read(1, 0, 1).map((arrival) => [arrival?.device, arrival?.sighting?.n]);
  expect(found).toEqual([
    [1, 0],
    [0, 1],
    [1, 2],
  ]);
});

it('tells a stranger among them from the others', () => {
  expect(read(0, 7)).toEqual([expect.objectContaining({ device: 0 }), null]);
  const strange = { ...batches, decode: () => [sighting('d/0', 0, 'gossip')] };
  expect(arrivalsOf({ plan, dialect: strange, roster }, 'x', new Uint8Array(0))).toEqual([null]);
});

it('knows whose packet it was of which nothing can be read', () => {
  const [only] = read();
  expect(only).toMatchObject({ device: 0, stream: { code: CODE.telemetry }, sighting: null });
  const nobodys = { ...batches, place: () => null };
  expect(arrivalsOf({ plan, dialect: nobodys, roster }, 'x', new Uint8Array(0))).toEqual([null]);
});

it('gives a device each command of a packet, and writes all of them down', () => {
  const commands: Dialect = {
    ...batches,
    decode: (_, payload) =>
      [...payload].map((n) => sighting('d/1', n, n === 9 ? 'telemetry' : 'command')),
    values: (payload) => [...payload].map((n) => ({ name: `order ${n}` })),
  };
  const written: string[] = [];
  const ledger = { write: (op: string) => written.push(op) };
  const fleet = { plan, dialect: commands, ledger } as unknown as Parameters<typeof receive>[0];
  const got: unknown[] = [];
  const inbox = ({ n, values }: Inbound): void => {
    got.push([n, values.name, written.length]);
  };
  const recipients = {
    give: (_: unknown, take: (to: Recipient) => void) => take({ index: 1, parts: { inbox } }),
  };
  receive(fleet, recipients, 'batch', Uint8Array.from([4, 5]), 1);
  expect(got).toEqual([
    [4, 'order 4', 2],
    [5, 'order 5', 2],
  ]);
  // Beside what a device would send, which is none of its own.
  receive(fleet, recipients, 'batch', Uint8Array.from([9, 6]), 1);
  expect(got.slice(2)).toEqual([[6, 'order 6', 3]]);
});
