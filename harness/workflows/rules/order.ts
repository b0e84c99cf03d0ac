/**
 * Workflows read back in the order in which they stand: what follows from alarms is read after the
 * alarms, so that there is nothing of which the cause was not there yet.
 */
import { isMap, type Problem } from '#kernel';
import type { Decided } from '../workflow.ts';

/** `name`: of the rule from which it follows; of any where it is left out. */
export function beforeRules(resolved: unknown, all: readonly Decided[], name?: string): Problem[] {
  const own = all.findIndex((one) => one.resolved === resolved);
  const last = all.findLastIndex(
    ({ workflow, resolved: rule }) =>
      workflow === 'rules' && isMap(rule) && (name === undefined || rule.name === name),
  );
  if (own < 0 || last < own) return [];
  const message = 'it stands before the rules whose alarms it is about, and is read back too early';
  return [{ code: 'bad-order', message, hint: 'write it behind rules' }];
}
