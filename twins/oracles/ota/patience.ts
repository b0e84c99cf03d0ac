/**
 * Whether a device waited for what it must: for its user, before it takes what it was offered; and
 * for the time of its test, before it keeps what it has on trial.
 */
import { isCarried, type Plan } from '#kernel';
import { paramOf } from './signed.ts';
import type { OtaAttempt, OtaKept, OtaStory } from './story.ts';

const MS = 1000;
/** Times of devices are whole milliseconds. */
const ROUNDED = 2 * MS;

/** What it kept sooner than it had been online with it for as long as its test lasts. */
export function keptTooSoon(story: OtaStory, plan: Plan, device: number): OtaKept[] {
  const testUs = Number(paramOf(plan, device, 'test') ?? 0) * MS;
  // Whoever is carried has no line of its own.
  const hasLines = story.online.length > 0 && !isCarried(plan, device);
  return provedIn(story)
    .filter(({ kept, triedAt }) => {
      // What it had on trial before it came online has been tested since then alone.
      const line = story.online.findLast(({ from }) => from <= kept.t);
      if (line === undefined || line.to < kept.t - ROUNDED) return hasLines;
      return kept.t - Math.max(triedAt, line.from) < testUs - ROUNDED;
    })
    .map(({ kept }) => kept);
}

/** What it kept, with when it had begun to try it; what it came up with as kept, nobody tries. */
function provedIn({ boots, kept, uses }: OtaStory): { kept: OtaKept; triedAt: number }[] {
  const images = kept.flatMap((one) => {
    const boot = boots.findLast(({ t }) => t <= one.t);
    const isTried = boot?.isTrial === true && boot.sha256 === one.sha256;
    return isTried ? [{ kept: one, triedAt: boot.t }] : [];
  });
  const artefacts = uses.flatMap((use, at) => {
    const before = uses.slice(0, at).findLast(({ kind }) => kind === use.kind);
    const isProved = !use.isTrial && before?.isTrial === true && before.sha256 === use.sha256;
    return isProved ? [{ kept: use, triedAt: before.t }] : [];
  });
  return [...images, ...artefacts];
}

/** When it began to install what its user had not let it take by then. */
export function installedUnasked(story: OtaStory, plan: Plan, device: number): number[] {
  const consentUs = consentOf(plan, device);
  return story.installs.filter((t) => {
    const began = story.attempts.findLast(({ beganAt }) => beganAt <= t);
    return began !== undefined && t - began.beganAt < consentUs - ROUNDED;
  });
}

/** Whether an attempt, or the run, was over before its user could let it load anything. */
export function isOverUnasked(
  story: OtaStory,
  { beganAt, endedAt }: OtaAttempt,
  { plan, device }: { plan: Plan; device: number },
): boolean {
  const end = endedAt ?? story.read?.t ?? beganAt;
  // Who comes up again asks its user again.
  const asked = Math.max(beganAt, story.starts.findLast((t) => t <= end) ?? beganAt);
  return end < asked + consentOf(plan, device);
}

const consentOf = (plan: Plan, device: number): number =>
  Number(paramOf(plan, device, 'consent') ?? 0) * MS;
