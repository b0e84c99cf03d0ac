/**
 * A toxic: one way to spoil a stream of bytes. It sits in a chain between a source and a
 * destination, with an injected clock and injected chance, synchronous throughout; so the same file
 * serves TCP in the real gear and the in-memory link in sim.
 *
 *      source ─▶ toxic ─▶ toxic ─▶ … ─▶ destination          one chain per connection and direction
 *
 * A toxic may hold, delay or drop what is pushed into it, and may end the connection. When it is
 * removed it lets go of everything it still holds, in order and at once; a toxic that only shapes
 * never loses a byte.
 */
import type { ChunkSink, Timers } from '#kernel';

export type Attributes = Readonly<Record<string, number>>;

/** How a connection is ended: an orderly FIN or an abrupt RST. */
export type Ending = 'fin' | 'rst';

export interface ToxicContext {
  /** What follows in the chain. After `next.end()` nothing more is taken. */
  next: ChunkSink;
  timers: Timers;
  /** Uniform in [0, 1), from a stream named for this toxic on this connection. */
  random(): number;
  attributes: Attributes;
  /** Ends the whole connection at once, both directions; what the chain still holds is lost. */
  destroy(ending: Ending): void;
}

/**
 * A toxic at work on one direction of one connection. Nothing is pushed into it after its `end`.
 */
export interface ToxicStage extends ChunkSink {
  update(attributes: Attributes): void;
  /** Lets go of what is held; afterwards nothing is pushed into it and it pushes nothing. */
  remove(): void;
  /** The connection is over: timers end, what is held is forgotten. */
  stop(): void;
  /** Bytes taken and not yet passed on; absent for a toxic that holds nothing back. */
  heldBytes?(): number;
}

export interface ToxicKind {
  kind: string;
  summary: string;
  /** Attributes with their defaults and legal ranges; all whole numbers. */
  attributes: Readonly<
    Record<string, { about: string; default: number; min: number; max: number }>
  >;
  start(context: ToxicContext): ToxicStage;
  /**
   * What stands in its place on a connection that its toxicity spares; passes everything on when
   * absent.
   */
  spare?(context: ToxicContext): ToxicStage;
}

export const defineToxic = (toxic: ToxicKind): ToxicKind => toxic;

/** Passes everything on. */
export const passing = ({ next }: ToxicContext): ToxicStage => ({
  push: (chunk) => next.push(chunk),
  end: () => next.end(),
  update: () => {},
  remove: () => {},
  stop: () => {},
});

/** Whole milliseconds to wait until `due`; never early. */
export const waitUntil = (timers: Timers, due: number): number =>
  Math.max(0, Math.ceil(due - timers.now()));

/** Longest time an attribute may name: about 23 days, what a timer can carry. */
export const MS_MAX = 2_000_000_000;
