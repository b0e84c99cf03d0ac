/**
 * Conditions are a part of CEL which all its implementations evaluate alike: numbers with a point,
 * names, what compares and joins them, and nothing that is looked up, called or converted. Two
 * implementations differ on the rest (how large a whole number may be, what a text of a number is,
 * which comparison comes first), and a healthy platform would be told that it is wrong.
 */
import { Refused, shown, USABLE, type Word, wordAt } from './words.ts';

export type Kind = 'double' | 'int' | 'bool';

export interface Tree {
  op: string;
  args: readonly Tree[];
  kind: Kind;
  /** What it comes to, whatever devices say; undefined where that hangs on them. */
  constant?: number | boolean;
  from: number;
  to: number;
}

/** What a name stands for; throws `Refused` where it stands for nothing. */
export type KindOf = (name: string, from: number) => 'double' | 'bool';

const DEPTH_MAX = 20;
const ITEMS_MAX = 50;
const ORDERS = ['<', '<=', '>', '>='];
const EQUALS = ['==', '!='];
const RESERVED = ['null', 'as', 'break', 'const', 'continue', 'else', 'for', 'function', 'if'];
RESERVED.push('import', 'let', 'loop', 'package', 'namespace', 'return', 'var', 'void', 'while');

export function treeOf(text: string, kindOf: KindOf): Tree {
  return new Reader(text, kindOf).whole();
}

class Reader {
  readonly #text: string;
  readonly #kindOf: KindOf;
  #word: Word;
  #depth = 0;
  /** Where the word before ended. */
  #ended = 0;

  constructor(text: string, kindOf: KindOf) {
    this.#text = text;
    this.#kindOf = kindOf;
    this.#word = wordAt(text, 0);
  }

  whole(): Tree {
    const tree = this.#choice();
    if (this.#word.is !== 'end') throw this.#unexpected();
    if (tree.kind !== 'bool') {
      throw this.#wrong(tree, 'it comes to a number, and not to yes or no', 'compare it: … > 8.0');
    }
    this.#hangs(tree);
    return tree;
  }

  #choice(): Tree {
    if (++this.#depth > DEPTH_MAX) {
      throw this.#at(this.#word, `more than ${DEPTH_MAX} in one another`, 'write two rules');
    }
    const which = this.#joined('||');
    const tree = this.#is('?') ? this.#chosen(which) : which;
    this.#depth--;
    return tree;
  }

