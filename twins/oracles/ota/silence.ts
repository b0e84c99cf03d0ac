/**
 * Whether an offer was given up as it should be: when its device had been silent for so long as the
 * campaign says, no sooner and no later, and not where it had said by then how it ended. A word is
 * heard at some time from when it was said to when it was acknowledged, and only over a connection
 * or soon after it; so much is doubted, and no more.
 */
import { type FaultPlan, isCarried, type Plan } from '#kernel';
import { overlaps, type Span } from '../timeline.ts';
import { type Campaign, latestTime, ROUNDED_MS, scenarioTime } from './campaign.ts';
import { hinderedUntil, isOnTarget, type Stood } from './hindered.ts';
import { DDI, NATIVE, roadOf } from './signed.ts';
import { isOf, type OtaOffer, type OtaSaid, type OtaSettled, type OtaStory } from './story.ts';

/** How a target calls an attempt of which it heard nothing for too long. */
export const TIMED_OUT = 'timed-out';
const [MS, ROUNDED] = [1000, ROUNDED_MS * 1000];
/** In microseconds: what was under way on a connection that is gone has come by then, or never. */
const UNDER_WAY = 10_000_000;

/** One offer, what became of it, and what its device said and did meanwhile. */
export interface Silent {
  plan: Plan;
  device: number;
  campaign: Campaign;
  offer: OtaOffer;
  /** Undefined where it has not ended. */
  settled: OtaSettled | undefined;
  story: OtaStory;
}

/** What is wrong with how long its target waited; null for nothing. */
export function silenceFlaw(one: Silent, stood: Stood): string | null {
  if (one.campaign.begunAt === null) return null;
  return saidBefore(one) ?? soonFlaw(one) ?? lateFlaw(one, stood);
}

/** Its ending was acknowledged, and is not how it ended. */
function saidBefore({ campaign, offer, settled, story }: Silent): string | null {
  if (settled?.status !== TIMED_OUT) return null;
  const endedAt = scenarioTime(campaign, settled.at);
  const word = [...story.said.values()].find(
    (said) => isOf(said, offer) && said.status !== '' && said.ackedAt < endedAt - ROUNDED,
  );
  if (word === undefined) return null;
  const ms = Math.round((endedAt - word.ackedAt) / MS);
  return `ended as ${word.status}, acknowledged ${ms} ms before it is kept as ${TIMED_OUT}`;
}

/** By the target's own clock since it was offered; and by words that were acknowledged. */
function soonFlaw({ campaign, offer, settled, story }: Silent): string | null {
  if (settled?.status !== TIMED_OUT) return null;
  const { timeoutMs } = campaign.plan;
  const ms = settled.at - offer.at;
  if (ms < timeoutMs - ROUNDED_MS) return early(ms, 'was offered it', timeoutMs);
  const heardBy = scenarioTime(campaign, settled.at) - ROUNDED;
  const words = wordsIn(story, offer).filter(({ ackedAt }) => ackedAt < heardBy);
  const last = Math.max(...words.map(({ t }) => t));
  const sinceMs = (latestTime(campaign, settled.at) - last) / MS;
  return sinceMs < timeoutMs - ROUNDED_MS ? early(sinceMs, 'spoke of it', timeoutMs) : null;
}

const early = (ms: number, what: string, timeoutMs: number): string =>
  `is kept as ${TIMED_OUT} ${Math.round(ms)} ms after it ${what}, not ${timeoutMs}`;

/**
 * What it said while it was at it, in the very life in which it began: after a loss of power it may
 * not know that it had.
 */
function wordsIn({ said, attempts, starts }: OtaStory, offer: OtaOffer): OtaSaid[] {
  const own = attempts.find((one) => isOf(one, offer));
  if (own === undefined) return [];
  const until = Math.min(
    own.endedAt ?? Number.POSITIVE_INFINITY,
    starts.find((t) => t > own.beganAt) ?? Number.POSITIVE_INFINITY,
  );
  return [...said.values()].filter(({ t }) => t > own.beganAt && t < until);
}

/** For longer than it may be, nothing can have been heard of it, and it went on. */
function lateFlaw(one: Silent, stood: Stood): string | null {
  const { campaign, offer, settled, story } = one;
  if (story.read === null) return null;
  const timeoutUs = campaign.plan.timeoutMs * MS;
  const end = settled === undefined ? story.read.t : scenarioTime(campaign, settled.at);
  const offered = { from: scenarioTime(campaign, offer.at), to: latestTime(campaign, offer.at) };
  const spans = [...heardIn(one, stood), { from: end, to: end }]
    .filter(({ to }) => to > offered.to)
    .sort((a, b) => a.from - b.from);
  let heard = offered.to;
  for (const { from, to } of spans) {
    if (from > hinderedUntil(heard + timeoutUs, stood) && heard < end) {
      const seconds = Math.round((from - heard) / MS / 100) / 10;
      const became = settled === undefined ? 'does not end' : `is ${settled.status} only then`;
      return `can have said nothing for ${seconds} s, and ${became}`;
    }
    heard = Math.max(heard, to);
  }
  return null;
}

/** When its target may have heard anything of it. */
function heardIn({ plan, device, story }: Silent, { faults }: Stood): Span[] {
  const holding = faults.filter(({ plan: fault }) => holdsBack(fault, device));
  const isBehind = isCarried(plan, device);
  const lines = story.online.map(({ from, to }): Span => {
    let until = to + UNDER_WAY;
    for (const fault of holding) {
      if (overlaps(fault, { from, to: until })) until = Math.max(until, fault.to + UNDER_WAY);
    }
    return { from, to: until };
  });
  const road = roadOf(plan, device);
  if (road === DDI) return isBehind ? [ALWAYS] : lines;
  const words = road === NATIVE ? story.said : story.asks;
  return [...words.values()].flatMap(({ t, ackedAt }): Span[] => {
    const word = { from: t, to: ackedAt };
    if (isBehind) return [word];
    return lines
      .filter((line) => line.from <= word.to && word.from <= line.to)
      .map((line) => ({
        from: Math.max(line.from, word.from),
        to: Math.min(line.to, word.to),
      }));
  });
}

const ALWAYS: Span = { from: 0, to: Number.POSITIVE_INFINITY };

/** What such a fault has let in may come out at its end. A link that is down lets nothing in. */
const holdsBack = ({ acts, down, devices }: FaultPlan, device: number): boolean =>
  isOnTarget({ acts }) || (acts === 'link' && !down && devices.includes(device));
