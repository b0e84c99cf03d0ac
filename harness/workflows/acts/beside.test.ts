/** What a scenario may say of acts, and what is refused before anything begins. */
import { expect, it } from 'vitest';
import { type ActPlan, type ParamValues, readParams } from '#kernel';
import type { Decided, WorkflowContext } from '../workflow.ts';
import { beside } from './beside.ts';
import { actParams } from './params.ts';
import { readAct } from './reading.ts';

const CONTEXT = {
  quantumMs: 10,
  phases: [
    { name: 'warmup', from: 0, to: 2000 },
    { name: 'steady', from: 2000, to: 6000 },
    { name: 'chaos', from: 6000, to: 12_000 },
    { name: 'settle', from: 12_000, to: 20_000 },
    { name: 'drain', from: 20_000, to: 21_000 },
  ],
  entries: [{ id: 'rooms' }, { id: 'lamps' }],
  commands: [
    { setpoint: { low: 5, high: 30 }, heater: { low: 0, high: 1 } },
    { blink: { params: {} }, setpoint: { low: 0, high: 9 } },
  ],
  settings: [[{ name: 'setpoint', low: 5, high: 30, step: 0.1 }], []],
  partParams: [{ twin: {} }, {}],
  devices: [
    { id: 'rooms/south-1/0', entry: 0 },
    { id: 'lamps/south-1/0', entry: 1 },
  ],
  faults: [],
} as unknown as WorkflowContext;

const rule = (name: string, more: object = {}): Decided => ({
  workflow: 'rules',
  resolved: { name, of: 'rooms', per: 'device', silentMs: 0, ...more },
});
const RULES = [
  rule('too-warm'),
  rule('too-cold'),
  rule('lit', { of: 'lamps' }),
  rule('warm-site', { per: 'site' }),
  rule('silent', { silentMs: 1000 }),
  rule('silent-long', { silentMs: 9000 }),
  { workflow: 'ota', resolved: { campaign: { name: 'spring' } } },
  { workflow: 'commands', resolved: null },
];

const COMMAND = { command: { name: 'heater', value: 1 } };
const AGAINST = { command: { name: 'heater', value: 0 } };
const DEAD = { guard: { dead: '10s' } };

function read(given: object) {
  const { values, flaws } = readParams(actParams, { name: 'a', rule: 'too-warm', ...given });
  expect(flaws).toEqual([]);
  return readAct(values as ParamValues, CONTEXT);
}

const actOf = (given: object): Decided => ({ workflow: 'acts', resolved: read(given).resolved });

function told(given: object, ...others: Decided[]): string[] {
  const { resolved, problems } = read(given);
  const own: Decided = { workflow: 'acts', resolved };
  const all = [...RULES, own, ...others];
  return [...problems, ...beside(resolved, all, CONTEXT)].map(
    ({ path = '', message, hint }) => `${path}: ${message}; ${hint}`,
  );
}

it.each([
  { do: COMMAND, ...DEAD },
  { do: { twin: { setpoint: 20 } }, on: 'cleared', ...DEAD },
  { do: { pause: 'spring' }, rule: 'warm-site' },
  { do: COMMAND, rule: 'silent' },
  { do: { webhook: {} }, rule: 'warm-site' },
  { do: { webhook: { port: 8000, token: 't', down: [{ at: 'chaos+1s', for: '2s' }] } } },
  { do: COMMAND, guard: { dead: '10s', most: 3, over: '60s', fleet: { most: 20, over: '10s' } } },
  { do: COMMAND, ...DEAD, at: 'chaos', stop: [{ at: 'chaos+1s', for: '2s' }] },
])('takes %j', (given) => expect(told(given)).toEqual([]));

