/**
 * What a part brings into a plan only where an entry sets it so. A part may be asked for in two
 * ways, of which one speaks streams and writes ops of its own: a plan without it must stay what it
 * was, since its codes are numbered by all that is in it.
 */
import type { DeclaredOp, FieldForm, ParamValues, StreamSpec } from '#kernel';

type Ops = Readonly<Record<DeclaredOp, Readonly<Record<string, FieldForm>>>>;

export interface PartBesides {
  where(params: ParamValues): boolean;
  streams: readonly StreamSpec[];
  ops: Ops;
}

interface Brings {
  streams?: readonly StreamSpec[];
  ops?: Ops;
  besides?: PartBesides;
}

/** All that it may bring into a plan, however it is set. */
export const broughtStreams = ({ streams = [], besides }: Brings): readonly StreamSpec[] =>
  besides === undefined ? streams : [...streams, ...besides.streams];

export const broughtOps = ({ ops = {}, besides }: Brings): Ops =>
  besides === undefined ? ops : { ...ops, ...besides.ops };
