/** What is asked of MQTT 5 and cannot be had is an error of the plan, with place and reason. */
import { describe, expect, it } from 'vitest';
import { plan, type Wish } from '../testing/planned.ts';

const said = (wish: Wish): string[] => {
  const outcome = plan({ gear: 'real', topology: '', ...wish });
  return outcome.ok ? [] : outcome.problems.map(({ path, message }) => `${path}: ${message}`);
};

const FIVE = 'target: { process: mosquitto, mqtt: 5 }';
const rooms = (more: string): string[] => [
  `{ id: rooms, model: room-thermostat, count: 2, ${more} }`,
];

it('a target that speaks 3.1.1 alone is told with the reason', () => {
  expect(said({ more: ['target: { kind: embedded, mqtt: 5 }'] })).toEqual([
    expect.stringMatching(
      /^target\.mqtt: target\.mqtt is 5, and .* promises MQTT 3\.1\.1 alone \(/,
    ),
  ]);
  const unknown = "target: { url: 'mqtt://127.0.0.1:1', mqtt: 5";
  expect(said({ more: [`${unknown} }`] })).toEqual([
    expect.stringContaining('alone (the version that every broker speaks)'),
  ]);
  expect(said({ more: [`${unknown}, guarantees: { mqtt: 5 } }`] })).toEqual([]);
  expect(said({ more: [FIVE] })).toEqual([]);
});

describe('where 3.1.1 is spoken', () => {
  it.each<[string, Wish, string]>([
    ['devices', { fleet: rooms('mqtt5: { expiry: 2s }') }, 'fleet[0].mqtt5: the devices of rooms'],
    ['commands', { more: ['commands: { every: 1s, expiry: 2s }'] }, 'commands: what goes down as'],
    ['a share', { more: ['workflows: [{ share: {} }]'] }, 'workflows[0].share: the workflow share'],
  ])('%s make no use of 5', (_, wish, told) => {
    const problems = said(wish);
    expect(problems).toEqual([expect.stringContaining('the target is spoken to in 3.1.1')]);
    expect(problems[0]).toContain(told);
  });
});

describe('where 5 is spoken', () => {
  it.each<[string, Wish, string]>([
    [
      'a clean session does not expire',
      { fleet: rooms('mqtt5: { session-expiry: 1m }'), more: [FIVE] },
      'fleet[0].mqtt5.session-expiry is of sessions that are kept, and these are clean',
    ],
    [
      'there is no delay of a will that nobody leaves',
      { fleet: rooms('session: persistent, mqtt5: { will-delay: 3s }'), more: [FIVE] },
      'fleet[0].mqtt5.will-delay needs a will, and a session that outlives the connection',
    ],
    [
      'what MQTT counts in seconds is whole seconds',
      { more: [FIVE, 'workflows: [{ commands: { every: 1s, expiry: 1500ms } }]'] },
      'expiry must be whole seconds',
    ],
  ])('%s', (_, wish, told) => {
    expect(said(wish)).toEqual([expect.stringContaining(told)]);
  });
});
