/**
 * A plug-in declares its parameters as plain records; here what a scenario wrote for them is read:
 * units, ranges, defaults, and every problem at once. The same declarations serve help and the JSON
 * Schema.
 */
import { meantHint, type Param, type Params, type ParamValues, type Problem } from '#kernel';
import {
  either,
  mustBe,
  outside,
  parseNumber,
  parseRate,
  parseShare,
  parseSpan,
  sayShare,
  saySpan,
} from './schema/quantity.ts';

export function parseParams(
  params: Params,
  raw: Readonly<Record<string, unknown>>,
  path: string,
): { values: ParamValues; problems: Problem[] } {
  const problems: Problem[] = [];
  const values: Record<string, number | string | boolean> = {};
  for (const name of Object.keys(raw)) {
    if (!Object.hasOwn(params, name)) problems.push(unknownParam(name, params, path));
  }
  for (const [name, param] of Object.entries(params)) {
    const given = Object.hasOwn(raw, name) ? raw[name] : undefined;
    if (given === undefined && param.default === undefined) {
      if (param.optional !== true) problems.push(missing(name, param, path));
      continue;
    }
    const read = readParam(param, given ?? (given === null ? null : param.default));
    if (read.wrong === undefined) values[name] = read.value;
    else problems.push(bad(name, read.wrong, read.hint, path));
  }
  return { values, problems: [...problems, ...emptyGroups(params, raw, path)] };
}

/** The names of each group of which one must be given. */
export function groupsOf(params: Params): string[][] {
  const groups = new Map<string, string[]>();
  for (const [name, { group }] of Object.entries(params)) {
    if (group !== undefined) groups.set(group, [...(groups.get(group) ?? []), name]);
  }
  return [...groups.values()];
}

const emptyGroups = (params: Params, raw: Readonly<Record<string, unknown>>, path: string) =>
  groupsOf(params)
    .filter((names) => !names.some((name) => Object.hasOwn(raw, name)))
    .map((names): Problem => {
      const message = `${path} must give at least one of ${names.join(', ')}`;
      const first = params[names[0] ?? ''];
      const hint = first === undefined ? {} : { hint: howToGive(first) };
      return { code: 'missing-param', path, message, ...hint };
    });

const howToGive = (param: Param): string => `${param.about} Give ${paramForm(param)}.`;

/** How a parameter is written, for help and for sentences about it. */
export function paramForm(param: Param): string {
  switch (param.kind) {
    case 'duration':
      return 'a duration such as 8s';
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
  }
}

type Read =
  | { value: number | string | boolean; wrong?: never; hint?: never }
  | { wrong: string; hint: string };

function readParam(param: Param, given: unknown): Read {
  const misfit = (hint = ''): Read => ({ wrong: mustBe(paramForm(param), given), hint });
  const ranged = (value: number | undefined, wrong: string, hint = ''): Read => {
    if (value === undefined) return misfit(hint);
    return wrong === '' ? { value } : { wrong, hint: '' };
  };
  switch (param.kind) {
    case 'duration': {
      const ms = parseSpan(given);
      const range = { min: parseSpan(param.min), max: parseSpan(param.max) };
      return ranged(ms, outside(ms ?? 0, range, saySpan), 'write a number with a unit: 250ms, 8s');
    }
    case 'share': {
      const share = parseShare(given);
      return ranged(share, outside(share ?? 0, { min: 0, max: 1 }, sayShare));
    }
    case 'bytes-per-second':
      return ranged(parseRate(given), '', 'write a number with a unit: 500B/s, 20kB/s');
    case 'number': {
      const value = parseNumber(given, param.unit);
      return ranged(value, outside(value ?? 0, param));
    }
    case 'integer': {
      const value = parseNumber(given, param.unit);
      if (!Number.isSafeInteger(value)) return misfit();
      return ranged(value, outside(value ?? 0, param));
    }
    case 'choice': {
      if (typeof given !== 'string') return misfit();
      return param.of.includes(given) ? { value: given } : misfit(meantHint(given, param.of, ''));
    }
    case 'text':
      return typeof given === 'string' && given !== '' ? { value: given } : misfit();
    case 'boolean':
      return typeof given === 'boolean' ? { value: given } : misfit();
  }
}

function unknownParam(name: string, params: Params, path: string): Problem {
  const legal = Object.keys(params);
  const list = legal.length === 0 ? 'it takes no parameters' : `legal here: ${legal.join(', ')}`;
  return {
    code: 'unknown-param',
    path: `${path}.${name}`,
    message: `there is no parameter '${name.slice(0, 60)}' in ${path}`,
    hint: meantHint(name, legal, list),
  };
}

function missing(name: string, param: Param, path: string): Problem {
  return {
    code: 'missing-param',
    path: `${path}.${name}`,
    message: `${path}.${name} is missing`,
    hint: howToGive(param),
  };
}

function bad(name: string, wrong: string, hint: string, path: string): Problem {
  const at = `${path}.${name}`;
  return {
    code: 'bad-param',
    path: at,
    message: `${at} ${wrong}`,
    ...(hint === '' ? {} : { hint }),
  };
}

const inUnit = (unit: string | undefined): string =>
  unit === undefined || unit === '' ? '' : ` (${unit})`;
