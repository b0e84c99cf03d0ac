/** What a child on LoRaWAN was owed in its windows, and what it was not. */
import { expect, it } from 'vitest';
import { OnAir } from './on-air.ts';

const COMMAND = 3;
const S = 1_000_000;
const letter = (n: number, broughtAt: number) => ({ stream: COMMAND, n, bytes: 20, broughtAt });

const kinds = (one: OnAir): string[] => one.story().mistakes.map(({ kind }) => kind);
const child = (): OnAir => new OnAir({ factor: 7, duty: 0.5, packed: 20 });

it('was not to be given anything while its windows were not over', () => {
  const spoke = (again: number): string[] => {
    const one = child();
    one.brought(letter(1, S));
    one.heard(2 * S, 0, 1, 20);
    one.heard(again * S, 0, 2, 20);
    return kinds(one);
  };
  expect([spoke(3), spoke(4.2), spoke(5)]).toEqual([[], [], ['not-given']]);
});

it('has come to its end where nobody was there for it, and so has what could be given then', () => {
  const spoke = (letsGo: boolean): string[] => {
    const one = child();
    one.brought(letter(1, S));
    one.brought(letter(2, S));
    one.heard(2 * S, 0, 1, 20);
    if (letsGo) one.letGo(3 * S, COMMAND, 1, 'not-there');
    one.heard(9 * S, 0, 2, 20);
    return kinds(one);
  };
  expect([spoke(false), spoke(true)]).toEqual([['not-given'], []]);
});

it('is owed nothing in windows in which its gateway sleeps, and what waits later on', () => {
  const spoke = (...sleepsAt: number[]): string[] => {
    const one = child();
    one.brought(letter(1, S));
    one.heard(2 * S, 0, 1, 20);
    for (const t of sleepsAt) one.slept(t * S);
    one.heard(9 * S, 0, 2, 20);
    return kinds(one);
  };
  expect([spoke(), spoke(2.5), spoke(4.1), spoke(8)]).toEqual([
    ['not-given'],
    [],
    [],
    ['not-given'],
  ]);
  const one = child();
  one.brought(letter(1, S));
  one.heard(2 * S, 0, 1, 20);
  one.slept(2.5 * S);
  one.heard(9 * S, 0, 2, 20);
  one.heard(19 * S, 0, 3, 20);
  expect(kinds(one)).toEqual(['not-given']);
});
