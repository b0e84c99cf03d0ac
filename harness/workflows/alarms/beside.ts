/** An operator who hears of no alarm at all was meant to hear of some. */
import { type AlarmPlan, isMap, type Problem } from '#kernel';
import { beforeRules } from '../rules/order.ts';
import type { Decided } from '../workflow.ts';

export function beside(own: Pick<AlarmPlan, 'of'>, all: readonly Decided[]): Problem[] {
  const { of } = own;
  const names = all.flatMap(({ workflow, resolved }) =>
    workflow === 'rules' && isMap(resolved) ? [String(resolved.name)] : [],
  );
  if (names.length === 0) {
    const message = 'no rule raises an alarm that could be looked after';
    const hint = 'write rules beside it, such as - rules: [{ name: warm, when: temperature > 8 }]';
    return [{ code: 'unknown-rule', message, hint }];
  }
  if (names.some((name) => name.startsWith(of))) return beforeRules(own, all);
  const message = `no rule has a name that begins with ${JSON.stringify(of.slice(0, 64))}`;
  const hint = `rules are ${names.slice(0, 12).join(', ')}; leave of out for all of them`;
  return [{ code: 'unknown-rule', path: 'of', message, hint }];
}
