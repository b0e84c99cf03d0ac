/**
 * What a device could still run when it found nothing: of the images that it kept, those that lay
 * in its flash, were not older than it may run, and of which no fault had taken a bit. Where none
 * was left, that it is down is the fault's doing and not the bootloader's.
 */
import type { OtaKept, OtaStory } from './story.ts';

/** None of them, where it can run nothing by no doing of its own. */
export function leftToRun({ kept, harmed, installs }: OtaStory, t: number): OtaKept[] {
  const before = kept.filter((one) => one.t <= t);
  const last = before.at(-1);
  if (last === undefined) return [];
  const floor = Math.max(...before.map(({ counter }) => counter));
  // Two banks: the one before is there until something is written over it.
  const former = before.findLast(({ sha256 }) => sha256 !== last.sha256);
  const isThere = former !== undefined && !installs.some((at) => at > last.t && at <= t);
  return [last, ...(isThere ? [former] : [])].filter(
    (one) =>
      one.counter >= floor &&
      !harmed.some((harm) => harm.sha256 === one.sha256 && harm.t >= one.t && harm.t <= t),
  );
}
