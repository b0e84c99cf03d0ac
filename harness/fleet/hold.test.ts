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

function held() {
  const carriage = new Carriage();
  const waiting: Handed[] = [];
  const passenger = {
    index: 7,
    id: 'a',
    messages: {
      sentOnWire: vi.fn(),
      acked: vi.fn(),
      abandoned: vi.fn(),
      givenUp: vi.fn(),
      forgetGiven: vi.fn(),
      letGo: vi.fn(),
      valuesOf: vi.fn(() => ({})),
      rewritten: vi.fn(() => new Uint8Array(4)),
    },
    pump: vi.fn(),
    handOver: () => waiting.splice(0),
    picked: vi.fn(),
    dropped: vi.fn(),
    recipient: null,
  };
  carriage.board(passenger satisfies Passenger);
  const keeper = {
    offered: vi.fn(),
    settled: vi.fn(),
    forgot: vi.fn(),
    brought: vi.fn(() => false),
  };
  const hold = carriage.holdFor(keeper, WINDOW);
  const keys: number[] = [];
  const way = { publish: (key: number) => keys.push(key) > 0 };
  return { carriage, hold, passenger, keeper, waiting, keys, way };
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
