/** The clock by which a target decides is known by what was asked of it, and by its commands. */
import { expect, it } from 'vitest';
import type { LedgerEntry } from '#kernel';
import { ActClock } from '../hops/acts/clock.ts';

const entry = (t: number, op: string, fields: object): LedgerEntry =>
  ({ t: t * 1000, op, device: 0, lane: 0, seq: 0, ...fields }) as unknown as LedgerEntry;

const clockOf = (...entries: LedgerEntry[]): ActClock => {
  const clock = new ActClock();
  for (const one of entries) clock.step(one);
  return clock;
};

it('is set right by a word that was answered, and more closely by a command', () => {
  const word = [
    entry(4000, 'acts/asked', { act: 'cool' }),
    entry(4100, 'acts/answered', { act: 'cool', status: 200 }),
    entry(9000, 'acts/began', { act: 'cool', from: 12_450 }),
  ];
  expect(clockOf(...word).runTime(12_450)).toBe(4_050_000);
  const command = [
    entry(6000, 'acts/heard', { key: 'k', n: 0, again: false }),
    entry(9000, 'acts/sent', { key: 'k', n: 0, sent: 14_398 }),
    entry(9000, 'acts/outcome', { key: 'k', done: true, answered: 14_402 }),
  ];
  expect(clockOf(...word, ...command).runTime(14_400)).toBe(6_000_000);
});

it('is the one of the run where nothing says otherwise', () => {
  expect(clockOf().runTime(17)).toBe(17_000);
  const heard = [
    entry(6000, 'acts/heard', { key: 'k', n: 0, again: false }),
    entry(9000, 'acts/sent', { key: 'k', n: 0, sent: 6000 }),
    entry(9000, 'acts/outcome', { key: 'k', done: true, answered: 6000 }),
  ];
  expect(clockOf(...heard).runTime(6000)).toBe(6_000_000);
});
