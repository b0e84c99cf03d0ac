/**
 * What a plug-in declares of its parameters: plain records and no schema library, so that a plug-in
 * is one file without dependencies. Reading and writing of values (param-values.ts), the JSON
 * Schema of scenarios, help and every sentence about a mistake are derived from these declarations.
 */
import { either } from './quantity.ts';

/** What a text may have to name; whether somebody carries the name is known to the scenario. */
export const NAMEABLE = ['fault', 'phase', 'phase-or-fault', 'signal'] as const;
export type Nameable = (typeof NAMEABLE)[number];

interface Said {
  about: string;
  /** May be left out without a default: the value is then absent. */
  optional?: boolean;
  /** Of the optional parameters of one group, at least one must be given. */
  group?: string;
}

/** Defaults and bounds are written as an author writes them, units included. */
export type Param = Said &
  /** It may count from the end of a fault, which the text parameter of this name names. */
  (
    | {
        kind: 'duration';
        default?: string;
        min?: string;
        max?: string;
        fromHealOf?: string;
        /** So many intervals between two samples of its devices, and no part of one. */
        wholeOf?: 'every';
      }
    | { kind: 'number' | 'integer'; unit?: string; default?: number; min?: number; max?: number }
    | { kind: 'share'; default?: string }
    | { kind: 'bytes-per-second'; default?: string }
    | { kind: 'choice'; of: readonly string[]; default?: string }
    | { kind: 'text'; names?: Nameable; default?: string }
    | { kind: 'boolean'; default?: boolean }
    /** Several of one form, in order. */
    | { kind: 'list'; of: Param; default?: readonly unknown[]; min?: number; max?: number }
    /** Names, each with a value of one form: the author's own, or those that `keys` says. */
    | { kind: 'map'; of: Param; keys?: Nameable; default?: Readonly<Record<string, unknown>> }
    /** Named parameters inside a parameter. */
    | { kind: 'record'; fields: Params; default?: Readonly<Record<string, unknown>> }
  );

export type Params = Readonly<Record<string, Param>>;

/** A value after reading: durations in milliseconds, shares in 0..1, rates in bytes per second. */
export type ParamValue =
  | number
  | string
  | boolean
  | readonly ParamValue[]
  | { readonly [name: string]: ParamValue };

export type ParamValues = Readonly<Record<string, ParamValue>>;

/** The names of each group of which one must be given. */
export function groupsOf(params: Params): string[][] {
  const groups = new Map<string, string[]>();
  for (const [name, { group }] of Object.entries(params)) {
    if (group !== undefined) groups.set(group, [...(groups.get(group) ?? []), name]);
  }
  return [...groups.values()];
}

/** How a parameter is written, for help and for sentences about it. */
export function paramForm(param: Param): string {
  switch (param.kind) {
    case 'duration':
      return `a duration such as 8s${multipleOf(param.wholeOf)}`;
    case 'share':
      return 'a share such as 10%';
    case 'bytes-per-second':
      return 'a rate such as 20kB/s';
    case 'integer':
      return `a whole number${inUnit(param.unit)}`;
    case 'number':
      return `a number${inUnit(param.unit)}`;
    case 'choice':
      return either(param.of);
    case 'text':
      return param.names === undefined ? 'text' : `the name of a ${param.names.replace(/-/g, ' ')}`;
    case 'boolean':
      return 'true or false';
    case 'list':
      return `a list, each item ${paramForm(param.of)}`;
    case 'map':
      return `a map of ${param.keys ?? 'name'}s, each with ${paramForm(param.of)}`;
    case 'record':
      return `a map with ${Object.keys(param.fields).join(', ') || 'nothing in it'}`;
  }
}

/** The bounds of its value, as an author writes them; empty where there are none. */
export function boundsOf(param: Param): string {
  const { min, max }: { min?: number | string; max?: number | string } = param as object;
  const items = param.kind === 'list' ? ' items' : '';
  if (min !== undefined && max !== undefined) return `${min} to ${max}${items}`;
  if (min !== undefined) return `at least ${min}${items}`;
  return max === undefined ? '' : `at most ${max}${items}`;
}

const multipleOf = (what: string | undefined): string =>
  what === undefined ? '' : `, a multiple of ${what}`;

const inUnit = (unit: string | undefined): string =>
  unit === undefined || unit === '' ? '' : ` (${unit})`;
