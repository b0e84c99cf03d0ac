/**
 * The one reader of parameters and of their defaults, for scenarios, plans and checkers alike:
 * units, ranges, defaults, and every problem at once, each with its path. What was read can be
 * written again as an author would write it, and reads back as the same values.
 */
import { type Flaw, meantHint, noSuch } from '../errors.ts';
import {
  groupsOf,
  type Nameable,
  type Param,
  type Params,
  type ParamValue,
  type ParamValues,
  paramForm,
} from './params.ts';
import { formatPath, type Path } from './path.ts';
import {
  isMap,
  mustBe,
  outside,
  parseNumber,
  parseRate,
  parseShare,
  parseSpan,
  sayShare,
  saySpan,
  shareFlaw,
  show,
} from './quantity.ts';

/** What is known around the values: only a scenario knows it, and not all of it in each place. */
export interface Around {
  /** Who carries a name of this sort; null where that cannot be told. */
  namesOf(what: Nameable): readonly string[] | null;
  /** Milliseconds between two samples of whom they are set for; null where that is unknown. */
  everyMs: number | null;
}

const NOWHERE: Around = { namesOf: () => null, everyMs: null };

/** Deeper and longer than anybody writes by hand. */
const ITEMS_MAX = 10_000;
const KEY = /^[^\p{Cc}]{1,64}$/u;

/** `at` is where the values stand, for the sentences; a flaw lies at the nearest thing given. */
export function readParams(
  params: Params,
  raw: Readonly<Record<string, unknown>>,
  at: Path = [],
  around: Around = NOWHERE,
): { values: ParamValues; flaws: Flaw[] } {
  const flaws: Flaw[] = [];
  const values: [string, ParamValue][] = [];
  for (const name of Object.keys(raw)) {
    if (!Object.hasOwn(params, name)) flaws.push(unknownParam(name, params, at));
  }
  for (const [name, param] of Object.entries(params)) {
    const given = Object.hasOwn(raw, name) ? raw[name] : undefined;
    if (given === undefined && param.default === undefined) {
      if (param.optional !== true) flaws.push(missing(name, param, at));
      continue;
    }
    const written = given === undefined ? param.default : given;
    const read = readParam(param, written, [...at, name], around);
    flaws.push(...read.flaws);
    if (read.flaws.length === 0) values.push([name, read.value]);
  }
  // Entries and not assignments: a key called __proto__ is a key like any other.
  return { values: Object.fromEntries(values), flaws: [...flaws, ...emptyGroups(params, raw, at)] };
}

/** What holds where an author writes nothing. */
export const defaultsOf = (params: Params): ParamValues => readParams(params, {}).values;

const NOTHING: ParamValue = '';

interface Read {
  value: ParamValue;
  flaws: Flaw[];
}

function readParam(param: Param, given: unknown, at: Path, around: Around): Read {
  switch (param.kind) {
    case 'list':
      if (!Array.isArray(given)) return refused(at, misfit(param, given));
      return readList(param, given, at, around);
    case 'map':
      if (!isMap(given)) return refused(at, misfit(param, given));
      return readMap(param, given, at, around);
    case 'record': {
      if (!isMap(given)) return refused(at, misfit(param, given));
      const { values, flaws } = readParams(param.fields, given, at, around);
      return { value: values, flaws };
    }
    case 'text': {
      if (typeof given !== 'string' || given === '') return refused(at, misfit(param, given));
      const legal = param.names === undefined ? null : around.namesOf(param.names);
      const what = param.names?.replace(/-/g, ' ') ?? '';
      return { value: given, flaws: legal === null ? [] : noSuch(what, given, legal, at) };
    }
    default: {
      const [value, wrong, hint] = readSingle(param, given, around);
      if (value === undefined || wrong !== '') return refused(at, wrong, hint);
      return { value, flaws: [] };
    }
  }
}

function readList(
  param: Extract<Param, { kind: 'list' }>,
  given: readonly unknown[],
  at: Path,
  around: Around,
): Read {
  const { min = 0, max = ITEMS_MAX } = param;
  if (given.length < min) return refused(at, `must have at least ${min} of them`);
  if (given.length > max) return refused(at, `must have at most ${max} of them`);
  const items = given.map((item, index) => readParam(param.of, item, [...at, index], around));
  return { value: items.map(({ value }) => value), flaws: items.flatMap(({ flaws }) => flaws) };
}

function readMap(
  param: Extract<Param, { kind: 'map' }>,
  given: Readonly<Record<string, unknown>>,
  at: Path,
  around: Around,
): Read {
  const keys = Object.keys(given);
  if (keys.length > ITEMS_MAX) return refused(at, `must have at most ${ITEMS_MAX} names`);
  const items = keys.map((key): [string, Read] => {
    const path = [...at, key];
    if (KEY.test(key)) return [key, keyed(param, key, given[key], path, around)];
    const read = refused(path, 'is no name: 1 to 64 characters that can be seen');
    return [key, { ...read, flaws: read.flaws.map((flaw) => ({ ...flaw, what: 'key' })) }];
  });
  return {
    value: Object.fromEntries(items.map(([key, { value }]) => [key, value])),
    flaws: items.flatMap(([, { flaws }]) => flaws),
  };
}

/** A value under a name that somebody must carry. */
function keyed(
  { of, keys }: Extract<Param, { kind: 'map' }>,
  key: string,
  given: unknown,
  path: Path,
  around: Around,
): Read {
  const read = readParam(of, given, path, around);
  const legal = keys === undefined ? null : around.namesOf(keys);
  if (keys === undefined || legal === null) return read;
  const strange = noSuch(keys, key, legal, path).map((flaw): Flaw => ({ ...flaw, what: 'key' }));
  return { ...read, flaws: [...strange, ...read.flaws] };
}

