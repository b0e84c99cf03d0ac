/**
 * What is tried, and for how long: an image that was signed for a time that was over when its
 * device took it is tried by nobody, and one that has not proved itself in time is given up.
 */
import type { FirmwarePlan, Plan } from '#kernel';
import { readManifest } from '#kernel';
import type { Span } from '../timeline.ts';
import type { OtaBoot, OtaStory } from './story.ts';
import { keptAtAll, ran } from './uses.ts';

const MS = 1000;
/** Times of devices are whole milliseconds. */
const ROUNDED = 2 * MS;
/** For so long a trial lasts at most, where the entry of its device says nothing. */
const WITHIN_MS = 20_000;
/** Its restart comes that much later, waits so long for other parts at most, and may be late. */
const [RESTART_MS, FINISH_MS, LATE_MS] = [300, 10_000, 1000];

/** Boots of what it took too late, by what is signed, and had not kept before. */
export function expiredIn(story: OtaStory, campaigns: readonly FirmwarePlan[]): OtaBoot[] {
  const kept = keptAtAll(story);
  return campaigns.flatMap(({ campaign: { name, image } }) => {
    const until = readManifest(image.text)?.until;
    if (until === undefined) return [];
    return ran(story).filter(({ t, sha256 }) => {
      if (sha256 !== image.sha256) return false;
      if (kept.some((one) => one.sha256 === sha256 && one.t < t)) return false;
      const taken = story.attempts.findLast((one) => one.campaign === name && one.beganAt <= t);
      return taken !== undefined && taken.beganAt > until * MS + ROUNDED;
    });
  });
}

/** The last boot on trial, where neither its end nor that of the trial came in time. */
export function endlessIn(
  story: OtaStory,
  { plan, device, stalls }: { plan: Plan; device: number; stalls: readonly Span[] },
): OtaBoot[] {
  const boot = story.boots.at(-1);
  if (boot?.isTrial !== true || story.read === null) return [];
  const { t, sha256 } = boot;
  const ends = [
    ...story.kept.filter((one) => one.sha256 === sha256).map((one) => one.t),
    ...[...story.starts, ...story.offs].filter((at) => at > t),
    story.read.t,
  ];
  const end = Math.min(...ends.filter((at) => at >= t));
  const stood = stalls.reduce(
    (sum, { from, to }) => sum + Math.max(0, Math.min(to, end) - Math.max(from, t)),
    0,
  );
  const mostMs = withinOf(plan, device) + RESTART_MS + FINISH_MS + LATE_MS;
  return end - t - stood > mostMs * MS ? [boot] : [];
}

function withinOf({ devices, entries }: Plan, device: number): number {
  const entry = entries[devices[device]?.entry ?? -1];
  return Number(entry?.parts.find(({ kind }) => kind === 'ota')?.params.within ?? WITHIN_MS);
}
