/**
 * A command with named values carries what its model declares as their defaults; one that has none
 * is left out, since nobody says what it should carry and its device would refuse it.
 */
import { expect, it } from 'vitest';
import type { CommandSpec, DeviceModel } from '#devices';
import { testPlan } from '../../twins/oracles/testing/plan.ts';
import commands from './commands.ts';
import type { ValuesOf } from './rounds.ts';
import type { WorkflowPorts } from './workflow.ts';

const DELAY: CommandSpec = {
  about: 'Waits.',
  params: {
    span: { kind: 'duration', about: 'So long.', default: '8s' },
    after: { kind: 'text', about: 'What comes after.', optional: true },
  },
};
const NAMING: CommandSpec = {
  about: 'Gets a name.',
  params: { name: { kind: 'text', about: 'Which one.' } },
};

/** Every order of a model with these commands, in a hundred rounds. */
function orders(specs: Readonly<Record<string, CommandSpec>>): (object | null)[] {
  const plan = testPlan({ devices: 1, readings: 2 });
  const model = { kind: 'thing', commands: specs } as unknown as DeviceModel;
  let valuesOf: ValuesOf = () => null;
  const ports = {
    plan,
    models: new Map([[plan.entries[0]?.model, model]]),
    rounds: (_: string, given: ValuesOf) => {
      valuesOf = given;
    },
  };
  commands.start(ports as unknown as WorkflowPorts, null);
  return Array.from({ length: 100 }, (_, n) => valuesOf(0, n));
}

it('carries the values that are declared', () => {
  const [first, ...others] = orders({ delay: DELAY });
  expect(first).toEqual({ name: 'delay', value: { span: '8s' } });
  for (const other of others) expect(other).toEqual(first);
});

it('leaves out what nobody can fill in', () => {
  const all = orders({ naming: NAMING, delay: DELAY, level: { about: 'L.', low: 2, high: 3 } });
  expect(new Set(all.map((order) => (order as { name: string }).name))).toEqual(
    new Set(['delay', 'level']),
  );
  expect(orders({ naming: NAMING })[0]).toEqual({ name: 'identify', value: 0 });
});
