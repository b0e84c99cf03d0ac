/**
 * What faults on links share: a direction, and the way toxics are put on every cohort and taken off
 * again.
 */
import type { FaultPlan, Param, ParamValues, ToxicSpec } from '#kernel';
import { type FaultHands, type Undo, undoAll } from './fault.ts';

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

export async function injectToxics(hands: FaultHands, fault: FaultPlan): Promise<Undo> {
  return undoAll(
    await doAll(fault.cohorts, (cohort) => hands.addToxics(cohort, fault.id, fault.toxics)),
  );
}

/**
 * Does something on every cohort; if one fails, what was done is undone before the failure is
 * passed on.
 */
export async function doAll(
  cohorts: readonly number[],
  act: (cohort: number) => Promise<Undo>,
): Promise<Undo[]> {
  const undos: Undo[] = [];
  try {
    for (const cohort of cohorts) undos.push(await act(cohort));
    return undos;
  } catch (error) {
    await undoAll(undos)().catch(() => {});
    throw error;
  }
}
