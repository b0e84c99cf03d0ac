/** When what is injected and healed, and what may not act at once. Pure. */
import { type FaultPlan, formatDuration, isToldOfEach, type ToxicSpec } from '#kernel';

export interface FaultStep {
  at: number;
  kind: 'inject' | 'heal';
  fault: FaultPlan;
}

/** In the order of time; at one instant healing comes first, then the order of ids. */
export function schedule(faults: readonly FaultPlan[]): FaultStep[] {
  return faults
    .flatMap((fault): FaultStep[] => [
      { at: fault.from, kind: 'inject', fault },
      { at: fault.to, kind: 'heal', fault },
    ])
    .sort((a, b) => a.at - b.at || rank(a) - rank(b) || (a.fault.id < b.fault.id ? -1 : 1));
}

/** A fault without duration is healed after it was injected, or it would stay for ever. */
function rank({ kind, fault }: FaultStep): number {
  if (kind === 'inject') return 1;
  return fault.from < fault.to ? 0 : 2;
}

export interface Conflict {
  first: string;
  second: string;
  message: string;
}

/** Whether two faults of this kind at once do what both do, told apart by how much. */
export type IsAdditive = (kind: string) => boolean;

/**
 * Faults that exclude each other: what one does the other has done already, so it could neither be
 * seen nor be taken back by itself. All else composes: whatever acts on a link acts in its turn,
 * and goes with its own end.
 */
export function conflictsOf(faults: readonly FaultPlan[], isAdditive: IsAdditive): Conflict[] {
  return faults.flatMap((second, index) =>
    faults.slice(0, index).flatMap((first) => {
      const overlaps = first.from < second.to && second.from < first.to;
      const what = overlaps ? doneTwice(first, second, isAdditive) : null;
      if (what === null) return [];
      const who = `${sayFault(first)} and ${sayFault(second)}`;
      return [
        { first: first.id, second: second.id, message: `${who} exclude each other: ${what}` },
      ];
    }),
  );
}

const sayFault = ({ id, fault, from, to }: FaultPlan): string =>
  `${id} (${fault}, ${formatDuration(from)} to ${formatDuration(to)})`;

/** What two faults would both do to one thing that can be done to it only once; null if nothing. */
function doneTwice(a: FaultPlan, b: FaultPlan, isAdditive: IsAdditive): string | null {
  if (a.acts !== b.acts) return null;
  if (a.acts === 'target') return 'both kill the target';
  if (a.acts === 'behind') {
    return a.params.hand === b.params.hand ? 'both use the same hand of the target' : null;
  }
  if (a.acts === 'inside') {
    const isSame = a.fault === b.fault && !isAdditive(a.fault);
    return isSame ? 'both do the same inside the target' : null;
  }
  if (a.acts === 'device')
    return share(a.devices, b.devices) ? 'both cut the power of the same devices' : null;
  if (isToldOfEach(a)) {
    const isSame = a.fault === b.fault && !isAdditive(a.fault) && share(a.devices, b.devices);
    const where = a.acts === 'bus' ? 'on the bus' : 'to a part';
    return isSame ? `both do the same ${where} of the same devices` : null;
  }
  if (!share(a.cohorts, b.cohorts)) return null;
  if (a.down && b.down) return 'both take down the link of the same devices';
  if (a.fault !== b.fault || isAdditive(a.fault)) return null;
  const isSame = share(a.toxics.map(placeOf), b.toxics.map(placeOf));
  return isSame ? 'both do the same to the link of the same devices' : null;
}

const placeOf = ({ type, stream }: ToxicSpec): string => `${type} ${stream}`;

function share<T>(some: readonly T[], others: readonly T[]): boolean {
  const all = new Set(others);
  return some.some((one) => all.has(one));
}
