/**
 * What a part brings into a plan only where an entry sets it so, or a workflow is such. A part may
 * be asked for in two ways, of which one speaks streams and writes ops of its own: a plan without
 * it must stay what it was, since its codes are numbered by all that is in it.
 */
import type { DeclaredOp, FieldForm, ParamValues, Plan, StreamSpec } from '#kernel';

type Ops = Readonly<Record<DeclaredOp, Readonly<Record<string, FieldForm>>>>;

export interface PartBesides {
  /** Whether an entry that sets it so brings that into a run of such workflows. */
  where(params: ParamValues, workflows: Pick<Plan, 'workflows'>): boolean;
  streams?: readonly StreamSpec[];
  ops: Ops;
}

interface Brings {
  streams?: readonly StreamSpec[];
  ops?: Ops;
  besides?: readonly PartBesides[];
}

/** All that it may bring into a plan, however it is set. */
export const broughtStreams = ({ streams = [], besides = [] }: Brings): readonly StreamSpec[] => [
  ...streams,
  ...besides.flatMap((one) => one.streams ?? []),
];

export const broughtOps = ({ ops = {}, besides = [] }: Brings): Ops =>
  besides.length === 0 ? ops : Object.assign({}, ops, ...besides.map((one) => one.ops));
