/**
 * The duty cycle of a device that sleeps between its samples: awake for a while, away for the rest
 * of the period, and awake for good once sampling is over, so that what it holds may still go.
 */
import type { Paced } from './pacing.ts';

export function naps(
  sleep: { everyMs: number; awakeMs: number },
  first: number,
  tell: (event: { type: 'SLEEP' | 'WAKE' }) => void,
  isOver: () => boolean,
): Paced {
  let awake = true;
  let due = first;
  return {
    fire: () => {
      if (isOver()) {
        tell({ type: 'WAKE' });
        return Infinity;
      }
      tell({ type: awake ? 'SLEEP' : 'WAKE' });
      due += awake ? sleep.everyMs - sleep.awakeMs : sleep.awakeMs;
      awake = !awake;
      return due;
    },
  };
}
