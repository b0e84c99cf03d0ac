/**
 * A fault that is tied to a state of its devices. It is planned as a rule: which of a device's own
 * turns begin it is decided in the run, by the device, and each begin and end is in the ledger. So
 * nobody but the ledger knows when it acted on whom.
 */

export interface StateTie {
  /** `region.state`, as the statechart of the device calls it. */
  state: string;
  /**
   * It begins as the device enters the state for this time, counted from 1 since it may act.
   * Absent: whenever the device is in the state.
   */
  nth?: number;
  /** How long it acts on a device, each time: at most, where it may be over before. */
  forMs: number;
  /** It is over as soon as the device leaves the state; else it lasts all of its time. */
  ends: boolean;
}

/** Of `region.state`: a device is in one state of each of its regions. */
export const regionOf = (state: string): string => state.split('.', 1)[0] ?? '';
