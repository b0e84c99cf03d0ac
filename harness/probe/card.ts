/** What a card says, for a scenario and beside what a broker known by name promises. */
import { formatDuration, type Guarantees } from '#kernel';
import { guaranteeKey } from '#scenarios';
import type { Promises } from '../plan/promises.ts';
import type { Finding } from './question.ts';

type Name = keyof Guarantees;

export interface Broken {
  name: Name;
  key: string;
  promised: Guarantees[Name];
  found: Guarantees[Name];
  because: string;
}

/** Everything that a scenario may hold it to; of two words on one thing the later one counts. */
export const guaranteesIn = (findings: readonly Finding[]): Partial<Guarantees> =>
  Object.assign({}, ...findings.map(({ guarantees = {} }) => guarantees)) as Partial<Guarantees>;

/** A block to paste below `target:`, each line with how it was seen. */
export function yamlOf(findings: readonly Finding[]): string {
  const lines = findings.flatMap(({ guarantees = {}, found, seen }) =>
    (Object.entries(guarantees) as [Name, Guarantees[Name]][]).flatMap(([name, value]) => [
      `  # ${found}: ${seen}`,
      `  ${guaranteeKey(name)}: ${written(name, value)}`,
    ]),
  );
  return lines.length === 0 ? 'guarantees: {}\n' : `guarantees:\n${lines.join('\n')}\n`;
}

const written = (name: Name, value: Guarantees[Name]): string =>
  name.endsWith('Ms') ? formatDuration(Number(value)) : String(value);

/**
 * Promises that what was seen contradicts. More than is promised breaks nothing: who promises a
 * queue of 1,000 and keeps 1,500 is only modest.
 */
export function brokenPromises(
  promises: Partial<Promises>,
  findings: readonly Finding[],
): Broken[] {
  const seen = guaranteesIn(findings);
  return (Object.keys(promises) as Name[]).flatMap((name) => {
    const promise = promises[name];
    const found = seen[name];
    if (promise === undefined || found === undefined) return [];
    const { value, because } = promise;
    if (holds(name, value, found)) return [];
    return [{ name, key: guaranteeKey(name), promised: value, found, because }];
  });
}

/** Numbers where more is better, and the others where it is worse. */
const WORSE_WHEN_MORE: readonly Name[] = ['keepAliveGrace', 'redeliversWithinMs'];

function holds(name: Name, promised: Guarantees[Name], found: Guarantees[Name]): boolean {
  if (typeof promised === 'number' && typeof found === 'number') {
    return WORSE_WHEN_MORE.includes(name) ? found <= promised : found >= promised;
  }
  if (name === 'acknowledgesEarly') return promised === true || found === false;
  if (typeof promised === 'boolean') return promised === false || found === true;
  return found === promised;
}
