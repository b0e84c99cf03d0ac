/**
 * What is wrong with a rule beside the others: each alarm of which it speaks is of a rule that is
 * there, that looks at single readings of all of its devices, and that does not in turn wait for
 * this one.
 */
import {
  isMap,
  isOf,
  knownHint,
  type Problem,
  phaseOf,
  type RulePlan,
  type TiersPlan,
} from '#kernel';
import type { Decided, WorkflowContext } from '../workflow.ts';

type Rules = readonly RulePlan[];

export function beside(
  rule: RulePlan,
  all: readonly Decided[],
  { devices, phases }: Pick<WorkflowContext, 'devices' | 'phases'>,
): Problem[] {
  const rules = all.flatMap(({ workflow, resolved }) =>
    workflow === 'rules' && isMap(resolved) ? [resolved as unknown as RulePlan] : [],
  );
  const ids = devices.map(({ id }) => id);
  const found = rule.terms.flatMap(({ name, does, what: [other = ''] }) =>
    does === 'alarm' ? amiss(rule, other, `let.${name}.alarm`, rules, ids) : [],
  );
  return [...found, ...circleOf(rule, rules), ...movedUnder(rule, all, ids, phases)];
}

/** At the end a rule is judged by readings as they came, and none of them may be moved by then. */
function movedUnder(
  { of }: RulePlan,
  all: readonly Decided[],
  ids: readonly string[],
  phases: WorkflowContext['phases'],
): Problem[] {
  const endMs = phaseOf(phases, 'drain').to;
  const least = Math.ceil((endMs + READ_BACK_MS) / 1000);
  return all.flatMap(({ workflow, resolved }) => {
    if (workflow !== 'tiers' || !isMap(resolved)) return [];
    const tiers = resolved as unknown as TiersPlan;
    const shared = ids.find((id) => isOf(of, id) && isOf(tiers.of, id));
    if (shared === undefined || tiers.keepMs >= least * 1000) return [];
    const kept = `the tiers ${tiers.name} keep for ${tiers.keepMs / 1000}s`;
    const message = `it needs the readings of ${shared} as they came until the end, and ${kept}`;
    const later = `longer than the run by the ${READ_BACK_MS / 1000}s in which all is read`;
    const hint = `write keep: ${least}s there, ${later}, or rules and tiers of others`;
    return [{ code: 'bad-value', message, hint }];
  });
}

/** So long it may take until all of it is read. */
const READ_BACK_MS = 30_000;

function amiss(
  rule: RulePlan,
  name: string,
  path: string,
  rules: Rules,
  ids: readonly string[],
): Problem[] {
  const other = rules.find((one) => one.name === name);
  if (other === undefined) {
    const others = rules.map((one) => one.name).filter((one) => one !== rule.name);
    const hint =
      others.length === 0 ? { hint: 'this scenario has no other rule' } : knownHint(name, others);
    return [{ code: 'unknown-rule', path, message: `there is no rule '${name}'`, ...hint }];
  }
  // It is told as a circle.
  if (other === rule) return [];
  const wrong = (message: string, hint: string): Problem[] => [
    { code: 'bad-value', path, message, hint },
  ];
  if (other.window !== null || other.silentMs > 0) {
    const what = other.window === null ? 'silence' : 'windows';
    const hint = 'take a rule over readings of a device';
    return wrong(`the rule ${name} is about ${what}, and stands by another clock`, hint);
  }
  const without = ids.find((id) => isOf(rule.of, id) && !isOf(other.of, id));
  return without === undefined
    ? []
    : wrong(`the rule ${name} is not over ${without}`, `write of: ${other.of}, as that has it`);
}

const spokenOf = ({ terms }: RulePlan): string[] =>
  terms.flatMap(({ does, what: [other = ''] }) => (does === 'alarm' ? [other] : []));

/** It is told of the first of its rules, and of no other. */
function circleOf(rule: RulePlan, rules: Rules): Problem[] {
  const way = wayBack(rule.name, rules);
  const [first] = rules.filter(({ name }) => way.includes(name));
  if (first?.name !== rule.name) return [];
  const message = `rules wait for each other's alarms: ${way.join(' → ')}`;
  const hint = 'have one of them speak of what devices measure instead';
  return [{ code: 'cyclic-rules', path: 'let', message, hint }];
}

/** The shortest from a rule to itself; nothing where there is none. */
function wayBack(name: string, rules: Rules): string[] {
  const seen = new Set<string>();
  for (let ways = [[name]]; ways.length > 0; ) {
    const longer: string[][] = [];
    for (const way of ways) {
      const last = rules.find((one) => one.name === way.at(-1));
      for (const next of last === undefined ? [] : spokenOf(last)) {
        if (next === name) return [...way, next];
        if (!seen.has(next)) longer.push([...way, next]);
        seen.add(next);
      }
    }
    ways = longer;
  }
  return [];
}
