/**
 * What faults on links share: a direction, and the way toxics are put on every cohort and taken off
 * again.
 */
import type { FaultPlan, Param, ParamValues, ToxicSpec } from '#kernel';
import { type FaultActions, type Undo, undoAll } from './fault.ts';

export const directionParam: Param = {
  kind: 'choice',
  about: 'Seen from the device: up is towards the target',
  of: ['both', 'up', 'down'],
  default: 'both',
};

export function streamsOf(params: ParamValues): ToxicSpec['stream'][] {
  if (params.direction === 'up') return ['upstream'];
  if (params.direction === 'down') return ['downstream'];
  return ['upstream', 'downstream'];
}

export async function injectToxics(actions: FaultActions, fault: FaultPlan): Promise<Undo> {
  return undoAll(
    await doAll(fault.cohorts, (cohort) => actions.addToxics(cohort, fault.id, fault.toxics)),
  );
}

/**
 * Does something to each, to all at one time; if one fails, what was done is undone before the
 * failure is passed on.
 */
export async function doAll<T>(
  items: readonly T[],
  act: (item: T) => Promise<Undo>,
): Promise<Undo[]> {
  const outcomes = await Promise.allSettled(items.map(act));
  const undos = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failed = outcomes.find((one) => one.status === 'rejected');
  if (failed === undefined) return undos;
  await undoAll(undos)().catch(() => {});
  throw failed.reason;
}
