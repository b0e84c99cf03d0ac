/**
 * Text to a value, without losing where everything stood: a path found wrong later, by the schema
 * or by the plan, is still shown at its line and column. Nothing throws and nothing grows without
 * bound, whatever the bytes are.
 */
import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  Scalar,
  visit,
  type YAMLError,
} from 'yaml';
import { type Path, type Problem, parsePath, type TextPart } from '#kernel';
import { partOf } from './part.ts';

/** Where something stands; a module has no lines, so there only the file is known. */
export interface Place {
  file: string;
  line?: number;
  column?: number;
  width?: number;
}

export interface SourceDocument {
  value: unknown;
  /** Errors of the text itself, the first of which may have garbled what follows it. */
  problems: Problem[];
  /**
   * Line of the first error after which the rest cannot be trusted; infinite when there is none.
   */
  trustedBefore: number;
  /** The place of a path; of its nearest parent when there is no such key. */
  locate(path: string | Path, what?: 'key' | 'value', part?: TextPart): Place;
}

const LENGTH_MAX = 1_000_000;
const DEPTH_MAX = 200;
const ALIASES_MAX = 100;
const SYNTAX_PROBLEMS_MAX = 20;
/** Before a second document. */
const MARK = '---';

/** Also used where a document is edited: the same reading, so that both see the same thing. */
export const READING = {
  version: '1.2',
  schema: 'core',
  prettyErrors: false,
  uniqueKeys: true,
  logLevel: 'silent',
} as const;

export function readDocument(text: string, file: string): SourceDocument {
  const refused = (code: string, message: string, hint: string): SourceDocument => ({
    value: undefined,
    problems: [{ code, message, hint, file, line: 1, column: 1, width: 1 }],
    trustedBefore: 0,
    locate: () => ({ file }),
  });
  if (text.length > LENGTH_MAX) {
    const hint = 'a scenario describes kinds of devices, not each device';
    return refused('too-large', `the file is larger than ${LENGTH_MAX} characters`, hint);
  }
  if (nesting(text) > DEPTH_MAX) {
    return refused('too-deep', `more than ${DEPTH_MAX} levels of nesting`, 'flatten the file');
  }
  try {
    return located(text, file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return refused('syntax', `the file cannot be read as YAML: ${reason}`, 'check its structure');
  }
}

function located(text: string, file: string): SourceDocument {
  const lines = new LineCounter();
  // To be silent is to be silent of a second document too.
  const options = { ...READING, logLevel: 'error', lineCounter: lines } as const;
  const document = parseDocument(text, options);
  const place = (start: number, end: number): Place => {
    const from = Math.min(Math.max(start, 0), text.length);
    const { line, col } = lines.linePos(from);
    const lineEnd = text.slice(from).search(/\r?\n/);
    const rest = lineEnd < 0 ? text.length - from : lineEnd;
    return { file, line, column: col, width: Math.max(1, Math.min(end - from, rest)) };
  };
  const aliases = [...mergeKeys(document, place), ...danglingAliases(document, place)];
  const grave = document.errors.filter((error) => error.code !== 'DUPLICATE_KEY');
  const problems = [...document.errors, ...document.warnings]
    .sort((a, b) => a.pos[0] - b.pos[0])
    .slice(0, SYNTAX_PROBLEMS_MAX)
    .map((error) => syntaxProblem(error, text, place))
    .concat(aliases);
  const start = Math.min(...grave.map((error) => error.pos[0]));
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: ALIASES_MAX });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    problems.push({ code: 'alias', message, hint: 'write it out', ...place(0, 1) });
  }
  return {
    value,
    problems,
    trustedBefore: Number.isFinite(start)
      ? (place(start, start).line ?? 0)
      : Number.POSITIVE_INFINITY,
    locate: (path, what = 'value', part) => {
      const parts = typeof path === 'string' ? (parsePath(path) ?? []) : path;
      const range = rangeOf(document, parts, what);
      const said = part === undefined ? undefined : document.getIn(parts);
      const within = typeof said === 'string' && part ? partOf(text, range, said, part) : range;
      return place(...within);
    },
  };
}

