/**
 * A condition as JavaScript, for platforms that have no CEL. What a reading lacks makes a condition
 * neither so nor not so, and that goes on through every operator as CEL has it: so each becomes a
 * call of a small function (function-text.ts) which knows that third value, `undefined`.
 */
import { parse } from '@bufbuild/cel';

type Expr = ReturnType<typeof parse>['expr'];
type Kind = 'double' | 'int' | 'bool';

interface Made {
  text: string;
  kind: Kind;
}

/** Of numbers, which come to yes or no. */
const COMPARES: Readonly<Record<string, string>> = {
  ...{ '_<_': 'lt', '_<=_': 'le', '_>_': 'gt', '_>=_': 'ge' },
};
const EQUALS: Readonly<Record<string, string>> = { '_==_': 'eq', '_!=_': 'ne' };
const SUMS: Readonly<Record<string, string>> = {
  ...{ '_+_': 'add', '_-_': 'sub', '_*_': 'mul', '_/_': 'div' },
};
const JOINS: Readonly<Record<string, string>> = { '_&&_': 'and', '_||_': 'or' };

/** Why a condition cannot be said in JavaScript; the message is a clause about it. */
export class Untold extends Error {}

/** An expression over `v`, the numbers of a reading by name. */
export function javascriptOf(condition: string): string {
  const { text, kind } = made(parse(condition).expr);
  if (kind !== 'bool') throw new Untold('comes to a number, and not to yes or no');
  return text;
}

function made({ exprKind }: Expr): Made {
  switch (exprKind.case) {
    case 'identExpr':
      return { text: `v[${JSON.stringify(exprKind.value.name)}]`, kind: 'double' };
    case 'constExpr':
      return constant(exprKind.value.constantKind);
    case 'callExpr': {
      const { function: name, args, target } = exprKind.value;
      if (target !== undefined) throw new Untold(`calls ${name}(), which only CEL has`);
      return call(name, args.map(made));
    }
    default:
      throw new Untold('speaks of something else than numbers, names and what compares them');
  }
}

function constant({ case: is, value }: { case?: string | undefined; value?: unknown }): Made {
  if (is === 'boolValue') return { text: String(value), kind: 'bool' };
  if (is === 'doubleValue') return { text: String(value), kind: 'double' };
  if (is === 'int64Value' && Number.isSafeInteger(Number(value))) {
    return { text: String(value), kind: 'int' };
  }
  throw new Untold(`has a value in it that is no number: ${String(value).slice(0, 40)}`);
}

function call(name: string, args: readonly Made[]): Made {
  const [first, second, third] = args;
  const said = (word: string): string => `${word}(${args.map(({ text }) => text).join(', ')})`;
  const are = (...kinds: Kind[]): boolean => args.every(({ kind }) => kinds.includes(kind));
  if (first === undefined) throw new Untold(`calls ${name}(), which only CEL has`);
  if (second === undefined) {
    if (name === '!_' && are('bool')) return { text: said('not'), kind: 'bool' };
    if (name === '-_' && are('int', 'double')) return { text: said('neg'), kind: first.kind };
  } else if (third === undefined) {
    const [compare, equal, sum] = [COMPARES[name], EQUALS[name], SUMS[name]];
    const join = JOINS[name];
    if (compare !== undefined && are('int', 'double')) return { text: said(compare), kind: 'bool' };
    const isAlike = are('int', 'double') || are('bool');
    if (equal !== undefined && isAlike) return { text: said(equal), kind: 'bool' };
    if (join !== undefined && are('bool')) return { text: said(join), kind: 'bool' };
    // Whole numbers are cut off by `/` in CEL, and have no end in JavaScript.
    if (sum !== undefined && are('double')) return { text: said(sum), kind: 'double' };
    if (sum !== undefined && are('int', 'double')) {
      throw new Untold('adds up or divides whole numbers: write them with a point, such as 1.0');
    }
  } else if (name === '_?_:_' && first.kind === 'bool' && second.kind === third.kind) {
    return { text: said('pick'), kind: second.kind };
  }
  throw new Untold(`has ${name.replaceAll('_', ' ').trim()} in it, which is not said there`);
}
