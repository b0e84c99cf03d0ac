/**
 * What a target promises, each line with the reason why it is held to that: a document, a line of
 * its code, a measurement of ours. The plan keeps the values; the reasons are for whoever doubts a
 * verdict, and a line that nobody can give a reason for should not be there.
 */
import { type Guarantees, isMap, mustBe, PLAIN, strangeKeys } from '#kernel';
import { GUARANTEES, guaranteeFlaw } from '#scenarios';

type Stated<Name extends keyof Guarantees> = { readonly [N in Name]: Promised<Guarantees[N]> };
/** What MQTT itself says, or time enough, need not be stated. */
type Plain = keyof typeof PLAIN;

export type Promises = Stated<Exclude<keyof Guarantees, Plain>> & Partial<Stated<Plain>>;

export interface Promised<Value> {
  value: Value;
  /** Where that is written, or how it was found. */
  because: string;
}

export const guaranteesOf = (promises: Promises): Guarantees =>
  ({ ...PLAIN, ...stated(promises) }) as unknown as Guarantees;

/** Of a broker whose every promise nobody has looked up. */
export const someGuaranteesOf = (promises: Partial<Promises>): Partial<Guarantees> =>
  stated(promises) as Partial<Guarantees>;

const stated = (promises: Partial<Promises>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(promises).map(([name, { value }]) => [name, value]));

/** What a plug-in says of promises, held to the same as what a scenario declares of guarantees. */
export const promisesFlaws =
  (how: 'every one' | 'any') =>
  (promises: unknown, at: string): string[] => {
    if (!isMap(promises)) return [`${at} ${mustBe('a map', promises)}`];
    return [
      ...GUARANTEES.flatMap((name) => {
        const promise = promises[name];
        if (promise === undefined && (how === 'any' || Object.hasOwn(PLAIN, name))) return [];
        return promiseFlaws(name, promise, `${at}.${name}`);
      }),
      ...strangeKeys(promises, GUARANTEES, at),
    ];
  };

function promiseFlaws(name: keyof Guarantees, promise: unknown, at: string): string[] {
  if (!isMap(promise)) return [`${at} ${mustBe('a map', promise)}`];
  const { value, because } = promise;
  const wrong = guaranteeFlaw(name, value);
  const isReason = typeof because === 'string' && because !== '';
  return [
    ...(wrong === null ? [] : [`${at}.value ${wrong}`]),
    ...(isReason ? [] : [`${at}.because ${mustBe('text', because)}`]),
    ...strangeKeys(promise, ['value', 'because'], at),
  ];
}
