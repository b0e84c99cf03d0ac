/**
 * A problem as a person wants to see it: where, what, the line with its neighbours and the spot
 * underlined, and what to do. Pure text in, text out; what is quoted from the file cannot steer the
 * terminal.
 */
import type { Problem } from '#kernel';

const WIDTH_MAX = 100;
/** How much is kept left of the spot when a line is too long. */
const LEFT_MAX = 40;

export interface FrameStyle {
  colour: boolean;
}

export function formatProblem(
  problem: Problem,
  sourceText: string | null,
  style: FrameStyle,
): string {
  const paint = style.colour ? ansi : plain;
  const spot = [problem.file, problem.line, problem.column].filter((part) => part !== undefined);
  const where = spot.length === 0 ? '' : `${paint(clean(spot.join(':')), 'bold')}  `;
  const lines = [`${where}${paint('error', 'red')}  ${clean(problem.message)}`];
  if (sourceText !== null && problem.line !== undefined) {
    lines.push(...frame(problem, problem.line, sourceText, paint));
  } else if (problem.path !== undefined && !problem.message.includes(problem.path)) {
    lines.push(`  ${paint('at:', 'dim')} ${clean(problem.path)}`);
  }
  if (problem.hint !== undefined) lines.push(`  ${paint('help:', 'cyan')} ${clean(problem.hint)}`);
  return lines.join('\n');
}

function frame(problem: Problem, line: number, sourceText: string, paint: Paint): string[] {
  const source = sourceText.replace(/\r?\n$/, '').split(/\r?\n/);
  const from = Math.max(1, Math.min(line - 1, source.length - 2));
  const shown = [from, from + 1, from + 2].filter((number) => number <= source.length);
  if (!shown.includes(line)) return [];
  const gutter = String(Math.max(...shown)).length;
  const column = Math.max(0, (problem.column ?? 1) - 1);
  // One cut for all three lines, so that they stay aligned.
  const cut = (source[line - 1] ?? '').length > WIDTH_MAX ? Math.max(0, column - LEFT_MAX) : 0;
  return shown.flatMap((number) => {
    const text = source[number - 1] ?? '';
    const mark = number === line ? paint('>', 'red') : ' ';
    const head = `${mark} ${paint(`${String(number).padStart(gutter)} |`, 'dim')}`;
    const quoted = `${head} ${window(text, cut)}`.trimEnd();
    if (number !== line) return [quoted];
    const room = Math.max(1, WIDTH_MAX - (column - cut));
    const carets = '^'.repeat(Math.max(1, Math.min(problem.width ?? 1, room)));
    const left = ' '.repeat(gutter + 3);
    const pad = padding(text, cut, column);
    return [quoted, `${left}${paint('|', 'dim')} ${pad}${paint(carets, 'red')}`];
  });
}

function window(text: string, cut: number): string {
  const piece = clean(text.slice(cut, cut + WIDTH_MAX));
  const shortened = cut > 0 && piece !== '' ? `…${piece.slice(1)}` : piece;
  return text.length > cut + WIDTH_MAX ? `${shortened}…` : shortened;
}

/**
 * As wide as the text before the spot: tabs are shown as one blank, and wide letters take two
 * cells.
 */
function padding(text: string, cut: number, column: number): string {
  let cells = 0;
  for (const char of text.slice(cut, column)) cells += isWide(char) ? 2 : 1;
  return ' '.repeat(cells + Math.max(0, column - Math.max(cut, text.length)));
}

/** Hangul, CJK and full-width forms, and pictures. */
const WIDE = [
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]/u,
  /\p{Extended_Pictographic}/u,
];
const isWide = (char: string): boolean => WIDE.some((range) => range.test(char));

/**
 * A user and password in an address are blotted out: frames end up in the logs of CI. Control
 * characters, and marks that turn the direction of writing, become visible blanks. */
function clean(text: string): string {
  const open = text.replace(/\/\/[^/\s@]+@/g, (secret) => `//${'·'.repeat(secret.length - 3)}@`);
  return open.replace(/\p{Cc}|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (char) =>
    char === '\t' ? ' ' : '·',
  );
}

type Colour = 'bold' | 'red' | 'cyan' | 'dim';
type Paint = (text: string, colour: Colour) => string;

const CODES: Readonly<Record<Colour, string>> = { bold: '1', red: '31', cyan: '36', dim: '2' };
const plain: Paint = (text) => text;
const ansi: Paint = (text, colour) => `\u001b[${CODES[colour]}m${text}\u001b[0m`;
