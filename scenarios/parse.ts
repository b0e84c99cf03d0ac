/**
 * Text to a `Scenario`, or to every problem at once with file, line and column. A TypeScript module
 * goes the same way, with paths in place of lines. Nothing here throws, whatever it is given.
 */
import type { Problem } from '#kernel';
import { applyOverrides, applyToValue, blame } from './overrides.ts';
import { type Place, readDocument } from './reading/document.ts';
import { type Flaw, flawsOf, wording } from './reading/issues.ts';
import { formatPath } from './reading/path.ts';
import { soundnessFlaws, type Words } from './reading/soundness.ts';
import type { Scenario } from './scenario.ts';
import { isMap, scenarioFile, toScenario } from './schema.ts';

export type { Place, Words };

/** `text` is what places refer to: the file's, with overrides worked in. */
export type ParseOutcome =
  | { ok: true; scenario: Scenario; text: string; locate(path: string): Place }
  | { ok: false; problems: Problem[]; text: string };

export function parseScenario(
  text: string,
  file: string,
  overrides: readonly string[] = [],
  words: Words | null = null,
): ParseOutcome {
  const edited = applyOverrides(text, overrides, file);
  if (!edited.ok) return { ok: false, problems: edited.problems, text };
  const document = readDocument(edited.text, file);
  const locate = (path: string): Place => document.locate(path);
  const trusted = (flaw: Flaw, place: Place): boolean =>
    document.trustedBefore === Number.POSITIVE_INFINITY ||
    (flaw.code !== 'missing-key' && (place.line ?? 0) < document.trustedBefore);

  if (document.problems.length > 0 && !isMap(document.value)) {
    return { ok: false, problems: blame(document.problems, overrides), text: edited.text };
  }
  const { scenario, flaws } = readValue(document.value, words);
  const found = flaws.flatMap((flaw) => {
    const place = document.locate(flaw.path, flaw.what);
    if (document.problems.some((other) => isSamePlace(other, place))) return [];
    return trusted(flaw, place) ? [toProblem(flaw, place)] : [];
  });
  const problems = inOrder([...document.problems, ...found]);
  if (problems.length === 0 && scenario !== null) {
    return { ok: true, scenario, text: edited.text, locate };
  }
  return { ok: false, problems: blame(problems, overrides), text: edited.text };
}

/**
 * A module's default export has the shape of the file. It is data: functions and classes are
 * refused.
 */
export function fromModule(
  value: unknown,
  file: string,
  overrides: readonly string[] = [],
  words: Words | null = null,
): ParseOutcome {
  const edited = applyToValue(value, overrides, file);
  if (!edited.ok) return { ok: false, problems: edited.problems, text: '' };
  const { scenario, flaws } = readValue(edited.value, words);
  if (scenario !== null && flaws.length === 0) {
    const text = JSON.stringify(edited.value);
    return { ok: true, scenario, text, locate: () => ({ file }) };
  }
  const problems = flaws.map((flaw) => toProblem(flaw, { file }));
  return { ok: false, problems: blame(problems, overrides), text: '' };
}

function readValue(
  value: unknown,
  words: Words | null,
): { scenario: Scenario | null; flaws: Flaw[] } {
  if (!isMap(value)) return { scenario: null, flaws: [noScenario(value)] };
  try {
    const read = scenarioFile.safeParse(value, { reportInput: true, error: wording });
    const flaws = [
      ...(read.success ? [] : flawsOf(read.error.issues)),
      ...soundnessFlaws(value, words),
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

function toProblem(flaw: Flaw, place: Place): Problem {
  const { code, message, hint, path } = flaw;
  return {
    code,
    message,
    ...(path.length === 0 ? {} : { path: formatPath(path) }),
    ...place,
    ...(hint === undefined ? {} : { hint }),
  };
}

/** What the text itself has wrong at a place explains whatever else is wrong there. */
const isSamePlace = (problem: Problem, place: Place): boolean =>
  problem.line === place.line &&
  problem.column === place.column &&
  problem.code !== 'duplicate-key';

function inOrder(problems: readonly Problem[]): Problem[] {
  const key = ({ line = 0, column = 0 }: Problem): number => line * 1e7 + column;
  return [...problems].sort((a, b) => key(a) - key(b));
}
