/**
 * Faults of which nobody can see anything, since another one acts on the same links all the time.
 * Whether they happened is undecided then, and the run at best unknown: better told beforehand.
 */
import { hiddenBy } from '#chaos';
import type { Plan } from '#kernel';

export function hiddenNotes({ faults }: Pick<Plan, 'faults'>): string[] {
  return faults.flatMap((fault) => {
    const names = hiddenBy(fault, faults).map(({ id }) => id);
    if (names.length === 0) return [];
    return [
      `${fault.id}: as long as it lasts, ${names.join(', ')} acts on the same devices, so ` +
        'nobody can see whether it happens, and the run is at best unknown; let it begin before, ' +
        'end after, or act on other devices',
    ];
  });
}
