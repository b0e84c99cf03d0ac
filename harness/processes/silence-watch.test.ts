/** Who falls silent is told of once, by its own silence; who speaks now and then never is. */
import { beforeEach, expect, it } from 'vitest';
import { ManualClock } from '../../chaos/testing/manual-clock.ts';
import { watchSilence } from './silence-watch.ts';

const BOUND_MS = 5000;

let clock: ManualClock;
let speaking: Set<string>;
let silent: string[];
let unwatch: () => void;
beforeEach(() => {
  clock = new ManualClock();
  speaking = new Set(['a', 'b']);
  silent = [];
  const speakers = ['a', 'b'].map((name) => ({ name, wasHeard: () => speaking.has(name) }));
  unwatch = watchSilence(clock, speakers, BOUND_MS, (name) => silent.push(name));
});

const seconds = (count: number): void => {
  for (let second = 0; second < count; second++) clock.advance(1000);
};

it('tells of nobody who speaks', () => {
  seconds(60);
  expect(silent).toEqual([]);
});

it('tells once of who has fallen silent, when the bound is reached', () => {
  seconds(3);
  speaking.delete('b');
  seconds(4);
  expect(silent).toEqual([]);
  seconds(1);
  expect(silent).toEqual(['b']);
  seconds(60);
  expect(silent).toEqual(['b']);
});

it('has as much patience with who never said a word', () => {
  unwatch();
  const mute = { name: 'mute', wasHeard: () => false };
  unwatch = watchSilence(clock, [mute], 2001, (name) => silent.push(name));
  seconds(2);
  expect(silent).toEqual([]);
  seconds(1);
  expect(silent).toEqual(['mute']);
});

it('begins anew with every word', () => {
  for (let turn = 0; turn < 4; turn++) {
    speaking.delete('b');
    seconds(4);
    speaking.add('b');
    seconds(1);
  }
  expect(silent).toEqual([]);
});

it('ends when it is told to', () => {
  speaking.clear();
  seconds(1);
  unwatch();
  expect(clock.pending).toBe(0);
});
