/** The words by which rows are labelled. Codes stay for ever: models are trained on them. */
import { hashText } from '../random.ts';

/** How far a device is in what ails it. */
export const AILING = {
  normal: 0,
  incipient: 1,
  active: 2,
  failed: 3,
  recovery: 4,
  maintenance: 5,
} as const;

/** The same number for a class of fault in every data set; 0 is none. */
export const faultCode = (faultClass: string): number => 1 + (hashText(faultClass) % 65_535);

/** Something that happened to a device, from its cause to the end of its effect. */
export interface LabelEvent {
  id: string;
  /** Of the plan. */
  fault: string;
  /** The item of the scenario that brought it. */
  cause: string;
  device: string;
  /** What of the world it is: a sick machine and a sensor that lies are told apart. */
  layer: 'process' | 'sensor';
  faultClass: string;
  component: string;
  /** States and signals that were otherwise because of it. */
  channels: readonly string[];
  profile: string;
  severity: number;
  /** The scenario's time of the cause, in milliseconds. */
  causeFrom: number;
  causeTo: number;
  /**
   * The first and the last sample whose true state is another than it would have been; null where
   * there is none.
   */
  effectFrom: number | null;
  effectTo: number | null;
  /** The first sample that shows it. */
  detectableAt: number | null;
}

/** Whether a sample is one of those that it made otherwise, or lies between them. */
export const isInEffect = (event: LabelEvent, t: number): boolean =>
  event.effectFrom !== null &&
  event.effectTo !== null &&
  t >= event.effectFrom &&
  t <= event.effectTo;
