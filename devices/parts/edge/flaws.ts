/**
 * A loop that could never act, told before a run: what its children do not measure it cannot read,
 * and a command that does not take 0 and 1 is no switch. Children that measure nothing of it may
 * stand beside those that do.
 */
import type { ParamValues } from '#kernel';
import type { CommandSpec } from '../../device.ts';
import type { PartChild, PartFlaw } from '../../part.ts';
import { settingsOf } from './settings.ts';

export function loopFlaws(params: ParamValues, children: readonly PartChild[]): PartFlaw[] {
  return [...rangeFlaws(params), ...readsFlaws(params, children), ...switchFlaws(params, children)];
}

function rangeFlaws(params: ParamValues): PartFlaw[] {
  const [setpoint] = settingsOf(params);
  if (setpoint === undefined) return [];
  const { low, high, factory } = setpoint;
  if (low > high) {
    const message = `it can be set no lower than ${low} and no higher than ${high}, so not at all`;
    return [{ path: ['low'], message, hint: 'write low below high' }];
  }
  if (factory >= low && factory <= high) return [];
  const message = `it leaves the factory at ${factory}, and can be set from ${low} to ${high}`;
  return [{ path: ['setpoint'], message, hint: 'write a setpoint from low to high' }];
}

function readsFlaws({ reads }: ParamValues, children: readonly PartChild[]): PartFlaw[] {
  if (children.length === 0 || children.some(({ signals }) => signals.includes(String(reads)))) {
    return [];
  }
  const known = [...new Set(children.flatMap(({ signals }) => signals))].join(', ');
  const message = `none of its children measures ${reads}`;
  return [{ path: ['reads'], message, hint: `they measure ${known}` }];
}

function switchFlaws({ reads, switches }: ParamValues, children: readonly PartChild[]): PartFlaw[] {
  const without = children.find(
    ({ signals, commands }) =>
      signals.includes(String(reads)) && !isSwitch(commands[String(switches)]),
  );
  if (without === undefined) return [];
  const { entry, commands } = without;
  const name = String(switches);
  const message = `${entry} measures ${reads}, and ${whyNot(name, commands[name])}`;
  const can = Object.keys(commands).filter((one) => isSwitch(commands[one]));
  const hint =
    can.length > 0
      ? `its switches are ${can.join(', ')}`
      : 'a command that takes 0 and 1 is a switch, and its model has none';
  return [{ path: ['switches'], message, hint }];
}

const isSwitch = (command: CommandSpec | undefined): boolean =>
  command !== undefined && 'low' in command && command.low <= 0 && command.high >= 1;

function whyNot(name: string, command: CommandSpec | undefined): string {
  if (command === undefined) return `has no command ${name}`;
  if (!('low' in command)) return `its ${name} takes named values, where a switch takes 0 and 1`;
  return `its ${name} takes ${command.low} to ${command.high}, where a switch takes 0 and 1`;
}
