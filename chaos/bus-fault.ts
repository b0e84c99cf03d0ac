/** What faults on the bus of a gateway share: those they name feel it, until it is over. */
import type { FaultPlan } from '#kernel';
import { type FaultActions, type Undo, undoAll } from './fault.ts';

export const strikeBus = async (actions: FaultActions, fault: FaultPlan): Promise<Undo> =>
  undoAll([await actions.strike(fault)]);
