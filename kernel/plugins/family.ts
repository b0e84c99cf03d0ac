/**
 * What all plug-ins have in common. A plug-in is one of a family (a fault, a checker …); the room
 * that owns the contract describes the family once: its name, where its files lie, and what every
 * field of it must be. Loading, listing, checking and naming all go by that description, so a
 * family is added by a file and a line in one table.
 */
import { nearestName } from '../errors.ts';
import { readParams } from './param-values.ts';
import { NAMEABLE, type Param, type Params, paramForm } from './params.ts';
import { either, isMap, mustBe } from './quantity.ts';

/** What every plug-in says of itself. */
export interface Plugin {
  kind: string;
  summary?: string;
  /** Stamped by `define…`; older plug-ins are known by their shape. */
  family?: string;
}

export const stamp = <T extends Plugin>(family: string, plugin: T): T =>
  Object.assign(plugin, { family });

/** What a scenario may say of a plug-in: its kind, and what that takes. */
export interface Word {
  kind: string;
  summary?: string;
  params: Params;
  facts?: Facts;
}

/** What one of a plug-in has or can do besides, for those who write scenarios. */
export interface Shown {
  /** Such as `measures`. */
  as: string;
  name: string;
  /** Unit and bounds. */
  form: string;
  about: string;
  /** It is one of its parameters, told more closely. */
  isParam?: true;
}

/** What parameters of others may lean on. */
export interface Facts {
  /** The names of what it measures. */
  signals: readonly string[];
  /** Milliseconds between two samples where a scenario says nothing. */
  everyMs: number;
}

/**
 * All plug-ins there are. Names are checked, plans made and schemas written from the same one;
 * families that nobody handed in are not known, which is not the same as empty.
 */
export interface Catalog {
  of<T extends Plugin>(family: Family<T>): ReadonlyMap<string, T>;
  words(family: string): ReadonlyMap<string, Word> | undefined;
}

/**
 * What a plug-in owes beyond the form of its fields: it is tried, and must do as its contract says.
 * The tests of the house and `twinstorm check-plugin` go by the same list.
 */
export interface Duty<T extends Plugin = Plugin> {
  /** What is so of a plug-in that keeps it. */
  says: string;
  /** Of plug-ins that come with the product; a user's own may have reasons to be otherwise. */
  advice?: true;
  /** What is not so, a sentence each. What the plug-in throws is thrown on. */
  flaws(plugin: T, catalog: Catalog): string[] | Promise<string[]>;
}

export interface Family<T extends Plugin = Plugin> {
  family: string;
  /** As `twinstorm list` calls it, and other words for the same. */
  plural: string;
  also: readonly string[];
  /** Where the product keeps its own, relative to the repository. */
  folders: readonly string[];
  /** The function that makes one, named in hints. */
  define: string;
  /** True for a plug-in of no stated family that has the shape of this one. */
  resembles(plugin: object): boolean;
  /** Everything that is malformed, as sentences about its fields. */
  check(plugin: unknown): string[];
  /** Fields that name kinds of other families, one or a list, by the family. */
  names: Readonly<Record<string, string>>;
  /** Under which names others may name one: its kind, and those of what it brings along. */
  answers(plugin: T): readonly string[];
  /** What a scenario may set. */
  params(plugin: T): Params;
  /** Undefined where nobody leans on it. */
  facts(plugin: T): Facts | undefined;
  /** What else there is to know of one before it is named in a scenario. */
  shows(plugin: T): readonly Shown[];
  /** What each of them owes; loaded when it is asked for, since a run never needs it. */
  duties(): Promise<readonly Duty<T>[]>;
}

/** Says of a value what is wrong with it; the sentence begins with the name of the field. */
type Field = (value: unknown, name: string) => string[];

/**
 * Every field of a plug-in is described, since one that is not is taken for misspelled; `kind` and
 * `family` are the same for all.
 */
type Fields<T> = { readonly [K in Exclude<keyof T, 'kind' | 'family'>]-?: Field };

const KIND = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

export function defineFamily<T extends Plugin>(description: {
  family: string;
  plural: string;
  also?: readonly string[];
  folders: readonly string[];
  define: string;
  /** The field that only this family has. */
  mark?: keyof T & string;
  fields: Fields<T>;
  /** What its fields must be to each other, once each is sound. */
  whole?(plugin: T): string[];
  names?: Readonly<Partial<Record<keyof T & string, string>>>;
  answers?(plugin: T): readonly string[];
  params?(plugin: T): Params;
  facts?(plugin: T): Facts;
  shows?(plugin: T): readonly Shown[];
  duties?(): Promise<readonly Duty<T>[]>;
}): Family<T> {
  const { family, plural, also = [], folders, define, mark, params = () => ({}) } = description;
  const { whole = () => [], answers = ({ kind }) => [kind] } = description;
  const { duties = async () => [], facts = () => undefined, shows = () => [] } = description;
  const fields = Object.entries<Field>(description.fields);
  const names = ['kind', 'family', ...Object.keys(description.fields)];
  return {
    family,
    plural,
    also,
    folders,
    define,
    resembles: (plugin) => mark !== undefined && mark in plugin,
    check(plugin) {
      if (!isMap(plugin)) return [mustBe('an object', plugin)];
      const { kind } = plugin;
      const named = typeof kind === 'string' && KIND.test(kind);
      const flaws = [
        ...(named ? [] : [`kind ${mustBe('a text of lower-case words joined by -', kind)}`]),
        ...fields.flatMap(([name, field]) => field(plugin[name], name)),
        ...strangeKeys(plugin, names, ''),
      ];
      return flaws.length > 0 ? flaws : whole(plugin as unknown as T);
    },
    names: { ...description.names } as Record<string, string>,
    answers,
    params,
    facts,
    shows,
    duties,
  };
}

