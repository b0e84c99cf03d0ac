/** A loop that could not act is told of with its place and a way out, and any other is let be. */
import { expect, it } from 'vitest';
import { loopFlaws } from './flaws.ts';

const boxes = {
  entry: 'boxes',
  fallsBack: false,
  signals: ['level', 'heat'],
  commands: {
    heat: { about: 'On or off.', low: 0, high: 1 },
    target: { about: 'Where it is to be.', low: 5, high: 30 },
  },
  most: 3,
  rewordedBy: [],
};
const doors = { ...boxes, entry: 'doors', signals: ['open'], commands: {} };
const fine = { reads: 'level', switches: 'heat', setpoint: 20, hysteresis: 1 };

const told = (params: object, children = [boxes, doors]) =>
  loopFlaws({ ...fine, ...params }, children).map(
    ({ path, message, hint }) => `${path.join('.')}: ${message}; ${hint}`,
  );

it('what it reads and switches is there', () => {
  expect(told({})).toEqual([]);
  expect(told({}, [])).toEqual([]);
  expect(told({ low: 20, high: 20 })).toEqual([]);
});

it('what nobody measures', () => {
  expect(told({ reads: 'levle' })).toEqual([
    'reads: none of its children measures levle; they measure level, heat, open',
  ]);
});

it.each([
  ['haet', 'has no command haet'],
  ['target', 'its target takes 5 to 30, where a switch takes 0 and 1'],
])('a command %s that is no switch', (switches, why) => {
  expect(told({ switches })).toEqual([
    `switches: boxes measures level, and ${why}; its switches are heat`,
  ]);
});

it('one whose model has no switch at all', () => {
  expect(told({ reads: 'open' })).toEqual([
    'switches: doors measures open, and has no command heat; ' +
      'a command that takes 0 and 1 is a switch, and its model has none',
  ]);
});

it('a range in which nothing lies, or not where it begins', () => {
  expect(told({ low: 40, high: 20 })).toEqual([
    'low: it can be set no lower than 40 and no higher than 20, so not at all; ' +
      'write low below high',
  ]);
  expect(told({ low: 21 })).toEqual([
    'setpoint: it leaves the factory at 20, and can be set from 21 to 1000; ' +
      'write a setpoint from low to high',
  ]);
});
