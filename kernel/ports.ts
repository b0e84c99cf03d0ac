/**
 * The shapes by which rooms that never import each other fit together: what a plug-in declares of
 * its parameters, a pipe of bytes, the digests a pure room is handed. No behaviour lives here.
 */
import type { Cancel } from './time.ts';

/**
 * One parameter of a plug-in. A plain record and not a schema library, so that a plug-in is one
 * file without dependencies; parsing, JSON Schema, help and range errors are all derived from it.
 */
export type Param = ParamShape & {
  /** Of the optional parameters of one group, at least one must be given. */
  group?: string;
};

type ParamShape =
  | {
      kind: 'duration';
      about: string;
      default?: string;
      min?: string;
      max?: string;
      optional?: boolean;
    }
  | {
      kind: 'number';
      about: string;
      unit?: string;
      default?: number;
      min?: number;
      max?: number;
      optional?: boolean;
    }
  | {
      kind: 'integer';
      about: string;
      unit?: string;
      default?: number;
      min?: number;
      max?: number;
      optional?: boolean;
    }
  | { kind: 'share'; about: string; default?: string; optional?: boolean }
  | { kind: 'bytes-per-second'; about: string; default?: string; optional?: boolean }
  | { kind: 'choice'; about: string; of: readonly string[]; default?: string; optional?: boolean }
  | {
      kind: 'text';
      about: string;
      /** What the text must name: checked when the plan is made. */
      names?: 'fault' | 'phase' | 'phase-or-fault';
      default?: string;
      optional?: boolean;
    }
  | { kind: 'boolean'; about: string; default?: boolean; optional?: boolean };

export type Params = Readonly<Record<string, Param>>;

/**
 * Parameters after parsing: durations in milliseconds, shares in 0..1, rates in bytes per second.
 */
export type ParamValues = Readonly<Record<string, number | string | boolean>>;

/**
 * Digests as the host provides them; synchronous, since WebCrypto would leak real time into the sim
 * gear.
 */
export interface Digests {
  sha256Hex(data: string | Uint8Array): string;
}

/** One stretch of bytes on its way through a link. */
export interface Chunk {
  bytes: Uint8Array;
  /** Clock time at which it entered the link (shifted by each latency it passed). */
  at: number;
}

/** Where a toxic puts what it lets through. */
export interface ChunkSink {
  push(chunk: Chunk): void;
  /** The stream ended in this direction; nothing follows. */
  end(): void;
}

/** A timer source: all a toxic needs of a clock. */
export interface Timers {
  now(): number;
  after(delayMs: number, action: () => void): Cancel;
}