it.each([
  [
    { do: COMMAND, ...DEAD, rule: 'to-warm' },
    "rule: there is no rule 'to-warm'; did you mean 'too-warm'",
  ],
  [{ do: {} }, 'do: it does nothing; write one of command, twin, pause and webhook'],
  [{ do: { ...COMMAND, pause: 'spring' }, ...DEAD }, 'it does command and pause at once'],
  [{ do: { twin: {} }, ...DEAD }, 'do.twin: it changes 1 to 20 settings'],
  [
    { do: { command: { name: 'heeter', value: 1 } }, ...DEAD },
    "do.command.name: rooms knows no command 'heeter'; did you mean 'heater'?",
  ],
  [
    { do: { command: { name: 'heater', value: 2 } }, ...DEAD },
    'do.command.value: 2 is not from 0 to 1',
  ],
  [
    { do: { command: { name: 'blink', value: 1 } }, ...DEAD, rule: 'lit' },
    'the command blink of lamps carries more than a number',
  ],
  [{ do: { twin: { setpont: 20 } }, ...DEAD }, "of rooms no 'setpont' can be set; did you mean"],
  [{ do: { twin: { setpoint: 50 } }, ...DEAD }, 'do.twin.setpoint: 50 is not from 5 to 30'],
  [{ do: { twin: { setpoint: 5 } }, ...DEAD, rule: 'lit' }, 'the devices of lamps have no twin'],
  [{ do: { webhook: { path: 'here' } } }, 'do.webhook.path: it is no path'],
  [{ do: { webhook: { host: 'a b' } } }, 'do.webhook.host: nobody can listen there'],
  [{ do: { webhook: { token: 'a b' } } }, 'do.webhook.token: it cannot be borne'],
  [
    { do: { webhook: { down: [{ at: 'settle', for: '9s' }] } } },
    'do.webhook.down[0].for: acts would go on when nothing is begun any more',
  ],
  [{ do: { pause: 'sprung' } }, "there is no campaign 'sprung'; did you mean 'spring'?"],
  [{ do: COMMAND, ...DEAD, rule: 'warm-site' }, 'the rule warm-site is over a site'],
  [{ do: COMMAND }, 'guard: a changes the devices that its rule too-warm looks at, without a dead'],
  [{ do: COMMAND, guard: { most: 3, over: '60s' } }, 'without a dead time; write guard: { dead'],
  [{ do: COMMAND, rule: 'silent', guard: {} }, 'guard: it guards nothing'],
  [{ do: COMMAND, rule: 'silent', guard: { most: 3 } }, 'there is most, and no over'],
  [{ do: COMMAND, ...{ guard: { dead: '9s', over: '3s' } } }, 'there is over, and no most'],
  [{ do: COMMAND, ...{ guard: { dead: '9s', fleet: {} } } }, 'guard.fleet: it guards nothing'],
  [
    { do: COMMAND, guard: { dead: '9s', most: 9, over: '9s', fleet: { most: 2, over: '9s' } } },
    'what it lets pass for one is more than what it lets pass for all',
  ],
  [{ do: COMMAND, ...DEAD, stop: [{ at: 'settle', for: '9s' }] }, 'stop[0].for: acts would go on'],
  [{ do: COMMAND, ...DEAD, at: 'settle+9s' }, 'it begins when nothing is begun any more'],
])('refuses %j', (given, words) => {
  expect(told(given)).toHaveLength(1);
  expect(told(given)[0]).toContain(words);
});

it('two that set the same otherwise, by rules that may both be so, need dead times', () => {
  const other = actOf({ name: 'b', rule: 'silent-long', do: AGAINST });
  const round = 'a and b set heater otherwise, and their rules may both be so';
  expect(told({ do: COMMAND, rule: 'silent' }, other)).toEqual([expect.stringContaining(round)]);
  expect(told({ do: COMMAND, rule: 'silent', ...DEAD }, other)).toEqual([]);
  expect(told({ do: AGAINST, rule: 'silent' }, other)).toEqual([]);
  expect(told({ do: COMMAND, rule: 'silent-long' }, other)).toEqual([]);
});

it('says which workflow there is none of', () => {
  const { resolved } = read({ do: { pause: 'spring' } });
  expect(beside(resolved as ActPlan, [], CONTEXT)[0]?.hint).toBe(
    'this scenario has no workflow rules',
  );
});

it('leaves the twin of a device to one of two writers', () => {
  const own = { workflow: 'twin', resolved: { devices: [{ device: 0, offsetMs: 0 }] } };
  const storm = { workflow: 'twin', resolved: { devices: [], turns: [{ devices: [0] }] } };
  const others = { workflow: 'twin', resolved: { devices: [{ device: 1, offsetMs: 0 }] } };
  const act = { do: { twin: { setpoint: 20 } }, ...DEAD };
  for (const writer of [own, storm]) {
    expect(told(act, writer).join()).toContain(
      'do.twin: the workflow twin changes what is desired of rooms/south-1/0 as well',
    );
    expect(told({ do: COMMAND, ...DEAD }, writer)).toEqual([]);
  }
  expect(told(act, others)).toEqual([]);
});
