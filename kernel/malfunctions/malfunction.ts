/** What goes wrong with the machine of a device, as a plan holds it. */

export const GROWTHS = ['step', 'ramp', 'exponential', 'intermittent'] as const;

/** One of the malfunctions of a device's model, and how it comes about. */
export interface Malfunction {
  kind: string;
  /** How bad it gets: 1 is the worst that the model knows. */
  severity: number;
  grows: (typeof GROWTHS)[number];
  /** From the onset until it is as bad as it gets; null for as long as its fault lasts. */
  overMs: number | null;
}

/** One that a device has, by the fault that brings it; times are of the scenario. */
export interface Malfunctioning extends Malfunction {
  overMs: number;
  fault: string;
  /** The item of the scenario that brought it. */
  cause: string;
  from: number;
  to: number;
}
