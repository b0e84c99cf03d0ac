/**
 * A condition over one reading, in CEL: side-effect free and bounded. What it comes to where a
 * reading lacks a signal, or is of another type, is no.
 */
import { celEnv, parse, plan } from '@bufbuild/cel';

export type Values = Readonly<Record<string, unknown>>;
export type Condition = (values: Values) => boolean;

const TEXT_MAX = 500;

/** Null for what is none. */
export function readCondition(text: unknown): Condition | null {
  if (typeof text !== 'string' || text.length > TEXT_MAX) return null;
  try {
    const evaluate = plan(celEnv(), parse(text));
    return (values) => {
      try {
        return evaluate(values as never) === true;
      } catch {
        return false;
      }
    };
  } catch {
    return null;
  }
}
