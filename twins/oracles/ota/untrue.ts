/**
 * What a target says of attempts that the flash of their device does not: that it has what it does
 * not keep, or did not keep yet, or that it failed though it keeps it.
 */
import { latestTime, ROUNDED_MS } from './campaign.ts';
import { TIMED_OUT } from './silence.ts';
import type { OtaSettled, OtaStory } from './story.ts';
import { keptAtAll } from './uses.ts';
import type { OtaWaves } from './waves.ts';

const MS = 1000;

/** What is wrong with one boot, or with what was made of one attempt. */
export interface OtaFlaw {
  t: number;
  what: string;
}

interface Around {
  /** Digest of the image by campaign. */
  images: ReadonlyMap<string, string>;
  /** Who knows the clocks of targets; null for nobody. */
  waves: OtaWaves | null;
}

export function untrueIn(
  story: OtaStory,
  { images, waves }: Around,
): { count: number; wrong: OtaFlaw[] } {
  const { settled, attempts } = story;
  const kept = keptAtAll(story);
  const wrong: OtaFlaw[] = [];
  for (const one of settled) {
    const { campaign, attempt, status } = one;
    const sha256 = images.get(campaign);
    const when = kept.find((image) => image.sha256 === sha256)?.t ?? null;
    const own = attempts.findLast((its) => its.campaign === campaign && its.attempt === attempt);
    // What it kept in the instant in which it began is of an attempt before.
    const isKeptInIt = own !== undefined && when !== null && when > own.beganAt;
    const t = one.at * MS;
    if (status === 'confirmed') {
      const byMs = when === null ? 0 : earlyBy(one, when, waves);
      if (when === null) {
        wrong.push({ t, what: `is said to have ${campaign}, and does not keep it` });
      } else if (byMs > 0) {
        const what = `is said to have ${campaign} ${byMs} ms before it keeps it`;
        wrong.push({ t: when, what });
      }
    } else if (status !== TIMED_OUT && isKeptInIt) {
      // What came of it is told before the next one begins, if power did not go in between.
      const next = attempts.find((its) => its.campaign === campaign && its.beganAt > own.beganAt);
      const endedAt = own.endedAt ?? next?.beganAt ?? Number.POSITIVE_INFINITY;
      if (when <= endedAt) wrong.push({ t, what: `is said to have ${status}, and keeps it` });
    }
  }
  return { count: settled.length, wrong };
}

/** So much sooner, at least, the target says so than it keeps it; 0 where nobody can say. */
function earlyBy({ campaign: name, at }: OtaSettled, keptAt: number, waves: OtaWaves | null) {
  const campaign = waves?.campaign(name) ?? null;
  if (campaign === null || campaign.begunAt === null) return 0;
  const byMs = (keptAt - latestTime(campaign, at)) / MS;
  return byMs > ROUNDED_MS ? Math.round(byMs) : 0;
}