  #chosen(which: Tree): Tree {
    this.#bool(which, '? :');
    this.#hangs(which);
    this.#next();
    const then = this.#joined('||');
    this.#need(':', 'a ? has a : behind it');
    const other = this.#choice();
    for (const one of [then, other]) this.#fraction(one);
    if (then.kind !== other.kind) {
      throw this.#wrong(other, 'on one side of : is a number, on the other yes or no', USABLE);
    }
    return this.#made('?', [which, then, other], then.kind);
  }

  #joined(op: '||' | '&&'): Tree {
    const part = (): Tree => (op === '||' ? this.#joined('&&') : this.#compared());
    let left = part();
    while (this.#is(op)) {
      this.#next();
      const right = part();
      for (const one of [left, right]) {
        this.#bool(one, op);
        this.#hangs(one);
      }
      left = this.#made(op, [left, right], 'bool');
    }
    return left;
  }

  #compared(): Tree {
    const left = this.#sum();
    if (!this.#isCompare()) return left;
    const op = this.#next().text;
    const right = op === 'in' ? this.#list() : this.#sum();
    if (this.#isCompare()) {
      const hint = 'write a > 1.0 && a < 3.0, or put one of them in ( )';
      throw this.#at(this.#word, 'of two comparisons in a row nobody knows which is first', hint);
    }
    if (op === 'in') {
      this.#fraction(left);
      this.#number(left, op);
      const value = left.constant;
      const among = right.args.some(({ constant }) => constant === value);
      return this.#made(op, [left, right], 'bool', value === undefined ? value : among);
    }
    if (ORDERS.includes(op)) for (const one of [left, right]) this.#number(one, op);
    else this.#alike(left, right, op);
    return this.#made(op, [left, right], 'bool', comparison(op, left.constant, right.constant));
  }

  /** Of whole numbers and others one implementation says that they are never equal. */
  #alike(left: Tree, right: Tree, op: string): void {
    const sides = [left, right].map(({ kind, from, to }) => {
      const own = shown(this.#text.slice(from, to));
      return kind === 'int' ? `${own}.0` : own;
    });
    for (const one of [left, right]) this.#fraction(one, sides.join(` ${op} `));
    if (left.kind === right.kind) return;
    const message = `${op} has a number on one side, and yes or no on the other`;
    throw this.#wrong(right, message, 'compare numbers with numbers, such as door == 1.0');
  }

  #isCompare(): boolean {
    const { is, text } = this.#word;
    if (is === 'name') return text === 'in';
    return is === 'sign' && (ORDERS.includes(text) || EQUALS.includes(text));
  }

  #sum(): Tree {
    let left = this.#product();
    while (this.#is('+') || this.#is('-')) left = this.#reckoned(left, () => this.#product());
    return left;
  }

  #product(): Tree {
    let left = this.#signed();
    while (this.#is('*') || this.#is('/')) left = this.#reckoned(left, () => this.#signed());
    return left;
  }

  #reckoned(left: Tree, part: () => Tree): Tree {
    const op = this.#next().text;
    const right = part();
    for (const one of [left, right]) {
      this.#fraction(one);
      this.#number(one, op);
    }
    if (op === '/' && right.constant === 0) {
      throw this.#wrong(right, 'nothing can be divided by 0', 'divide by another number');
    }
    const value = reckoned(op, left.constant, right.constant);
    const made = this.#made(op, [left, right], 'double', value);
    if (value !== undefined && !Number.isFinite(value)) throw this.#tooLarge(made);
    return made;
  }

  #signed(): Tree {
    const word = this.#word;
    if (!this.#is('!') && !this.#is('-')) return this.#single();
    this.#next();
    if (this.#is('!') || this.#is('-')) {
      throw this.#at(this.#word, `${word.text} stands before another sign`, 'write one of them');
    }
    const one = this.#single();
    if (word.text === '!') {
      this.#bool(one, '!');
      this.#hangs(one);
      return { op: '!', args: [one], kind: 'bool', from: word.from, to: one.to };
    }
    this.#number(one, '-');
    const value = one.constant === undefined ? {} : { constant: -one.constant };
    return { op: 'neg', args: [one], kind: one.kind, from: word.from, to: one.to, ...value };
  }

  #single(): Tree {
    const { is, text, from } = this.#word;
    if (is === 'number') return this.#literal();
    if (is === 'name') return this.#named();
    if (!this.#is('(')) throw this.#unexpected();
    this.#next();
    const inner = this.#choice();
    this.#need(')', `the ${text} has no ) behind it`);
    return { ...inner, from, to: this.#ended };
  }

  #literal(): Tree {
    const { text, from } = this.#next();
    const [value, to] = [Number(text), from + text.length];
    const isInt = /^\d+$/.test(text);
    const literal = {
      op: text,
      args: [],
      kind: isInt ? 'int' : 'double',
      constant: value,
    } as const;
    const tree: Tree = { ...literal, from, to };
    if (isInt ? !Number.isSafeInteger(value) : !Number.isFinite(value)) throw this.#tooLarge(tree);
    return tree;
  }

  #named(): Tree {
    const { text, from } = this.#next();
    const to = from + text.length;
    const tree = { op: text, args: [], from, to };
    if (text === 'true' || text === 'false') {
      return { ...tree, kind: 'bool', constant: text === 'true' };
    }
    if (this.#is('(') && text !== 'in') {
      const message = `a condition calls nothing, and so not ${shown(text)}()`;
      throw new Refused(from, text.length, message, USABLE);
    }
    if (text === 'in' || RESERVED.includes(text)) {
      throw new Refused(from, text.length, `${text} does not stand for a value`, USABLE);
    }
    return { ...tree, kind: this.#kindOf(text, from) };
  }

  /** Of numbers alone: what it is looked for among is the same for each reading. */
  #list(): Tree {
    const { from } = this.#word;
    this.#need('[', 'in has a list behind it, such as [1.0, 2.0]');
    const items: Tree[] = [];
    do {
      if (items.length > 0) this.#next();
      const item = this.#signed();
      this.#fraction(item);
      if (item.kind !== 'double' || typeof item.constant !== 'number') {
        throw this.#wrong(item, 'a list is of numbers', 'write [1.0, 2.0]');
      }
      items.push(item);
    } while (this.#is(',') && items.length < ITEMS_MAX);
    this.#need(']', `the [ has no ] behind at most ${ITEMS_MAX} numbers`);
    return { op: '[]', args: items, kind: 'double', from, to: this.#ended };
  }

  #made(op: string, args: Tree[], kind: Kind, constant?: number | boolean): Tree {
    const [first, last] = [args[0], args.at(-1)];
    const value = constant === undefined ? {} : { constant };
    return { op, args, kind, from: first?.from ?? 0, to: last?.to ?? 0, ...value };
  }

  #is(sign: string): boolean {
    return this.#word.is === 'sign' && this.#word.text === sign;
  }

  #next(): Word {
    const word = this.#word;
    this.#ended = word.from + word.text.length;
    this.#word = wordAt(this.#text, this.#ended);
    return word;
  }

  #need(sign: string, message: string): void {
    if (!this.#is(sign)) throw this.#at(this.#word, message, USABLE);
    this.#next();
  }

  #bool(tree: Tree, op: string): void {
    if (tree.kind === 'bool') return;
    const own = shown(this.#text.slice(tree.from, tree.to));
    throw this.#wrong(tree, `${op} is of yes and no, and ${own} is a number`, `write ${own} > 0.0`);
  }

  #number(tree: Tree, op: string): void {
    if (tree.kind !== 'bool') return;
    const own = shown(this.#text.slice(tree.from, tree.to));
    throw this.#wrong(tree, `${op} is of numbers, and ${own} is yes or no`, `write ${own} alone`);
  }

  /** `instead`: what is written instead, where more than the number is shown. */
  #fraction(tree: Tree, instead?: string): void {
    if (tree.kind !== 'int') return;
    const own = this.#text.slice(tree.from, tree.to);
    const message = `${shown(own)} is a whole number, and signals are numbers with a point`;
    const hint = /^-?\d+$/.test(own)
      ? `write ${instead ?? `${own}.0`}`
      : 'write a point, such as 4.0';
    throw this.#wrong(tree, message, hint);
  }

  /** It hangs on what devices say. */
  #hangs(tree: Tree): void {
    if (tree.constant === undefined) return;
    const own = shown(this.#text.slice(tree.from, tree.to));
    const message = `${own} is ${tree.constant ? 'always' : 'never'} so, whatever devices say`;
    throw this.#wrong(tree, message, 'speak of what they measure, such as temperature > 8.0');
  }

  #tooLarge(tree: Tree): Refused {
    const own = shown(this.#text.slice(tree.from, tree.to));
    const what = tree.kind === 'int' ? 'a whole number' : 'a number';
    return this.#wrong(tree, `${own} is too large for ${what}`, 'write a smaller one');
  }

  #unexpected(): Refused {
    const { is, text } = this.#word;
    return is === 'end'
      ? this.#at(this.#word, 'it ends where something is still to come', USABLE)
      : this.#at(this.#word, `${shown(text)} cannot stand here`, USABLE);
  }

  #wrong({ from, to }: Tree, message: string, hint: string): Refused {
    return new Refused(from, to - from, message, hint);
  }

  #at({ from, text }: Word, message: string, hint: string): Refused {
    return new Refused(from, Math.max(1, text.length), message, hint);
  }
}

type Constant = number | boolean | undefined;

function reckoned(op: string, left: Constant, right: Constant): number | undefined {
  if (typeof left !== 'number' || typeof right !== 'number') return undefined;
  if (op === '+') return left + right;
  if (op === '-') return left - right;
  return op === '*' ? left * right : left / right;
}

function comparison(op: string, left: Constant, right: Constant): boolean | undefined {
  if (left === undefined || right === undefined) return undefined;
  if (op === '==') return left === right;
  if (op === '!=') return left !== right;
  if (op === '<') return left < right;
  if (op === '<=') return left <= right;
  return op === '>' ? left > right : left >= right;
}

/** In one form, however it is spaced and put in brackets. */
export const formOf = ({ op, args, constant }: Tree): string =>
  constant === undefined ? `(${[op, ...args.map(formOf)].join(' ')})` : String(constant);
