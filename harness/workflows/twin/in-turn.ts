/** Tasks that wait for their turn: no more than so many are under way at one time. */

export interface InTurn {
  /** Settles when the task has ended, however it did. */
  add(task: () => Promise<void>): Promise<void>;
  /** When nothing is under way or waits any more. What the first of them threw is thrown here. */
  idle(): Promise<void>;
}

export function inTurn(most: number): InTurn {
  const waiting: (() => void)[] = [];
  /** Those before it have had their turn: a long list is not moved up for each. */
  let first = 0;
  const idle: (() => void)[] = [];
  let underWay = 0;
  let failure: { error: unknown } | null = null;
  const next = (): void => {
    while (underWay < most && first < waiting.length) {
      underWay++;
      waiting[first++]?.();
    }
    if (first === waiting.length) first = waiting.length = 0;
    if (underWay === 0) for (const told of idle.splice(0)) told();
  };
  const run = async (task: () => Promise<void>): Promise<void> => {
    try {
      await task();
    } catch (error) {
      failure ??= { error };
    }
    underWay--;
    next();
  };
  return {
    add: (task) =>
      new Promise((done) => {
        waiting.push(() => void run(task).then(done));
        next();
      }),
    idle: async () => {
      if (underWay > 0) await new Promise<void>((resolve) => idle.push(resolve));
      if (failure !== null) throw failure.error;
    },
  };
}
