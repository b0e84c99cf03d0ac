/**
 * Has the target go by a rule, as an operator does: where what devices measure has been so for long
 * enough, it is to raise an alarm. At the end it is read back which alarms there were, and which
 * readings the target has: it could know of no others.
 */
import { RULE_OPS, type RulePlan } from '#kernel';
import { beside } from './rules/beside.ts';
import { LivingRule } from './rules/living-rule.ts';
import { ruleParams } from './rules/params.ts';
import { readRule } from './rules/reading.ts';
import { defineWorkflow } from './workflow.ts';

export default defineWorkflow({
  kind: 'rules',
  summary: 'has the target raise an alarm where what devices measure has been so for long enough',
  params: ruleParams,
  ops: RULE_OPS,
  needs: ['rules', 'telemetry'],
  resolve: (params, context) => {
    const { resolved, problems } = readRule(params, context);
    return { resolved, problems, takes: [`rule ${resolved.name}`] };
  },
  beside: (resolved, all, context) => beside(resolved as RulePlan, all, context),
  start: (ports, resolved) => new LivingRule(ports, resolved as RulePlan),
});
