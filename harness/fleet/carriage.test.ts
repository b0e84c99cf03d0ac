/** What a carrier is given comes back to whom it concerns, or is told lost with the carrier. */
import { expect, it, vi } from 'vitest';
import { STREAMS_MAX } from '#kernel';
import { Carriage, PASSENGERS_MAX } from './carriage.ts';
import type { Passenger } from './passenger.ts';
import type { Way } from './way.ts';

const passenger = (id: string, index = 0) => ({
  index,
  id,
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
  handOver: vi.fn(() => []),
  obeys: vi.fn(() => false),
  picked: vi.fn(),
  dropped: vi.fn(),
  isUp: true,
  epoch: 1,
  recipient: null,
});

function connect(carriage: Carriage, way: Way): void {
  carriage.way = way;
  carriage.connected(true);
}

function boarded() {
  const carriage = new Carriage();
  const passengers = [passenger('a'), passenger('b')];
  const seats = passengers.map((one: Passenger) => carriage.board(one));
  const keys: number[] = [];
  const way = { publish: (key: number) => keys.push(key) > 0 };
  return { carriage, passengers, seats, keys, way };
}

it('tells messages of all its passengers from its own, however many there are', () => {
  const { carriage, passengers, seats, keys, way } = boarded();
  connect(carriage, way);
  const key = 10_000_000 * STREAMS_MAX + 255;
  for (const seat of seats) carriage.publish(seat, key, 't', new Uint8Array(), 1, false);
  expect(new Set([key, ...keys]).size).toBe(3);
  expect(keys.map((one) => carriage.senderOf(one))).toEqual(passengers);
  expect(keys.map((one) => carriage.keyOf(one))).toEqual([key, key]);
  expect(carriage.senderOf(key)).toBeUndefined();
  expect(keys.every(Number.isSafeInteger)).toBe(true);
});

it('has seats for so many and no more, and the last one is told apart like the first', () => {
  const carriage = new Carriage();
  const last = passenger('last');
  for (let seat = 1; seat < PASSENGERS_MAX; seat++) carriage.board(passenger(`p/${seat}`));
  const seat = carriage.board(last);
  const keys: number[] = [];
  connect(carriage, { publish: (key) => keys.push(key) > 0 });
  const largest = 2 ** 40 - 1;
  carriage.publish(seat, largest, 't', new Uint8Array(), 1, false);
  expect(keys.every(Number.isSafeInteger)).toBe(true);
  expect(keys.map((key) => [carriage.senderOf(key), carriage.keyOf(key)])).toEqual([
    [last, largest],
  ]);
  const next = (): unknown => carriage.publish(seat, largest + 1, 't', new Uint8Array(), 1, false);
  expect(next).toThrow('broken invariant');
  expect(() => carriage.board(passenger('one too many'))).toThrow('broken invariant');
});

it('has a way while the carrier is connected, and tells who waits', () => {
  const { carriage, passengers, seats, way } = boarded();
  const [a, b] = passengers;
  const publish = () => carriage.publish(seats[0] ?? 0, 1, 't', new Uint8Array(), 0, false);
  if (a !== undefined) carriage.ask(a);
  expect(a?.picked).not.toHaveBeenCalled();
  expect(publish()).toBe(false);
  connect(carriage, way);
  expect(a?.picked).toHaveBeenCalledWith(true);
  expect(publish()).toBe(true);
  if (b !== undefined) carriage.ask(b);
  expect(b?.picked).toHaveBeenCalledTimes(2);
  carriage.way = null;
  carriage.lost('closed');
  expect(b?.dropped).toHaveBeenCalledWith('closed');
  expect(publish()).toBe(false);
});

it('loses with its memory what it was given', () => {
  const { carriage, passengers } = boarded();
  carriage.forget('power-cut');
  for (const { messages } of passengers)
    expect(messages.forgetGiven).toHaveBeenCalledWith('power-cut');
});
