/**
 * What faults share that are felt where a device lives, on a bus or in a part of it: those they
 * name feel it, until it is over.
 */
import type { FaultPlan } from '#kernel';
import { type FaultActions, type Undo, undoAll } from './fault.ts';

export const strikeDevices = async (actions: FaultActions, fault: FaultPlan): Promise<Undo> =>
  undoAll([await actions.strike(fault)]);
