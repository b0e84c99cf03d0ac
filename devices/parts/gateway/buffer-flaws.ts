/** A buffer that nobody fills, or that ranks those who are not there, told before a run. */
import { noSuch, type ParamValues } from '#kernel';
import type { PartFlaw, PartOwner } from '../../part.ts';

export function bufferFlaws(
  { priorities }: ParamValues,
  { passengers }: PartOwner,
): readonly PartFlaw[] {
  if (passengers.length === 0) {
    const message = 'no entry speaks through its devices, so there is nothing to keep';
    return [
      { path: [], message, hint: 'write via: and the id of this entry where its children are' },
    ];
  }
  return Object.keys(priorities as object).flatMap((id) =>
    noSuch('entry of children', id, passengers, ['priorities', id]),
  );
}
