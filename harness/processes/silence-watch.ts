/**
 * Watches for a process that has fallen silent. A shard tells of itself several times a second, so
 * one of which nothing is heard hangs, whether or not anybody is asking it something; a fault that
 * nobody sees any more would else go on until its end. Silence is counted in our own looks and not
 * in time: when it was us who stood still, nobody is blamed.
 */
import type { Timers } from '#kernel';

/** Who should be heard of all the time. */
export interface Speaker {
  name: string;
  /** Whether anything came from it since this was last asked. */
  wasHeard(): boolean;
}

const LOOK_MS = 1000;

/** `onSilent` is told of each once. */
export function watchSilence(
  timers: Timers,
  speakers: readonly Speaker[],
  boundMs: number,
  onSilent: (name: string) => void,
): () => void {
  const silentMs = new Map(speakers.map((one) => [one, 0]));
  const look = (): void => {
    cancel = timers.after(LOOK_MS, look);
    for (const [one, before] of silentMs) {
      const silent = one.wasHeard() ? 0 : before + LOOK_MS;
      silentMs.set(one, silent);
      if (silent < boundMs) continue;
      silentMs.delete(one);
      onSilent(one.name);
    }
  };
  let cancel = timers.after(LOOK_MS, look);
  return () => cancel();
}
