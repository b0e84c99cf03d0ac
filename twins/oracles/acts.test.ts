/** When all was stopped, told by hand. */
import { expect, it } from 'vitest';
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
