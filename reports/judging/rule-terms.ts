/** What the names of a rule come to, for people; and which alarms of others stood as it was due. */
import type { RulePlan, TermPlan } from '#kernel';
import type { WitnessEvent } from '../result.ts';
import { formatSpan } from '../wording.ts';
import type { RuleStory } from './rule-story.ts';

/** The condition, and behind it what it speaks of beside what is measured. */
export const sayCondition = ({ when, terms }: Pick<RulePlan, 'when' | 'terms'>): string =>
  [when, ...terms.map(sayTerm)].join('; ');

function sayTerm({ name, does, what, of, overMs, last }: TermPlan): string {
  const said = what.join(', then ');
  if (does === 'alarm') {
    const since = overMs === 0 ? 'stands' : `was raised within ${formatSpan(overMs)}`;
    return `${name}: the alarm of ${said} ${since}`;
  }
  const whose = of === '' ? '' : ` of ${of}`;
  const over = overMs === 0 ? '' : ` over ${formatSpan(overMs)}`;
  const most = last === 0 ? '' : `, the last ${last}`;
  return `${name}: ${does} of ${said}${whose}${over}${most}`;
}

/** Of each alarm that a rule speaks of, whether it stood at that moment, as the target tells it. */
export function alarmsBeside(
  { rule, subject }: RuleStory,
  at: number,
  stories: readonly RuleStory[],
): WitnessEvent[] {
  const flags = rule.terms.filter(({ does }) => does === 'alarm');
  return flags.flatMap(({ name, what: [other = ''] }) => {
    const own = stories.find((one) => one.rule.name === other && one.subject === subject);
    if (own === undefined) return [];
    const stood = own.told.findLast((one) => one.at <= at);
    const isOver = stood !== undefined && stood.cleared !== null && stood.cleared <= at;
    const whose = `of ${other} (${name})`;
    if (stood === undefined) return [{ t: at, who: subject, what: `no alarm ${whose} was raised` }];
    const stands = isOver ? `is over since ${stood.cleared} ms` : `stands since ${stood.at} ms`;
    return [{ t: at, who: subject, what: `the alarm ${whose} ${stands}` }];
  });
}
