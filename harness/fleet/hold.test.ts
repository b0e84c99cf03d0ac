/** What a part takes over from passengers comes to one end each, and its sender hears of it. */
import { expect, it, vi } from 'vitest';
import { Carriage } from './carriage.ts';
import type { Handed, Passenger } from './passenger.ts';

const WINDOW = 2;

function handed(n: number, qos: 0 | 1 = 1): Handed {
  return {
    stream: 0,
    n,
    intended: n * 1000,
    key: n * 256,
    message: ['t', new Uint8Array(9), qos, false],
  };
}

/** As a dialect would, so that nothing in it is looked at. */
const PACKING = {
  carrier: { lane: 3, device: 'gate' },
  parcels: {
    pack: (_: unknown, parcels: readonly { payload: Uint8Array }[]) => ({
      topic: 'p',
      payload: new Uint8Array(parcels.reduce((sum, { payload }) => sum + 1 + payload.length, 0)),
    }),
    unpack: () => null,
  },
};

function held(packing: typeof PACKING | null = PACKING) {
  const carriage = new Carriage();
  const waiting: Handed[] = [];
  const passenger = {
    index: 7,
    id: 'a',
    messages: {
      sentOnWire: vi.fn(),
      acked: vi.fn(),
      abandoned: vi.fn(),
      rejected: vi.fn(),
      givenUp: vi.fn(),
      forgetGiven: vi.fn(),
      letGo: vi.fn(),
      valuesOf: vi.fn(() => ({})),
      rewritten: vi.fn(() => new Uint8Array(4)),
    },
    pump: vi.fn(),
    handOver: () => waiting.splice(0),
    obeys: vi.fn((command: string) => command === 'heat'),
    picked: vi.fn(),
    dropped: vi.fn(),
    isUp: true,
    epoch: 1,
    recipient: null,
  };
  carriage.board(passenger satisfies Passenger);
  const heard: unknown[] = [];
  const keeper = {
    listens: true,
    heard: (one: unknown) => heard.push(one),
    offered: vi.fn(),
    settled: vi.fn(),
    cleared: vi.fn(),
    forgot: vi.fn(),
    brought: vi.fn(() => false),
  };
  const hold = carriage.holdFor(keeper, WINDOW, ({ length }) => ({ length }), packing);
  const keys: number[] = [];
  const way = { publish: (key: number) => keys.push(key) > 0 };
  return { carriage, hold, passenger, keeper, heard, waiting, keys, way };
}

it('takes over while its carrier runs, whether or not that is connected', () => {
  const { carriage, hold, passenger, keeper, waiting } = held();
  waiting.push(handed(0));
  expect(hold.fetch(7)).toEqual([]);
  carriage.ask(passenger);
  expect(passenger.picked).not.toHaveBeenCalled();
  hold.open();
  hold.open();
  expect(passenger.picked).toHaveBeenCalledTimes(1);
  carriage.offer(passenger);
  expect(keeper.offered).toHaveBeenCalledWith(7);
  expect(hold.fetch(7)).toMatchObject([
    { passenger: 7, stream: 0, n: 0, bytes: 9, intended: 0, qos: 1 },
  ]);
  expect(hold.room).toBe(0);
  hold.close();
  expect(passenger.dropped).toHaveBeenCalledWith('carrier');
  expect(() => hold.fetch(8)).toThrow('fetches from the device 8');
});

it('has room for a window, and tells what became of each', () => {
  const { carriage, hold, keeper, waiting, keys, way } = held();
  hold.open();
  waiting.push(handed(0), handed(1), handed(2, 0));
  const [first, second, third] = hold.fetch(7);
  if (first === undefined || second === undefined || third === undefined) throw new Error('three');
  expect(() => hold.forward(first)).toThrow('without a connection');
  carriage.way = way;
  hold.forward(first);
  hold.forward(second);
  expect(hold.room).toBe(0);
  expect(() => hold.forward(first)).toThrow('does not have');
  expect(() => hold.giveUp(first, 'x')).toThrow('does not have');
  carriage.settled(keys[0] ?? 0, 'gone');
  expect(keeper.settled).not.toHaveBeenCalled();
  carriage.settled(keys[0] ?? 0, 'acked');
  expect(keeper.settled).toHaveBeenCalledWith(first, 'acked');
  expect(hold.room).toBe(1);
  hold.forward(third);
  carriage.settled(keys[2] ?? 0, 'gone');
  expect(keeper.settled).toHaveBeenCalledWith(third, 'gone');
  expect(() => hold.forward(third)).toThrow('does not have');
});

