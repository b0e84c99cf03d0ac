/**
 * Has the target do something by itself when an alarm is raised or cleared, as an operator asks it
 * to, and may stop all of it for a while. At the end it is read back what the target decided and
 * why, which commands went down, and what their devices answered.
 */
import { ACT_OPS, type ActPlan } from '#kernel';
import { beside } from './acts/beside.ts';
import { LivingAct } from './acts/living-act.ts';
import { actParams } from './acts/params.ts';
import { readAct } from './acts/reading.ts';
import { defineWorkflow } from './workflow.ts';

export default defineWorkflow({
  kind: 'acts',
  summary: 'has the target do something when an alarm is raised or cleared, within guards',
  params: actParams,
  ops: ACT_OPS,
  needs: ['acts', 'rules'],
  parts: ['acts'],
  resolve: readAct,
  beside: (resolved, all, context) => beside(resolved as ActPlan, all, context),
  start: (ports, resolved) => new LivingAct(ports, resolved as ActPlan),
});
