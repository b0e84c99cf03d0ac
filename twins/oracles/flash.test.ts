/** What is told of a long life: the offer that it had taken last, and what led to the instant. */
import { expect, it } from 'vitest';
import type { LedgerEntry } from '#kernel';
import { FlashOracle } from './flash.ts';

const entry = (t: number, op: string, fields: object = {}): LedgerEntry =>
  ({ t, op, device: 1, ...fields }) as unknown as LedgerEntry;

const told = (entries: readonly LedgerEntry[], t: number): string[] => {
  const oracle = new FlashOracle();
  for (const one of entries) oracle.step(one);
  return oracle.until(1, t).map((event) => `${event.t} ${event.op} ${event.fields.state ?? ''}`);
};

it('begins with the offer that was taken last, and ends with the instant', () => {
  const life = [
    entry(1, 'ota/began'),
    entry(2, 'ota/ended'),
    entry(3, 'ota/began'),
    entry(4, 'state', { state: 'connection.online' }),
    entry(4, 'state', { state: 'ota.installing' }),
    entry(5, 'off', { cause: 'power-cut' }),
    entry(6, 'ota/booted'),
  ];
  expect(told(life, 5)).toEqual(['3 ota/began ', '4 state ota.installing', '5 off ']);
  expect(told(life, 2)).toEqual(['1 ota/began ', '2 ota/ended ']);
  expect(told(life, 0)).toEqual([]);
});

it('tells of a long story how it began and how it ended', () => {
  const life = [entry(0, 'ota/began'), ...Array.from({ length: 600 }, (_, t) => entry(t, 'off'))];
  expect(told(life.slice(0, 90), 1000)).toHaveLength(12);
  expect(told(life.slice(0, 90), 1000)[0]).toBe('0 ota/began ');
  expect(told(life, 1000).at(-1)).toBe('599 off ');
});

it('tells what it knows of a device that took no offer', () => {
  expect(told([entry(1, 'ota/booted'), entry(2, 'ota/bricked')], 9)).toHaveLength(2);
});