it('gives up once, and after a loss of memory sends again what is kept', () => {
  const { carriage, hold, passenger, keeper, waiting, keys, way } = held();
  hold.open();
  carriage.way = way;
  waiting.push(handed(0), handed(1));
  const [first, second] = hold.fetch(7);
  if (first === undefined || second === undefined) throw new Error('two');
  hold.giveUp(second, 'gateway-full');
  expect(passenger.messages.givenUp).toHaveBeenCalledWith(256, 'gateway-full');
  expect(() => hold.giveUp(second, 'gateway-full')).toThrow('does not have');
  hold.forward(first);
  carriage.forget('power-cut');
  expect(keeper.forgot).toHaveBeenCalledWith('power-cut');
  expect(passenger.messages.forgetGiven).not.toHaveBeenCalled();
  hold.forward(first);
  expect(keys[1]).toBe(keys[0]);
});

it('puts several into one packet, which is one to the connection and each to its sender', () => {
  const { carriage, hold, passenger, keeper, waiting, keys, way } = held();
  hold.open();
  carriage.way = way;
  waiting.push(handed(0), handed(1), handed(2));
  const [first, second, third] = hold.fetch(7);
  if (first === undefined || second === undefined || third === undefined) throw new Error('three');
  // Topic of one letter, nine bytes of payload, a packet id, and what stands before them.
  expect(hold.forwardTogether([first, second])).toEqual({ bytes: 27, apart: 32 });
  expect(hold.room).toBe(1);
  expect(() => hold.forward(first)).toThrow('does not have');
  const key = keys[0] ?? 0;
  const sender = carriage.senderOf(key);
  sender?.messages.sentOnWire(carriage.keyOf(key), false);
  expect(passenger.messages.sentOnWire.mock.calls).toEqual([
    [0, false],
    [256, false],
  ]);
  sender?.messages.acked(carriage.keyOf(key));
  expect(passenger.messages.acked.mock.calls).toEqual([[0], [256]]);
  sender?.pump();
  expect(passenger.pump).toHaveBeenCalledTimes(1);
  carriage.settled(key, 'acked');
  expect(keeper.settled.mock.calls).toEqual([
    [first, 'acked'],
    [second, 'acked'],
  ]);
  expect(hold.room).toBe(2);
  expect(carriage.senderOf(key)).toBeUndefined();
  hold.forward(third);
  expect(keys[1]).not.toBe(key);
});

it('packs nothing that may not go with others, or where the dialect has no form for it', () => {
  const { carriage, hold, waiting, way } = held();
  hold.open();
  carriage.way = way;
  waiting.push(handed(0), handed(1, 0));
  const [first, second] = hold.fetch(7);
  if (first === undefined || second === undefined) throw new Error('two');
  expect(() => hold.forwardTogether([first, second])).toThrow('may not go together');
  expect(() => hold.forwardTogether([])).toThrow('may not go together');
  expect(() => hold.forwardTogether([{ ...first, retain: true }])).toThrow('does not have');
  const without = held(null);
  without.hold.open();
  without.carriage.way = without.way;
  without.waiting.push(handed(0));
  expect(() => without.hold.forwardTogether(without.hold.fetch(7))).toThrow('may not go together');
});

it('knows nothing of its packets after a loss of memory', () => {
  const { carriage, hold, waiting, keys, way } = held();
  hold.open();
  carriage.way = way;
  waiting.push(handed(0), handed(1));
  const parcels = hold.fetch(7);
  hold.forwardTogether(parcels);
  carriage.forget('power-cut');
  expect(carriage.senderOf(keys[0] ?? 0)).toBeUndefined();
  hold.forwardTogether(parcels);
  expect(keys[1]).not.toBe(keys[0]);
});

it('has no room while the radio of its carrier is stalled, and says when it is not', () => {
  const { carriage, hold, keeper, way } = held();
  let isStalled = true;
  carriage.radio = {
    get isStalled() {
      return isStalled;
    },
  };
  carriage.way = way;
  expect(hold.room).toBe(0);
  carriage.resume();
  expect(keeper.cleared).not.toHaveBeenCalled();
  isStalled = false;
  carriage.resume();
  expect([hold.room, keeper.cleared.mock.calls.length]).toEqual([WINDOW, 1]);
  carriage.way = null;
  carriage.resume();
  expect(keeper.cleared).toHaveBeenCalledTimes(1);
});

it('says on the local side what came in to whoever listens, and hands orders down', () => {
  const { hold, keeper, heard, waiting } = held();
  hold.open();
  waiting.push(handed(3));
  const [parcel] = hold.fetch(7);
  if (parcel === undefined) throw new Error('one');
  hold.announce(parcel);
  expect(heard).toEqual([{ passenger: 7, stream: 0, n: 3, intended: 3000, values: { length: 9 } }]);
  keeper.listens = false;
  hold.announce(parcel);
  expect(heard).toHaveLength(1);
  expect([hold.order(7, 'heat', 1), hold.order(7, 'cool', 1)]).toEqual([true, false]);
  expect(() => hold.order(8, 'heat', 1)).toThrow('orders the device 8');
});
