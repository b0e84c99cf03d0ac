/** When all was stopped, and how far the clock of a target is ahead, told by hand. */
import { expect, it } from 'vitest';
import { TargetClock } from './acts/clock.ts';
import { Stops } from './acts/stops.ts';

const states = (stops: Stops, ...times: number[]): string =>
  times.map((time) => stops.at(time)).join(' ');

it('all goes on until the operator stops it, and from when he lets it', () => {
  const stops = new Stops();
  expect(states(stops, 0, 9)).toBe('on on');
  stops.told(false);
  stops.took(false, 200, 100);
  stops.told(true);
  stops.took(true, 200, 200);
  expect(states(stops, 99, 100, 101, 199, 200, 201)).toBe('on open off off open on');
});

it('nobody can say of a word that was not answered, until the next is', () => {
  const stops = new Stops();
  stops.told(false);
  stops.took(false, 0, 0);
  expect(states(stops, 1)).toBe('open');
  stops.told(false);
  stops.took(false, 200, 100);
  expect(states(stops, 99, 101)).toBe('on off');
  stops.told(true);
  stops.took(true, 503, 0);
  stops.told(false);
  stops.took(false, 200, 300);
  expect(states(stops, 99, 150, 299, 301)).toBe('on open open off');
});

it('a clock is ahead by what it says between a word and its answer', () => {
  const clock = new TargetClock();
  expect(clock.aheadMs).toBe(0);
  clock.asked('a', 1000);
  clock.answered('a', 200, 1400);
  clock.began('a', 3900);
  clock.asked('b', 1000);
  clock.answered('b', 200, 1010);
  clock.began('b', 4005);
  expect(clock.aheadMs).toBe(3000);
});

it('of what was asked for twice, or never answered, it says nothing', () => {
  const clock = new TargetClock();
  clock.asked('a', 1000);
  clock.answered('a', 0, 1010);
  clock.asked('a', 2000);
  clock.answered('a', 200, 2010);
  clock.began('a', 1005);
  clock.asked('b', 1000);
  clock.began('b', 9000);
  expect(clock.aheadMs).toBe(0);
});
