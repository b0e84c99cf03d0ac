/**
 * What devices fell by after they had kept it: whether they said so, and whether the target heard
 * it and holds it against the right campaign.
 */
import { type FirmwarePlan, SHOWS_LATE } from '#kernel';
import type { OtaStory } from './story.ts';

/** Why a device came up whose watchdog restarted it. */
const FALLEN = 'watchdog';

export interface FallFlaw {
  t: number;
  what: string;
}

/** A device came up so often since its watchdog had restarted it with what it had kept. */
export interface Fallen {
  campaign: string;
  times: number[];
  /** The target holds it against the campaign. */
  isHeld: boolean;
}

export interface FallsSeen {
  /** How many statuses and how many words of the target were looked at. */
  count: number;
  wrong: FallFlaw[];
}

export function noteBoot(story: OtaStory, t: number, cause: string): void {
  story.starts.push(t);
  story.fell = cause === FALLEN;
  if (story.fell) story.falls.push(t);
}

/** What was on trial, or an update that ended, may be what it fell by. */
export function excuse(story: OtaStory, t: number): void {
  story.fell = false;
  if (story.falls.at(-1) === t) story.falls.pop();
}

/** `campaigns`: those that hold devices to be well. */
export function fallsOf(story: OtaStory, campaigns: readonly FirmwarePlan[]): FallsSeen {
  const wrong: FallFlaw[] = [];
  let count = 0;
  for (const { t, saysFell, fell } of story.said.values()) {
    count++;
    if (saysFell === fell) continue;
    const what = fell ? 'does not say that it fell' : 'says that it fell, and did not';
    wrong.push({ t, what });
  }
  for (const { campaign } of campaigns) {
    const { name, image } = campaign;
    const keptAt = keptSince(story, image.sha256);
    const isHeld = story.unwell.includes(name);
    if (isHeld || keptAt !== null) count++;
    const isTrue = keptAt !== null && story.falls.some((t) => t >= keptAt);
    const t = story.read?.t ?? 0;
    if (isHeld && !isTrue)
      wrong.push({ t, what: `is held to be unwell with ${name}, and never fell` });
    const isTaken = story.settled.some(
      (one) => one.campaign === name && one.status === 'confirmed',
    );
    const told = [...story.said.values()].find(
      (one) => one.isAcked && one.fell && one.saysFell && hasAt(story, image.sha256, one.t),
    );
    if (!isHeld && isTaken && told !== undefined) {
      wrong.push({ t: told.t, what: `says that it fell, which nobody holds against ${name}` });
    }
  }
  return { count, wrong };
}

/** What it fell by after it had kept it, and when; of each campaign. */
export const fallenIn = (story: OtaStory, campaigns: readonly FirmwarePlan[]): Fallen[] =>
  campaigns.flatMap(({ campaign: { name, image } }) => {
    const times = story.falls.filter((t) => hasAt(story, image.sha256, t));
    const isHeld = story.unwell.includes(name);
    return times.length === 0 ? [] : [{ campaign: name, times, isHeld }];
  });

/** Digests of images of which no device could know before it kept them. */
export const lateOnes = (campaigns: readonly FirmwarePlan[]): Set<string> =>
  new Set(
    campaigns
      .filter(({ campaign }) => SHOWS_LATE.includes(campaign.image.defect))
      .map(({ campaign }) => campaign.image.sha256),
  );

const keptSince = ({ kept, uses }: OtaStory, sha256: string): number | null =>
  [...kept, ...uses.filter(({ isTrial }) => !isTrial)].find((one) => one.sha256 === sha256)?.t ??
  null;

/** It had kept that by then, and nothing else in its place. */
function hasAt({ kept, uses }: OtaStory, sha256: string, t: number): boolean {
  if (kept.findLast((one) => one.t <= t)?.sha256 === sha256) return true;
  const own = uses.find((one) => one.sha256 === sha256);
  if (own === undefined) return false;
  const last = uses.findLast((one) => one.kind === own.kind && !one.isTrial && one.t <= t);
  return last?.sha256 === sha256;
}
