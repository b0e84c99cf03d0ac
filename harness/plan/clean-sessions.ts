/**
 * A dialect may rule out sessions that outlive a connection. A device that kept one all the same
 * would be told what the rule says nobody tells it, so it is refused with its place.
 */
import type { Catalog, Plan, Problem } from '#kernel';
import { dialectFamily } from '../dialects/dialect-family.ts';

export function cleanSessionProblems(
  { entries, target }: Pick<Plan, 'entries' | 'target'>,
  catalog: Catalog,
): Problem[] {
  const because = catalog.of(dialectFamily).get(target.dialect)?.cleanBecause;
  if (because === undefined) return [];
  return entries.flatMap(({ id, session }, index) => {
    if (session === 'clean') return [];
    const path = `fleet[${index}].session`;
    const message = `the devices of ${id} keep their sessions: ${because}`;
    const hint = `write session: clean there, or leave it out (--set '${path}=clean')`;
    return [{ code: 'session', path, message, hint }];
  });
}
