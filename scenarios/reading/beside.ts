/**
 * What a workflow takes may stand in a file of its own, `{ KIND: FILE }`, so that several scenarios
 * share it. It is read in as if it were written there; only places tell of it by its own name, line
 * and column.
 */
import { isMap, type Path, type Problem, parsePath, type TextPart } from '#kernel';
import { type Place, readDocument, type SourceDocument } from './document.ts';

/** What is in a file that a scenario names, and what the file is called; null where none is. */
export type ReadBeside = (name: string) => { file: string; text: string } | null;

export interface Gathered {
  value: unknown;
  problems: Problem[];
  locate(path: string | Path, what?: 'key' | 'value', part?: TextPart): Place;
  /** Whether what is said of that place of a text can be so, as far as the text could be read. */
  isTrusted(place: Place, isAbsence: boolean): boolean;
  /** Texts of the files that were read in, by file. */
  texts: ReadonlyMap<string, string>;
}

interface Insert {
  at: Path;
  document: SourceDocument;
}

export function gathered(
  own: Pick<SourceDocument, 'value' | 'problems' | 'trustedBefore' | 'locate'>,
  read: ReadBeside | null,
): Gathered {
  const texts = new Map<string, string>();
  const inserts = new Map<string, Insert>();
  const problems = [...own.problems];
  const insert = (name: string, at: Path): unknown => {
    const found = read?.(name) ?? null;
    if (found === null) {
      if (read !== null) problems.push(missing(name, String(at[2]), own.locate(at)));
      return name;
    }
    const document = readDocument(found.text, found.file);
    problems.push(...document.problems);
    if (document.value === null && document.problems.length === 0) {
      problems.push(empty(found.file, document.locate([])));
    }
    texts.set(found.file, found.text);
    inserts.set(JSON.stringify(at.map(String)), { at, document });
    return document.value;
  };
  const value = withInserts(own.value, insert);
  const insertAt = (path: Path): Insert | undefined =>
    path.length < DEPTH ? undefined : inserts.get(JSON.stringify(path.slice(0, DEPTH).map(String)));
  return {
    value,
    problems,
    texts,
    locate: (path, what, part) => {
      const parts = typeof path === 'string' ? (parsePath(path) ?? []) : path;
      const found = insertAt(parts);
      // Of the key in the scenario itself the scenario tells.
      if (found === undefined || (what === 'key' && parts.length === DEPTH))
        return own.locate(path, what, part);
      return found.document.locate(parts.slice(DEPTH), what, part);
    },
    isTrusted: ({ file, line = 0 }, isAbsence) => {
      const of = [...inserts.values()].find((one) => one.document.locate([]).file === file);
      const before = (of?.document ?? own).trustedBefore;
      return before === Number.POSITIVE_INFINITY || (!isAbsence && line < before);
    },
  };
}

/** `workflows`, a place in that list, and the kind. */
const DEPTH = 3;

function withInserts(value: unknown, insert: (name: string, at: Path) => unknown): unknown {
  if (!isMap(value) || !Array.isArray(value.workflows)) return value;
  const workflows = value.workflows.map((item: unknown, index) => {
    const entries = isMap(item) ? Object.entries(item) : [];
    const [kind, name] = entries[0] ?? [];
    return entries.length === 1 && kind !== undefined && typeof name === 'string'
      ? { [kind]: insert(name, ['workflows', index, kind]) }
      : item;
  });
  return { ...value, workflows };
}

const empty = (file: string, place: Place): Problem => ({
  code: 'empty',
  message: `${file} is empty`,
  hint: 'write what would stand in the scenario: a map, or a list of maps',
  ...place,
});

const missing = (name: string, kind: string, place: Place): Problem => ({
  code: 'no-file',
  message: `there is no file ${name} that can be read`,
  hint: `write its name as it is from the folder of the scenario, such as ${kind}/fridges.yaml`,
  ...place,
});
