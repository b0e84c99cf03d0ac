/**
 * JSON as Toxiproxy reads it: `1.0`, `1e3` and `1.5` are no whole numbers there, though to
 * JSON.parse the first two are. So each number is looked at as it was written.
 */
export interface ParsedJson {
  value: unknown;
  /** Whether the number under `key` of `holder` was written as a whole number. */
  isWhole(holder: object, key: string): boolean;
}

/** What a whole number of the original holds. */
const INT64 = 2 ** 63;

/** Throws a SyntaxError. */
export function parseJson(text: string): ParsedJson {
  const broken = new WeakMap<object, Set<string>>();
  const look = function (this: object, key: string, value: unknown, context?: Source): unknown {
    const written = context?.source ?? '';
    if (typeof value === 'number' && !(/^-?\d+$/.test(written) && Math.abs(value) < INT64)) {
      broken.set(this, (broken.get(this) ?? new Set()).add(key));
    }
    return value;
  };
  const value: unknown = JSON.parse(text, look);
  return { value, isWhole: (holder, key) => broken.get(holder)?.has(key) !== true };
}

/** What a reviver is told beside the value; not in the compiler's library yet. */
interface Source {
  source?: string;
}
