/**
 * Proves what is not known yet, some of it side by side, and writes down each finding when it is
 * there. When it is told to stop, what is under way is dropped: half a run has proved nothing.
 */
import type { Resumable } from './case.ts';
import type { Row, State } from './state.ts';

export interface WorkRequest<C extends Resumable> {
  cases: readonly C[];
  state: State;
  jobs: number;
  signal: AbortSignal;
  /** After each. */
  found(one: C, row: Row): void;
}

export async function work<C extends Resumable>({
  cases,
  state,
  jobs,
  signal,
  found,
}: WorkRequest<C>): Promise<void> {
  const left = [...cases];
  const next = async (): Promise<void> => {
    for (let one = left.shift(); one !== undefined && !signal.aborted; one = left.shift()) {
      const began = performance.now();
      const finding = await one.prove(signal).catch((error: unknown) => ({ wrong: said(error) }));
      if (signal.aborted) return;
      const seconds = Math.round((performance.now() - began) / 100) / 10;
      const row = { id: one.id, over: one.over, seconds, ...finding };
      state.keep(row);
      found(one, row);
    }
  };
  await Promise.all(Array.from({ length: jobs }, next));
}

const said = (error: unknown): string =>
  `the proving ground itself failed: ${error instanceof Error ? error.message : String(error)}`;
