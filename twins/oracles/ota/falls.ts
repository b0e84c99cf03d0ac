/**
 * What devices fell by after they had kept it: whether they said so, and whether the target heard
 * it and holds it against the right campaign.
 */
import { type FirmwareImage, type FirmwarePlan, SHOWS_LATE } from '#kernel';
import type { OtaSaid, OtaStory } from './story.ts';

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

export function fallsOf(story: OtaStory, campaigns: readonly FirmwarePlan[]): FallsSeen {
  const words = [...story.said.values()].filter(saysWhatItHas);
  const wrong = words.flatMap(({ t, saysFell, fell }): FallFlaw[] => {
    if (saysFell === fell) return [];
    return [{ t, what: fell ? 'does not say that it fell' : 'says that it fell, and did not' }];
  });
  const held = campaigns.flatMap(({ campaign }) => heldOf(story, campaign, campaigns));
  return { count: words.length + held.length, wrong: [...wrong, ...held.flat()] };
}

/** For each thing to look at of one campaign, what is wrong with what is held against it. */
function heldOf(
  story: OtaStory,
  { name, image }: FirmwarePlan['campaign'],
  all: readonly FirmwarePlan[],
): FallFlaw[][] {
  const falls = story.falls.some((t) => hasAt(story, image, t));
  const known = excusedBy(story, name, image, all);
  if (story.unwell.includes(name)) {
    const why = known === null ? 'did not fall by it' : `was known to fall by ${known} before`;
    const what = `is held to be unwell with ${name}, and ${why}`;
    return [falls && known === null ? [] : [{ t: story.read?.t ?? 0, what }]];
  }
  const confirmed = story.settled.find(
    (one) => one.campaign === name && one.status === 'confirmed',
  );
  const own = story.attempts.find(
    (one) => one.campaign === name && one.attempt === confirmed?.attempt && one.endedAt !== null,
  );
  if (own === undefined) return [];
  const others = all.filter(({ campaign }) => campaign.name !== name);
  // Before that the target could not know that it has it.
  const told = [...story.said.values()].find(
    (one) =>
      saysWhatItHas(one) &&
      one.isAcked &&
      one.fell &&
      one.saysFell &&
      one.t >= (own.endedAt ?? 0) &&
      hasAt(story, image, one.t) &&
      // What else it has may be held to be why.
      !others.some(({ campaign }) => isHeldAt(story, campaign, one.t)),
  );
  if (told === undefined) return [[]];
  return [[{ t: told.t, what: `says that it fell, which nobody holds against ${name}` }]];
}

/** The campaign by which it was known to fall before it took this one, and has had ever since. */
function excusedBy(
  story: OtaStory,
  name: string,
  image: FirmwareImage,
  all: readonly FirmwarePlan[],
): string | null {
  const began = story.attempts.find((one) => one.campaign === name)?.beganAt ?? 0;
  const falls = story.falls.filter((t) => hasAt(story, image, t));
  const other = all.find(({ campaign }) => {
    if (campaign.name === name || !story.unwell.includes(campaign.name)) return false;
    const known = [...story.said.values()].some(
      (one) =>
        one.isAcked &&
        one.fell &&
        one.saysFell &&
        one.t < began &&
        hasAt(story, campaign.image, one.t),
    );
    return known && falls.every((t) => hasAt(story, campaign.image, t));
  });
  return other?.campaign.name ?? null;
}

const isHeldAt = (story: OtaStory, { name, image }: FirmwarePlan['campaign'], t: number): boolean =>
  story.unwell.includes(name) && hasAt(story, image, t);

/** What it fell by after it had kept it, and when; of each campaign. */
export const fallenIn = (story: OtaStory, campaigns: readonly FirmwarePlan[]): Fallen[] =>
  campaigns.flatMap(({ campaign: { name, image } }) => {
    const times = story.falls.filter((t) => hasAt(story, image, t));
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

/** By a road on which each says a thing of its own it may say no more than how an offer ended. */
const saysWhatItHas = ({ version }: OtaSaid): boolean => version !== '';

/** It had kept it by then, and nothing else in its place; a target goes by the version alone. */
function hasAt({ kept, uses }: OtaStory, { version, artefact }: FirmwareImage, t: number): boolean {
  if (artefact === undefined) return kept.findLast((one) => one.t <= t)?.version === version;
  const own = uses.filter(({ kind, isTrial }) => kind === artefact.kind && !isTrial);
  return own.findLast((one) => one.t <= t)?.version === version;
}
