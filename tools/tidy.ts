/**
 * What a file of this house looks like, as a pure function of its path and text: an opening comment
 * that says what idea lives here, a bounded size, bounded functions and lines, a name that is no
 * drawer, nothing left for later. The numbers are those of CONTRIBUTING.md.
 */
import ts from 'typescript';
import type { Sighting } from './canaries.ts';
import { OUTSIDE } from './house.ts';

const LIMIT = { fileLines: 400, testLines: 600, functionLines: 60, columns: 100 };
const DRAWER = /(?:^|[-/.])(?:managers?|helpers?|utils?|common|base|misc|types)(?=[-/.]|$)/;
const LEFT_FOR_LATER = /\b(?:TO[D]O|FIX[M]E|XX[X]|HAC[K])\b/;

export interface Untidy extends Sighting {
  line: number;
  problem: string;
}

/** A function, with the length that the ratchet compares. */
export interface Span {
  name: string;
  lines: number;
}

export function untidy(file: string, text: string): Untidy[] {
  const found: Untidy[] = [];
  const say = (name: string, line: number, problem: string): void => {
    found.push({ file, name, line, problem });
  };
  const lines = text.replace(/\n$/, '').split('\n');
  const bound = OUTSIDE.test(file) ? LIMIT.testLines : LIMIT.fileLines;
  if (lines.length > bound) say('file-lines', bound, `${lines.length} lines, more than ${bound}`);
  if (DRAWER.test(file)) say('drawer', 1, 'a drawer is no name: say what the thing is');
  if (!/^[a-z0-9./_-]+$/.test(file)) say('name', 1, 'file names are kebab-case');
  if (!OUTSIDE.test(file) && !opensWithComment(text)) {
    say('opening', 1, 'the file does not open by saying what idea lives here');
  }
  for (const [index, line] of lines.entries()) {
    if (LEFT_FOR_LATER.test(line)) say('left-for-later', index + 1, 'do it now, or open an issue');
  }
  return found;
}

/** The numbers of the lines that are wider than the house allows. */
export function wideLines(text: string): number[] {
  return text
    .split('\n')
    .map((line, index) => (line.length > LIMIT.columns ? index + 1 : 0))
    .filter((line) => line > 0);
}

/** Every named function of production code that is longer than the house allows. */
export function longFunctions(file: string, text: string): Span[] {
  if (OUTSIDE.test(file)) return [];
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2024, true);
  const found: Span[] = [];
  const visit = (node: ts.Node, within: string): void => {
    const name = ts.isFunctionLike(node) ? nameOf(node, within) : within;
    if (ts.isFunctionLike(node)) {
      const first = source.getLineAndCharacterOfPosition(node.getStart(source)).line;
      const last = source.getLineAndCharacterOfPosition(node.getEnd()).line;
      const lines = last - first + 1;
      if (lines > LIMIT.functionLines) found.push({ name, lines });
    }
    ts.forEachChild(node, (child) => visit(child, name));
  };
  visit(source, '');
  return found;
}

function nameOf(node: ts.SignatureDeclaration, within: string): string {
  const { parent } = node;
  const named = node.name ?? (ts.isVariableDeclaration(parent) ? parent.name : undefined);
  const own = named?.getText() ?? (ts.isConstructorDeclaration(node) ? 'constructor' : '=>');
  return within === '' ? own : `${within}/${own}`;
}

function opensWithComment(text: string): boolean {
  return /^(?:#!.*\n)?(?:\/\*\*[\s\S]*?\w|\/\/ \w)/.test(text);
}
