/** Conditions as the oracle reads them, by an implementation that the platform does not have. */
import { Environment } from '@marcbachmann/cel-js';

export type Values = Readonly<Record<string, number>>;
/** With names that are yes or no. */
export type Said = Readonly<Record<string, number | boolean>>;
export type Condition = (values: Said) => boolean;

/** What a reading lacks is no. */
export function conditionOf(text: string): Condition {
  if (text === '') return () => false;
  const evaluate = new Environment({ unlistedVariablesAreDyn: true }).parse(text);
  return (values) => {
    try {
      return evaluate(values) === true;
    } catch {
      return false;
    }
  };
}

/** Of numbers that were reckoned: two ways to do that differ by so much of their size at most. */
const TREMBLE = 1e-9;

/** Whether it would be otherwise if what was reckoned were a little more, or a little less. */
export function isTrembling(
  condition: Condition,
  values: Said,
  summed: ReadonlyMap<string, number>,
): boolean {
  const says = condition(values);
  const moved = [...summed].flatMap(([name, size]) =>
    [-1, 1].map((way) => ({ ...values, [name]: Number(values[name] ?? 0) + way * TREMBLE * size })),
  );
  return moved.some((one) => condition(one) !== says);
}