function syntaxProblem(
  error: YAMLError,
  text: string,
  place: (start: number, end: number) => Place,
): Problem {
  const [start, end] = error.pos;
  if (error.code === 'DUPLICATE_KEY') {
    const key = /^[^\s:,{}]{1,80}/.exec(text.slice(start, start + 80))?.[0] ?? '';
    const where = place(start, start + Math.max(1, key.length));
    const hint = 'keep one of them; for several things of a kind, write a list';
    return { code: 'duplicate-key', message: `'${key}' is given twice`, hint, ...where };
  }
  if (error.code === 'MULTIPLE_DOCS') {
    const at = text.lastIndexOf('---', start + MARK.length);
    const from = at < 0 ? start : at;
    const message = 'a second document begins here, and a file is one';
    const hint = 'take the line out, or write what follows into a file of its own';
    return { code: 'syntax', message, hint, ...place(from, from + MARK.length) };
  }
  const message = error.message.replace(/\s+/g, ' ').replace(/ at line \d+, column \d+:?$/, '');
  return { code: 'syntax', message, ...place(start, end) };
}

/** YAML 1.2 merges no maps: `<<` would be a key like any other, and of none of them. */
function mergeKeys(document: Document, place: (start: number, end: number) => Place): Problem[] {
  const problems: Problem[] = [];
  visit(document, {
    Pair(_key, { key }) {
      if (!isScalar(key) || key.value !== '<<') return undefined;
      const [start, end] = key.range ?? [0, 1];
      const message = 'maps are not merged here: YAML 1.2 has no <<';
      const hint = 'write the keys out; an alias stands for a whole value';
      problems.push({ code: 'syntax', message, hint, ...place(start, end) });
      return visit.REMOVE;
    },
  });
  return problems;
}

/** Aliases without an anchor, each replaced by nothing so that the rest can still be checked. */
function danglingAliases(
  document: Document,
  place: (start: number, end: number) => Place,
): Problem[] {
  const problems: Problem[] = [];
  visit(document, {
    Alias(_key, alias) {
      if (alias.resolve(document) !== undefined) return undefined;
      const [start, end] = alias.range ?? [0, 1];
      const message = `there is no anchor '&${alias.source}' before this`;
      const hint = 'text that begins with * must be quoted';
      problems.push({ code: 'alias', message, hint, ...place(start, end) });
      const nothing = new Scalar(null);
      nothing.range = alias.range ?? null;
      return nothing;
    },
  });
  return problems;
}

/** Start and end of what a path names: its value, or its key where that tells more. */
function rangeOf(document: Document, path: Path, what: 'key' | 'value'): [number, number] {
  let node: unknown = document.contents;
  let key: Node | null = null;
  let complete = true;
  for (const part of path) {
    const inner = isAlias(node) ? node.resolve(document) : node;
    if (isMap(inner)) {
      const pair = inner.items.find((item) => keyText(item.key) === String(part));
      if (pair === undefined) complete = false;
      else [key, node] = [asNode(pair.key), pair.value];
    } else if (isSeq(inner) && inner.items[Number(part)] !== undefined) {
      [key, node] = [null, inner.items[Number(part)]];
    } else {
      complete = false;
    }
    if (!complete) break;
  }
  const value = asNode(node);
  const keyRange = key?.range;
  const valueRange = value?.range;
  const wantsKey = what === 'key' || !complete || (isCollection(value) && value.flow !== true);
  if (keyRange && (wantsKey || !valueRange || valueRange[0] === valueRange[1])) {
    return [keyRange[0], keyRange[1]];
  }
  return valueRange ? [valueRange[0], valueRange[1]] : [0, 1];
}

const asNode = (value: unknown): Node | null =>
  isScalar(value) || isCollection(value) || isAlias(value) ? value : null;

const keyText = (key: unknown): string => String(isScalar(key) ? key.value : key);

/** Deepest nesting, counted without parsing: the parser recurses, and must not be asked to. */
function nesting(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const line of text.split('\n')) {
    if (/^\s*#/.test(line)) continue;
    for (const char of line) {
      if (char === '[' || char === '{') depth++;
      else if (char === ']' || char === '}') depth = Math.max(0, depth - 1);
      deepest = Math.max(deepest, depth);
    }
    // `- - - a` nests within one line; deeper by indentation is bounded by the length of the text.
    const marks = /^\s*(?:[-?:] +)*/.exec(line)?.[0].replace(/ /g, '').length ?? 0;
    deepest = Math.max(deepest, marks);
  }
  return deepest;
}
