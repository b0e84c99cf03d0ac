/**
 * A condition cut into words. Only what every implementation of CEL reads in the same way is a word
 * at all; anything else is refused at its place, with what may be written instead.
 */

/** Why a condition is none that everybody would understand alike, and where in its text. */
export class Refused extends Error {
  readonly from: number;
  readonly width: number;
  readonly hint: string;

  constructor(from: number, width: number, message: string, hint: string) {
    super(message);
    Object.assign(this, { name: 'Refused' });
    this.from = from;
    this.width = width;
    this.hint = hint;
  }
}

export const USABLE =
  'use names, numbers such as 8.5, + - * / ( ), < <= > >= == !=, in [1.0, 2.0], && || ! and ? :';

export interface Word {
  is: 'name' | 'number' | 'sign' | 'end';
  text: string;
  from: number;
}

const SPACE = /[ \t\r\n]*/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const NUMBER = /\d+(\.\d+)?([eE][+-]?\d+)?/y;
const SIGN = /&&|\|\||[=!<>]=|[<>!+\-*/?:()[\],]/y;
/** It is seldom that somebody writes on behind a number for nothing. */
const TAIL = /[A-Za-z0-9_.]+/y;

/** The word that begins at or behind a place. */
export function wordAt(text: string, at: number): Word {
  const from = at + (matchAt(SPACE, text, at)?.length ?? 0);
  if (from >= text.length) return { is: 'end', text: '', from: text.length };
  if (text.startsWith('//', from)) {
    const hint = 'write it behind # on a line of its own, where YAML has its comments';
    throw new Refused(from, text.length - from, 'a condition has no comments', hint);
  }
  const name = matchAt(NAME, text, from);
  if (name !== null) return { is: 'name', text: name, from };
  const number = matchAt(NUMBER, text, from);
  if (number !== null) {
    const tail = matchAt(TAIL, text, from + number.length);
    if (tail === null) return { is: 'number', text: number, from };
    const whole = `${number}${tail}`;
    const message = `${shown(whole)} is no number that all platforms read alike`;
    throw new Refused(from, whole.length, message, 'write digits, such as 4.0 or 1.5e-3');
  }
  const sign = matchAt(SIGN, text, from);
  if (sign !== null) return { is: 'sign', text: sign, from };
  return strange(text, from);
}

function strange(text: string, from: number): never {
  const char = String.fromCodePoint(text.codePointAt(from) ?? 0);
  const says = (message: string, hint = USABLE): never => {
    throw new Refused(from, char.length, message, hint);
  };
  if (char === '"' || char === "'") return says('a condition has no texts', 'compare numbers');
  if (char === '=') return says('= compares nothing', 'write ==');
  if (char === '&' || char === '|') return says(`${char} joins nothing`, `write ${char}${char}`);
  if (char === '%') return says('% is of whole numbers, and readings have a point');
  if (char === '.' && /\d/.test(text[from + 1] ?? '')) {
    return says('a number begins with a digit', 'write 0.5, and not .5');
  }
  if (char === '.') return says('a condition looks into nothing with a point');
  return says(`a condition has no ${JSON.stringify(char)}`);
}

/** As much of it as is worth reading. */
export const shown = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text);

function matchAt(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}
