/**
 * The commands by which a broker is killed and started. Whatever happens between the two, it is
 * started again: a probe leaves a broker as it found it.
 */
import { obey } from '../targets/obey.ts';

export interface Hands {
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Starts it where it was killed and not started again. */
  heal(): Promise<void>;
}

const KILL_MS = 15_000;
/** A start command may stay in the foreground: then it is not waited for. */
const START_MS = 10_000;

export function handsOf(kill: string, start: string): Hands {
  let isDown = false;
  const startAgain = async (): Promise<void> => {
    await obey({ place: '--start', shell: start, mayStay: true, boundMs: START_MS });
    isDown = false;
  };
  return {
    kill: async () => {
      isDown = true;
      await obey({ place: '--kill', shell: kill, mayStay: false, boundMs: KILL_MS });
    },
    start: startAgain,
    heal: async () => {
      if (isDown) await startAgain();
    },
  };
}
