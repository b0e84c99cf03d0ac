/**
 * The shapes by which rooms that never import each other fit together: a pipe of bytes, the digests
 * a pure room is handed. No behaviour lives here.
 */
import type { Cancel } from './time.ts';

/**
 * Digests as the host provides them; synchronous, since WebCrypto would leak real time into the sim
 * gear.
 */
export interface Digests {
  sha256Hex(data: string | Uint8Array): string;
}

/** What tells whether bytes are whole, and whose they are; as pure as a digest. */
export interface Seals extends Digests {
  /** Whether this key signed the message; false for a key or an `alg` that is none. */
  verify(alg: string, publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
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

/**
 * Something with a next time, on a pacing wheel: `fire` returns when it wants to be called again;
 * Infinity for never. It is told the instant of its quantum, or the time itself when that is long
 * past.
 */
export interface Paced {
  fire(atMs: number): number;
}
