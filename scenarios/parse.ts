/**
 * Text to a `Scenario`, or to every problem at once with file, line and column. A TypeScript module
 * goes the same way, with paths in place of lines. Nothing here throws, whatever it is given.
 */
import { type Catalog, type Flaw, isMap, type Problem, problemOf, type TextPart } from '#kernel';
import { checkFile } from './checks.ts';
import { applyOverrides, applyToValue, blame } from './overrides.ts';
import { gathered, type ReadBeside } from './reading/beside.ts';
import { type Place, readDocument } from './reading/document.ts';
import { flawsOf, wording } from './reading/issues.ts';
import { type Rest, restOf } from './reading/rest.ts';
import type { Scenario } from './scenario.ts';
import { scenarioFile, toScenario } from './schema.ts';

export type { Place, ReadBeside };

export type ParseOutcome = Source & ({ ok: true; scenario: Scenario } | Refused);

interface Refused {
  ok: false;
  problems: Problem[];
  /** What can be planned all the same. */
  rest?: Rest | null;
}

/** What is known of a file whatever is wrong with it. */
interface Source {
  /** What places refer to: the file's text, with overrides worked in. */
  text: string;
  /** Of the files that it names, what was read in; by file. */
  texts: ReadonlyMap<string, string>;
  /** `part`: of the text that stands there. */
  locate(path: string, part?: TextPart): Place;
  /** Files of plug-ins that it names, so that they can be known before it is checked. */
  plugins: string[];
}

export function parseScenario(
  text: string,
  file: string,
  overrides: readonly string[] = [],
  catalog: Catalog | null = null,
  beside: ReadBeside | null = null,
): ParseOutcome {
  const edited = applyOverrides(text, overrides, file);
  if (!edited.ok) return { ok: false, problems: edited.problems, ...unread(text, file) };
  const document = gathered(readDocument(edited.text, file), beside);
  const source: Source = {
    text: edited.text,
    texts: document.texts,
    locate: (path, part) => document.locate(path, 'value', part),
    plugins: pluginsIn(document.value),
  };
  if (document.problems.length > 0 && !isMap(document.value)) {
    return { ok: false, problems: blame(document.problems, overrides), ...source };
  }
  const isWhole = document.problems.length === 0;
  const read = (value: unknown) => readValue(value, catalog, isWhole);
  const { scenario, flaws } = read(document.value);
  const found = flaws.flatMap((flaw) => {
    const place = document.locate(flaw.path, flaw.what);
    if (document.problems.some((other) => isSamePlace(other, place))) return [];
    const isTrusted = document.isTrusted(place, flaw.code === 'missing-key');
    return isTrusted ? [toProblem(flaw, place)] : [];
  });
  const problems = inOrder([...document.problems, ...found], file);
  if (problems.length === 0 && scenario !== null) {
    return { ok: true, scenario, ...source };
  }
  const rest = isWhole ? restOf(document.value, flaws, read) : null;
  return { ok: false, problems: blame(problems, overrides), rest, ...source };
}

/**
 * A module's default export has the shape of the file. It is data: functions and classes are
 * refused.
 */
export function fromModule(
  value: unknown,
  file: string,
  overrides: readonly string[] = [],
  catalog: Catalog | null = null,
  beside: ReadBeside | null = null,
): ParseOutcome {
  const edited = applyToValue(value, overrides, file);
  if (!edited.ok) return { ok: false, problems: edited.problems, ...unread('', file) };
  const bare = { value: edited.value, problems: [], trustedBefore: Number.POSITIVE_INFINITY };
  const whole = gathered({ ...bare, locate: () => ({ file }) }, beside);
  const { texts, locate } = whole;
  const source: Source = {
    ...{ text: '', texts, plugins: pluginsIn(whole.value) },
    locate: (path, part) => locate(path, 'value', part),
  };
  const isWhole = whole.problems.length === 0;
  const read = (value: unknown) => readValue(value, catalog, isWhole);
  const { scenario, flaws } = read(whole.value);
  if (scenario !== null && flaws.length === 0 && isWhole) {
    const text = JSON.stringify(whole.value);
    return { ok: true, scenario, ...source, text };
  }
  const told = flaws.flatMap((flaw) => {
    const place = locate(flaw.path, flaw.what);
    // Of a module no place is known but that it is one.
    const isKnown = place.line !== undefined;
    if (isKnown && whole.problems.some((other) => isSamePlace(other, place))) return [];
    return whole.isTrusted(place, flaw.code === 'missing-key') ? [toProblem(flaw, place)] : [];
  });
  const problems = [...whole.problems, ...told];
  const rest = isWhole ? restOf(whole.value, flaws, read) : null;
  return { ok: false, problems: blame(problems, overrides), rest, ...source };
}

const unread = (text: string, file: string): Source => ({
  text,
  texts: new Map(),
  locate: () => ({ file }),
  plugins: [],
});

/** All or none: a list that is half malformed would be counted wrongly. */
function pluginsIn(value: unknown): string[] {
  const list = isMap(value) && Array.isArray(value.plugins) ? value.plugins : [];
  return list.every((file) => typeof file === 'string') ? list : [];
}

function readValue(
  value: unknown,
  catalog: Catalog | null,
  isWhole: boolean,
): { scenario: Scenario | null; flaws: Flaw[] } {
  if (!isMap(value)) return { scenario: null, flaws: [noScenario(value)] };
  try {
    const read = scenarioFile.safeParse(value, { reportInput: true, error: wording });
    const flaws = [
      ...(read.success ? [] : flawsOf(read.error.issues)),
      ...checkFile(value, catalog, isWhole),
    ];
    const unlike = (flaw: Flaw, index: number): boolean =>
      flaws.findIndex((other) => other.message === flaw.message) === index;
    return { scenario: read.success ? toScenario(read.data) : null, flaws: flaws.filter(unlike) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `the scenario cannot be read: ${reason}`;
    return { scenario: null, flaws: [{ code: 'unreadable', path: [], what: 'value', message }] };
  }
}

function noScenario(value: unknown): Flaw {
  const empty = value === undefined || value === null;
  return {
    code: empty ? 'empty' : 'wrong-type',
    path: [],
    what: 'value',
    message: empty ? 'the scenario is empty' : 'the scenario must be a map of keys',
    hint: 'begin with twinstorm: 1, name: my-scenario and a fleet; `twinstorm init` writes one',
  };
}

const toProblem = (flaw: Flaw, place: Place): Problem => ({ ...problemOf(flaw), ...place });

/** What the text itself has wrong at a place explains whatever else is wrong there. */
const isSamePlace = (problem: Problem, place: Place): boolean =>
  problem.file === place.file &&
  problem.line === place.line &&
  problem.column === place.column &&
  problem.code !== 'duplicate-key';

/** Those of the scenario itself first. */
function inOrder(problems: readonly Problem[], own: string): Problem[] {
  const files = [own, ...new Set(problems.flatMap(({ file }) => file ?? []))];
  const rank = ({ file = own }: Problem): number => files.indexOf(file);
  const key = ({ line = 0, column = 0 }: Problem): number => line * 1e7 + column;
  return [...problems].sort((a, b) => rank(a) - rank(b) || key(a) - key(b));
}
