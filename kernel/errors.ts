/**
 * Three kinds of error, kept apart on purpose. The author's (a bad scenario or flag) are collected
 * and located; the world's (a refused connection, a missing binary) end a run with a remedy; ours
 * (a broken invariant) are harness faults. None of them is ever a verdict about the target.
 */
import { formatPath, type Path } from './plugins/path.ts';

/** One thing wrong with what a person wrote, with its place where there is one. */
export interface Problem {
  code: string;
  message: string;
  /** Path inside the scenario: `chaos[0].where.region`. */
  path?: string;
  file?: string;
  line?: number;
  column?: number;
  /** How many columns to underline. */
  width?: number;
  /** What to do about it: the nearest legal name, the legal range. */
  hint?: string;
  /** Of a text that stands at its path: from which of its characters on it is wrong. */
  part?: TextPart;
}

/** Some characters of a text. */
export interface TextPart {
  from: number;
  width: number;
}

/** Something wrong at a path; its line and column in the text are looked up afterwards. */
export interface Flaw {
  code: string;
  path: Path;
  /** Whether the name at the end of the path is wrong, or what stands there. */
  what: 'key' | 'value';
  message: string;
  hint?: string;
}

/** The same where there is no text to look in. */
export function problemOf({ code, path, message, hint }: Flaw): Problem {
  return {
    code,
    message,
    ...(path.length === 0 ? {} : { path: formatPath(path) }),
    ...(hint === undefined ? {} : { hint }),
  };
}

/** Bad scenario or flags: exit 3, before anything starts. */
export class AuthorError extends Error {
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    super(problems.map((problem) => problem.message).join('\n'));
    this.name = 'AuthorError';
    this.problems = problems;
  }
}

/** Something outside us is missing or refuses: exit 4 with a remedy, never a stack trace. */
export class WorldError extends Error {
  readonly code: string;
  readonly remedy: string | undefined;
  constructor(code: string, message: string, remedy?: string) {
    super(message);
    this.name = 'WorldError';
    this.code = code;
    this.remedy = remedy;
  }
}

/** A broken invariant of ours. Thrown, ends the run as a harness fault. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`broken invariant: ${message}`);
}

/** The legal name a person most likely meant: one near enough, or one with all its words. */
export function nearestName(given: string, legal: Iterable<string>): string | undefined {
  const names = [...legal];
  const [asked, most] = [given.toLowerCase(), Math.max(2, Math.floor(given.length / 3))];
  const near = nearest(names, most, (name) => editDistance(asked, name.toLowerCase()));
  const words = asked.split('-');
  if (near !== undefined || words.length === 1) return near;
  return nearest(names, words.length, (name) => wordDistance(words, name.toLowerCase().split('-')));
}

function nearest(
  names: readonly string[],
  most: number,
  distanceOf: (name: string) => number,
): string | undefined {
  let best: string | undefined;
  let bestDistance = most + 1;
  for (const name of names) {
    const distance = distanceOf(name);
    if (distance < bestDistance) [best, bestDistance] = [name, distance];
  }
  return best;
}

/** From some words to others among which each must be found, but for a letter, in any order. */
const wordDistance = (words: readonly string[], among: readonly string[]): number =>
  words
    .map((word) => Math.min(...among.map((other) => editDistance(word, other))))
    .reduce((sum, one) => (one > 1 ? Number.POSITIVE_INFINITY : sum + one), 0);

/** The hint for a name that is not legal: the one that was meant, or what is said otherwise. */
export function meantHint(given: string, legal: Iterable<string>, otherwise: string): string {
  const near = nearestName(given, legal);
  return near === undefined ? otherwise : `did you mean '${near}'?`;
}

/** So many names of a list are worth reading. */
const NAMES_LISTED = 12;

/** The same for a name out of a list that may be long; nothing for an empty one. */
export function knownHint(given: string, legal: Iterable<string>): { hint?: string } {
  const names = [...new Set(legal)];
  if (names.length === 0) return {};
  const more = names.length > NAMES_LISTED ? ' …' : '';
  const known = `known: ${names.slice(0, NAMES_LISTED).join(', ')}${more}`;
  return { hint: meantHint(given, names, known) };
}

/** What is wrong with a name that nobody carries; nothing when somebody does. */
export function noSuch(what: string, given: string, legal: readonly string[], path: Path): Flaw[] {
  if (legal.includes(given)) return [];
  return [
    {
      code: `unknown-${what.replace(/ /g, '-')}`,
      path,
      what: 'value',
      message: `${formatPath(path)}: there is no ${what} '${given.slice(0, 60)}'`,
      ...knownHint(given, legal),
    },
  ];
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
