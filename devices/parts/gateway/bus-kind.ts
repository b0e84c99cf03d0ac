/**
 * The contract of a kind of bus, one file each in buses/: what the gateway is told by it, and what
 * it tells. A further kind is a further file and a line in bus.ts.
 */
import type { BusTrouble, Params, ParamValues } from '#kernel';
import type { Letter } from '../../freight.ts';
import type { PartChild, PartFlaw } from '../../part.ts';
import type { BusSide } from './bus-side.ts';

/** One kind of bus at work. */
export interface LocalBus {
  begin(): void;
  /** A child has something to say. */
  offered?(child: number): void;
  /** Something came down for a child. */
  brought(letter: Letter): void;
  /** The gateway's memory is gone, and what it had to say to its children. */
  forgot(): void;
  end(): void;
}

export interface BusKind {
  /** Under which its parameters stand in `bus`; null where they stand in it themselves. */
  word: string | null;
  about: string;
  fields: Params;
  /** Children are asked or expected at known times, so that silence shows, and faults act. */
  asks: boolean;
  /** Of those that ask, whether such a fault shows on it; every one does if left out. */
  feels?(trouble: BusTrouble): boolean;
  /** In real time it is a real bus, which whoever runs the fleet opens under its word. */
  isField?: true;
  /** Why a child has no line beside it, over which it could load anything; left out, it has. */
  noLine?: string;
  /** What comes down for a child is not handed over at once. */
  holds: boolean;
  /** What is wrong with its parameters, given the children; `path` is where they stand. */
  flaws?(own: ParamValues, children: readonly PartChild[], path: PartFlaw['path']): PartFlaw[];
  /** `own` are those of `fields`, `bus` all of the bus. */
  start(side: BusSide, own: ParamValues, bus: ParamValues): LocalBus;
}
