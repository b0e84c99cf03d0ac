/**
 * `--set fleet[0].count=10`: a change to the text before it is read, so that an override is checked
 * exactly like what is written. The edit touches as little as it can: lines keep their numbers,
 * comments stay where they were, and only what cannot be done in place makes the document be
 * written anew.
 */
import {
  Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Node,
  parseDocument,
  type YAMLMap,
} from 'yaml';
import { formatPath, isWithin, type Path, type Problem, parsePath } from '#kernel';
import { READING, readDocument } from './reading/document.ts';

type Edited = { ok: true; text: string } | { ok: false; problems: Problem[] };

interface Override {
  written: string;
  path: (string | number)[];
  /** The value as YAML on one line. */
  source: string;
  value: unknown;
}

export function applyOverrides(text: string, overrides: readonly string[], file = ''): Edited {
  if (overrides.length === 0) return { ok: true, text };
  const read = overrides.map((written) => readOverride(written, file));
  const problems = read.flatMap((item) => ('code' in item ? [item] : []));
  // A text that cannot be read is reported as it stands; editing it would only move its errors.
  if (problems.length === 0 && readDocument(text, file).problems.length > 0) {
    return { ok: true, text };
  }
  let edited = text;
  for (const item of read) {
    if ('code' in item) continue;
    const next = edit(edited, item);
    if (next.ok) edited = next.text;
    else problems.push(problem(item.written, next.message, next.hint, file));
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, text: edited };
}

/** The same for a scenario that comes as a value. The value itself is left alone. */
export function applyToValue(
  value: unknown,
  overrides: readonly string[],
  file: string,
): { ok: true; value: unknown } | { ok: false; problems: Problem[] } {
  if (overrides.length === 0) return { ok: true, value };
  let text: string;
  try {
    text = String(new Document(value, READING));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ok: false, problems: [problem(overrides[0] ?? '', reason, '', file)] };
  }
  const edited = applyOverrides(text, overrides, file);
  return edited.ok ? { ok: true, value: readDocument(edited.text, file).value } : edited;
}

/** Says of each problem that an override caused it, so that nobody looks for it in the file. */
export function blame(problems: readonly Problem[], overrides: readonly string[]): Problem[] {
  const read = overrides.map((written) => readOverride(written, ''));
  return problems.map((found) => {
    const path = parsePath(found.path ?? '');
    const cause = read.findLast(
      (item) => !('code' in item) && path !== undefined && isWithin(path, item.path),
    );
    if (cause === undefined || 'code' in cause) return found;
    return { ...found, message: `${found.message} (set by --set ${cause.written})` };
  });
}

function readOverride(written: string, file: string): Override | Problem {
  const cut = written.indexOf('=');
  const path = cut > 0 ? parsePath(written.slice(0, cut).trim()) : undefined;
  const form = 'write path=value, such as fleet[0].count=10';
  if (cut <= 0) return problem(written, 'has no path and value', form, file);
  if (path === undefined) return problem(written, 'does not begin with a path', form, file);
  const source = written.slice(cut + 1).trim();
  const quote = 'quote it: about="a: b"';
  if (/[\r\n]/.test(source)) return problem(written, 'has a value of several lines', quote, file);
  const document = readDocument(source, file);
  const first = document.problems[0];
  if (first !== undefined)
    return problem(written, `has no legal value: ${first.message}`, quote, file);
  const parsed = parseDocument(source, READING);
  const { contents } = parsed;
  const isBlock = isCollection(contents) && contents.flow !== true;
  if (isBlock || parsed.comment || contents?.comment) {
    return problem(written, 'has a value that must be quoted', quote, file);
  }
  return { written, path, source, value: document.value };
}

function problem(written: string, message: string, hint: string, file: string): Problem {
  return {
    code: 'override',
    message: `--set ${written.slice(0, 200).replace(/\s+/g, ' ')}: ${message}`,
    ...(file === '' ? {} : { file }),
    ...(hint === '' ? {} : { hint }),
  };
}

type Step = { ok: true; text: string } | { ok: false; message: string; hint: string };

function edit(text: string, override: Override): Step {
  const document = parseDocument(text, READING);
  const obstacle = obstacleOn(document, override.path);
  if (obstacle !== null) return { ok: false, ...obstacle };
  const inPlace = editInPlace(text, document, override);
  try {
    document.setIn(override.path, document.createNode(override.value, { flow: true }));
    const wanted = JSON.stringify(document.toJS());
    // The small edit is believed only if it reads back as exactly the change that was asked for.
    if (inPlace !== null && sameValue(inPlace, wanted)) return { ok: true, text: inPlace };
    return { ok: true, text: String(document) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, message, hint: 'change the file itself' };
  }
}

/** Why a path cannot be set: a list too short, a parent that is no map. */
function obstacleOn(document: Document, path: Path): { message: string; hint: string } | null {
  let node: unknown = document.contents;
  for (const [index, part] of path.entries()) {
    const at = index === 0 ? 'the scenario' : formatPath(path.slice(0, index));
    if (node === undefined || node === null || (isScalar(node) && node.value === null)) return null;
    if (isAlias(node)) {
      return { message: `${at} is an alias of another part`, hint: 'set the part it stands for' };
    }
    if (isSeq(node)) {
      const count = node.items.length;
      if (typeof part !== 'number') {
        return { message: `${at} is a list`, hint: `name an item: ${at}[0]` };
      }
      if (part > count)
        return { message: `${at} has only ${count} items`, hint: `${at}[${count}] adds one` };
      node = node.items[part];
    } else if (isMap(node)) {
      if (typeof part === 'number') return { message: `${at} is a map, not a list`, hint: '' };
      node = node.get(part, true);
    } else {
      return {
        message: `${at} is a single value and has nothing inside`,
        hint: `set ${at} itself`,
      };
    }
  }
  return null;
}

/** The text with one scalar replaced or one key added; null when that is not possible in place. */
function editInPlace(text: string, document: Document, override: Override): string | null {
  const { path, source } = override;
  const old = document.getIn(path, true) as Node | undefined;
  if (old?.range && old.range[1] > old.range[0]) {
    const [start, end] = old.range;
    if (/[\r\n]/.test(text.slice(start, end))) return null;
    return text.slice(0, start) + source + text.slice(end);
  }
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const key = path.at(-1);
  if (!isMap(parent) || typeof key !== 'string' || old !== undefined) return null;
  return addKey(text, parent, `${formatPath([key])}: ${source}`);
}

function addKey(text: string, parent: YAMLMap, pair: string): string | null {
  const range = parent.range;
  if (!range) return null;
  if (parent.flow === true) {
    const close = range[1] - 1;
    const before = text.slice(0, close).trimEnd();
    const comma = parent.items.length > 0 && !before.endsWith(',') ? ', ' : ' ';
    return `${before}${comma}${pair} ${text.slice(close)}`;
  }
  const first = parent.items[0]?.key;
  if (!isScalar(first) || !first.range) return null;
  const lineStart = text.lastIndexOf('\n', first.range[0] - 1) + 1;
  const indent = ' '.repeat(first.range[0] - lineStart);
  const end = range[1];
  const head = text.slice(0, end);
  const line = `${head.endsWith('\n') || head === '' ? '' : '\n'}${indent}${pair}\n`;
  return head + line + text.slice(end).replace(/^\r?\n/, '');
}

function sameValue(text: string, wanted: string): boolean {
  const read = readDocument(text, '');
  return read.problems.length === 0 && JSON.stringify(read.value) === wanted;
}