/** Keys that nobody would ever read; `at` is where they stand. */
export function strangeKeys(
  map: Readonly<Record<string, unknown>>,
  known: readonly string[],
  at: string,
): string[] {
  return Object.keys(map)
    .filter((key) => !known.includes(key))
    .map((key) => {
      const near = nearestName(key, known);
      const meant = near === undefined ? `known: ${known.join(', ')}` : `did you mean '${near}'?`;
      return `${at}${at === '' ? '' : ' '}has an unknown field '${key}', ${meant}`;
    });
}

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';

const must =
  (expected: string, accepts: (value: unknown) => boolean): Field =>
  (value, name) =>
    accepts(value) ? [] : [`${name} ${mustBe(expected, value)}`];

/** What the fields of plug-ins are made of. */
export const field = {
  text: must('text', isText),
  /** Text that may be empty. */
  words: must('text', (value) => typeof value === 'string'),
  number: must('a number', (value) => typeof value === 'number' && Number.isFinite(value)),
  flag: must('true or false', (value) => typeof value === 'boolean'),
  action: must('a function', (value) => typeof value === 'function'),
  table: must('a map', (value) => isMap(value)),
  list: must('a list', Array.isArray),
  /** One text, or a list of them. */
  textOrTexts: must(
    'text or a list of texts',
    (value) => [value].flat().length > 0 && [value].flat().every(isText),
  ),
  oneOf: (...words: string[]): Field =>
    must(either(words), (value) => typeof value === 'string' && words.includes(value)),
  maybe:
    (inner: Field): Field =>
    (value, name) =>
      value === undefined ? [] : inner(value, name),
  /** A map of which each value has these fields. */
  tableOf:
    (inner: Readonly<Record<string, Field>>): Field =>
    (value, name) => {
      if (!isMap(value)) return [`${name} ${mustBe('a map', value)}`];
      return Object.entries(value).flatMap(([key, item]) => {
        const at = `${name}.${key}`;
        if (!isMap(item)) return [`${at} ${mustBe('a map', item)}`];
        return [
          ...Object.entries(inner).flatMap(([part, check]) => check(item[part], `${at}.${part}`)),
          ...strangeKeys(item, Object.keys(inner), at),
        ];
      });
    },
  /** Declarations of parameters, each with a default that it accepts itself. */
  params: ((value, name) => {
    if (!isMap(value)) return [`${name} ${mustBe('a map of parameters', value)}`];
    return Object.entries(value).flatMap(([key, param]) => declaration(param, `${name}.${key}`));
  }) satisfies Field,
};

/** What every declaration may say; of a default it is seen whether the parameter takes it. */
const SAID: Readonly<Record<string, Field>> = {
  kind: () => [],
  about: field.text,
  default: () => [],
  optional: field.maybe(field.flag),
  group: field.maybe(field.text),
};

const SIZES = { min: field.maybe(field.number), max: field.maybe(field.number) };
const BOUNDS = { ...SIZES, unit: field.maybe(field.words) };

const KINDS: Readonly<Record<Param['kind'], Readonly<Record<string, Field>>>> = {
  duration: {
    min: field.maybe(field.text),
    max: field.maybe(field.text),
    fromHealOf: field.maybe(field.text),
    wholeOf: field.maybe(field.oneOf('every')),
  },
  number: BOUNDS,
  integer: BOUNDS,
  share: {},
  'bytes-per-second': {},
  choice: { of: (value, name) => (isNames(value) ? [] : [`${name} ${mustBe('names', value)}`]) },
  text: { names: field.maybe(field.oneOf(...NAMEABLE)) },
  boolean: {},
  list: { of: declaration, ...SIZES },
  map: { of: declaration, keys: field.maybe(field.oneOf(...NAMEABLE)) },
  record: { fields: field.params },
};

function declaration(value: unknown, name: string): string[] {
  if (!isMap(value)) return [`${name} ${mustBe('a map', value)}`];
  const { kind } = value;
  const inner = typeof kind === 'string' && Object.hasOwn(KINDS, kind) ? kind : null;
  if (inner === null) return [`${name}.kind ${mustBe(either(Object.keys(KINDS)), kind)}`];
  const parts = { ...SAID, ...KINDS[inner as Param['kind']] };
  const wrong = [
    ...Object.entries(parts).flatMap(([part, check]) => check(value[part], `${name}.${part}`)),
    ...strangeKeys(value, Object.keys(parts), name),
  ];
  if (wrong.length > 0 || value.default === undefined) return wrong;
  const param = value as unknown as Param;
  const { flaws } = readParams({ default: param }, { default: param.default });
  return flaws.length === 0 ? [] : [`${name}.default ${mustBe(paramForm(param), param.default)}`];
}

const isNames = (value: unknown): boolean =>
  Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === 'string');
