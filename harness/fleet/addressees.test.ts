/** What comes down to a carrier goes, message by message, to whom it concerns. */
import { beforeEach, expect, it } from 'vitest';
import type { Inbound } from '#devices';
import type { DevicePlan, Plan, Sighting } from '#kernel';
import { fiveStreams } from '../../kernel/testing/streams.ts';
import json from '../dialects/codecs/json.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { laneDialect } from '../dialects/lanes.ts';
import { Carriage } from './carriage.ts';
import { CarriedConnection } from './carried-connection.ts';
import { DeviceConnection } from './device-connection.ts';
import type { FleetContext } from './fleet-context.ts';
import type { ReachOwner } from './reach.ts';

const command = (device: string, n: number): Sighting => ({
  device,
  stream: 'command',
  n,
  epoch: 0,
  intended: 0,
});

/** One byte a message, the number of its device; what is 255 cannot be read. */
const batches: Dialect = {
  ...laneDialect('r', json),
  decode: (_, payload) =>
    payload.includes(255) ? [] : [...payload].map((device, n) => command(`d/${device}`, n)),
  values: (payload) => [...payload].map((device) => ({ name: `for ${device}` })),
  place: (topic) => ({ device: topic, stream: 'command' }),
};
/** Device 0 carries 1 and 2; 3 is on its own. */
const row = (index: number, via?: number) =>
  ({ id: `d/${index}`, lane: 0, entry: 0, ...(via === undefined ? {} : { via }) }) as DevicePlan;
const plan = {
  target: {},
  devices: [row(0), row(1, 0), row(2, 0), row(3)],
  streams: fiveStreams(false),
} as Plan;

let written: string[];
let given: string[];
let down: number;
let connections: DeviceConnection[];

beforeEach(() => {
  written = [];
  given = [];
  down = -1;
  const carriage = new Carriage();
  const fleet = {
    plan,
    dialect: batches,
    ledger: {
      write: (op: string, { device }: { device: number }) => written.push(`${op} ${device}`),
    },
    carriageOf: () => carriage,
  } as unknown as FleetContext;
  const owners = plan.devices.map((device, index) => {
    const parts = {
      isPowered: true,
      get isUp() {
        return index !== down;
      },
      inbox: ({ n, values }: Inbound) => given.push(`${index} ${n} ${String(values.name)}`),
    };
    return { index, device, parts } as unknown as ReachOwner;
  });
  connections = [];
  owners.forEach((owner, index) => {
    if (plan.devices[index]?.via === undefined)
      connections.push(new DeviceConnection(fleet, owner));
    else new CarriedConnection(fleet, owner);
  });
});

const comes = (to: number, topic: string, ...bytes: number[]): void =>
  connections[to]?.received(topic, Uint8Array.from(bytes), 1);

it('a list that mixes devices reaches each, and each gets its own', () => {
  comes(0, 'd/0', 2, 0, 1, 2);
  expect(given).toEqual(['2 0 for 2', '0 1 for 0', '1 2 for 1', '2 3 for 2']);
  expect(written).toEqual([2, 0, 1, 2].map((device) => `garbled ${device}`));
});

it('whose topic it came on does not matter where the messages tell', () => {
  comes(0, 'd/1', 2);
  expect(given).toEqual(['2 0 for 2']);
});

it("what names nobody here is the carrier's own", () => {
  comes(0, 'd/0', 7, 1);
  expect(given).toEqual(['0 0 for 7', '1 1 for 1']);
});

it('who is off or asleep misses what is its own, and nothing else', () => {
  down = 1;
  comes(0, 'd/0', 1, 2);
  expect([given, written]).toEqual([['2 1 for 2'], ['garbled 2']]);
});

it('what cannot be read is told of whose topic it came on', () => {
  for (const topic of ['d/2', 'd/0', 'd/9']) comes(0, topic, 255);
  down = 2;
  comes(0, 'd/2', 255);
  expect([given, written]).toEqual([[], ['garbled 2', 'garbled 0', 'garbled 0']]);
});

it('who carries nobody takes in whatever it can read', () => {
  comes(1, 'd/3', 3, 0);
  expect(given).toEqual(['3 0 for 3', '3 1 for 0']);
});
