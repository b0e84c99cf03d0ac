/**
 * What is tried, and for how long: an image that was signed for a time that was over when its
 * device took it is tried by nobody, and one that has not proved itself in time is given up.
 */
import type { FirmwarePlan, Plan } from '#kernel';
import { readManifest } from '#kernel';
import type { Span } from '../timeline.ts';
import { paramOf } from './signed.ts';
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

/** What surrounds the trials of one device. */
interface Around {
  plan: Plan;
  device: number;
  /** When we stood still ourselves. */
  stalls: readonly Span[];
}

/** What was on trial, where neither its end nor that of the trial came in time. */
export const endlessIn = (story: OtaStory, around: Around): OtaBoot[] =>
  story.read === null ? [] : [...endlessBoot(story, around), ...endlessUses(story, around)];

function endlessBoot(story: OtaStory, around: Around): OtaBoot[] {
  const boot = story.boots.at(-1);
  if (boot?.isTrial !== true) return [];
  const kept = story.kept.filter(({ sha256 }) => sha256 === boot.sha256).map(({ t }) => t);
  const isLong = lastsOver(story, around, boot.t, kept, RESTART_MS + FINISH_MS + LATE_MS);
  return isLong ? [boot] : [];
}

/** An artefact is tried where it is, and whatever is used of its kind next has taken its place. */
const endlessUses = (story: OtaStory, around: Around): OtaBoot[] =>
  story.uses.filter((use, at) => {
    if (!use.isTrial) return false;
    const next = story.uses.slice(at + 1).find(({ kind }) => kind === use.kind);
    return lastsOver(story, around, use.t, next === undefined ? [] : [next.t], LATE_MS);
  });

/** Whether a trial that began then lasts for more than its time, and so much. */
function lastsOver(
  story: OtaStory,
  { plan, device, stalls }: Around,
  t: number,
  ends: readonly number[],
  moreMs: number,
): boolean {
  const over = [...story.starts, ...story.offs].filter((at) => at > t);
  const read = story.read === null ? [] : [story.read.t];
  const end = Math.min(...[...ends, ...over, ...read].filter((at) => at >= t));
  const stood = stalls.reduce(
    (sum, { from, to }) => sum + Math.max(0, Math.min(to, end) - Math.max(from, t)),
    0,
  );
  const withinMs = Number(paramOf(plan, device, 'within') ?? WITHIN_MS);
  return end - t - stood > (withinMs + moreMs) * MS;
}
