/** What is said on the control channel: one JSON object a line, in both directions. */
import type { Socket } from 'node:net';
import { createInterface, type Interface } from 'node:readline';

export type Line =
  | { hello: string }
  | { call: number; method: string; params: unknown }
  | { answer: number; value?: unknown; error?: string }
  | { news: string; value: unknown };

/** Null for half a line, the last word of a process that was killed. */
export function lineIn(text: string): Line | null {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return null;
  }
}

/**
 * A reader of lines says again what its socket says: a process that was killed is no error here.
 */
export function linesOf(socket: Socket): Interface {
  const lines = createInterface({ input: socket });
  lines.on('error', () => {});
  return lines;
}