type Single = Exclude<Param, { kind: 'list' | 'map' | 'record' | 'text' }>;

/** The value; else what is wrong with it, and a hint. */
function readSingle(
  param: Single,
  given: unknown,
  { everyMs }: Around,
): [value: number | string | boolean | undefined, wrong: string, hint?: string] {
  const ranged = (
    value: number | undefined,
    wrong: string,
    hint = '',
  ): ReturnType<typeof readSingle> =>
    value === undefined ? [undefined, misfit(param, given), hint] : [value, wrong];
  switch (param.kind) {
    case 'duration': {
      const ms = parseSpan(given);
      const range = { min: parseSpan(param.min), max: parseSpan(param.max) };
      const wrong = outside(ms ?? 0, range, saySpan);
      if (ms === undefined || wrong !== '' || param.wholeOf === undefined || everyMs === null) {
        return ranged(ms, wrong, 'write a number with a unit: 250ms, 8s');
      }
      return [ms, ...notWhole(ms, everyMs, param.wholeOf)];
    }
    case 'share': {
      const share = parseShare(given);
      return share === undefined ? ranged(share, '') : [share, ...shareFlaw(given, share)];
    }
    case 'bytes-per-second':
      return ranged(parseRate(given), '', 'write a number with a unit: 500B/s, 20kB/s');
    case 'number': {
      const value = parseNumber(given, param.unit);
      return ranged(value, outside(value ?? 0, param));
    }
    case 'integer': {
      const value = parseNumber(given, param.unit);
      const whole = Number.isSafeInteger(value) ? value : undefined;
      return ranged(whole, outside(whole ?? 0, param));
    }
    case 'choice': {
      if (typeof given === 'string' && param.of.includes(given)) return [given, ''];
      const hint = typeof given === 'string' ? meantHint(given, param.of, '') : '';
      return [undefined, misfit(param, given), hint];
    }
    case 'boolean':
      return typeof given === 'boolean' ? [given, ''] : [undefined, misfit(param, given)];
  }
}

/** In milliseconds both; at least one of them is meant. */
function notWhole(ms: number, everyMs: number, every: string): [wrong: string, hint?: string] {
  if (ms >= everyMs && ms % everyMs === 0) return [''];
  const near = Math.max(1, Math.round(ms / everyMs)) * everyMs;
  const wrong = `must be a multiple of ${every}, which is ${saySpan(everyMs)}, not ${saySpan(ms)}`;
  return [wrong, `write ${saySpan(near)}`];
}

const misfit = (param: Param, given: unknown): string => mustBe(paramForm(param), given);

function refused(path: Path, wrong: string, hint = ''): Read {
  const message = `${formatPath(path)} ${wrong}`;
  const flaw: Flaw = { code: 'bad-param', path, what: 'value', message };
  return { value: NOTHING, flaws: [hint === '' ? flaw : { ...flaw, hint }] };
}

function unknownParam(name: string, params: Params, at: Path): Flaw {
  const legal = Object.keys(params);
  const list = legal.length === 0 ? 'it takes no parameters' : `legal here: ${legal.join(', ')}`;
  return {
    code: 'unknown-param',
    path: [...at, name],
    what: 'key',
    message: `there is no parameter ${show(name)} in ${formatPath(at)}`,
    hint: meantHint(name, legal, list),
  };
}

/** Lies at the map that lacks it, since it has no place of its own. */
const missing = (name: string, param: Param, at: Path): Flaw => ({
  code: 'missing-param',
  path: at,
  what: 'value',
  message: `${formatPath([...at, name])} is missing`,
  hint: howToGive(param),
});

const emptyGroups = (params: Params, raw: Readonly<Record<string, unknown>>, at: Path): Flaw[] =>
  groupsOf(params)
    .filter((names) => !names.some((name) => Object.hasOwn(raw, name)))
    .map((names): Flaw => {
      const message = `${formatPath(at)} must give at least one of ${names.join(', ')}`;
      const first = params[names[0] ?? ''];
      const hint = first === undefined ? {} : { hint: howToGive(first) };
      return { code: 'missing-param', path: at, what: 'value', message, ...hint };
    });

const howToGive = (param: Param): string => `${param.about} Give ${paramForm(param)}.`;

/** Values as an author would write them: with units, the shortest text that reads back equal. */
export function writeParams(params: Params, values: ParamValues): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const param = Object.hasOwn(params, name) ? params[name] : undefined;
      return [name, param === undefined ? value : writeParam(param, value)];
    }),
  );
}

const RATES: readonly [unit: string, scale: number][] = [
  ['MB/s', 1e6],
  ['kB/s', 1000],
  ['B/s', 1],
];

function writeParam(param: Param, value: ParamValue): unknown {
  if (param.kind === 'list') {
    return Array.isArray(value) ? value.map((item) => writeParam(param.of, item)) : value;
  }
  if (param.kind === 'map' || param.kind === 'record') {
    if (!isMap(value)) return value;
    if (param.kind === 'record') return writeParams(param.fields, value);
    const items = Object.entries(value as ParamValues);
    return Object.fromEntries(items.map(([key, item]) => [key, writeParam(param.of, item)]));
  }
  if (typeof value !== 'number') return value;
  if (param.kind === 'duration') {
    return parseSpan(saySpan(value)) === value ? saySpan(value) : `${value}ms`;
  }
  if (param.kind === 'share')
    return parseShare(sayShare(value)) === value ? sayShare(value) : value;
  if (param.kind !== 'bytes-per-second') return value;
  const written = RATES.map(([unit, scale]) => `${value / scale}${unit}`);
  const [best] = written
    .filter((text) => parseRate(text) === value)
    .sort((a, b) => a.length - b.length);
  return best ?? `${value}B/s`;
}
