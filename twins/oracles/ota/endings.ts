/**
 * How each attempt of a device ended by the word of its target: once, as the device said, or since
 * it was silent for too long. A target makes up no endings of its own, and a device says how its
 * update ended, in the very next word of its own.
 */
import type { Plan } from '#kernel';
import { type Campaign, latestTime, ROUNDED_MS, scenarioTime } from './campaign.ts';
import { DDI, NATIVE, roadOf } from './signed.ts';
import { silenceFlaw, TIMED_OUT } from './silence.ts';
import { isOf, type OtaAttempt, type OtaSaid, type OtaSettled, type OtaStory } from './story.ts';
import type { OtaWaves } from './waves.ts';

/** Of one attempt, how often the target says that it ended, and how it should. */
export interface AttemptEnd {
  campaign: string;
  attempt: number;
  settled: readonly OtaSettled[];
  /** What the device said of it and was acknowledged for; null for nothing. */
  said: string | null;
  /** What is wrong with that; null for nothing. */
  flaw: string | null;
}

interface Around {
  plan: Plan;
  device: number;
  /** Who knows the clocks of targets; null for nobody. */
  waves: OtaWaves | null;
}

type Ending = Omit<AttemptEnd, 'flaw' | 'settled'> & {
  settled: OtaSettled[];
  /** What else was seen of it that is wrong, the worst first. */
  wrong: string[];
};

interface Wrong {
  campaign: string;
  attempt: number;
  flaw: string;
}

/** How a target ends what its operator called off, whatever its device says of it. */
const ABORTED = 'aborted';
const FAILED = 'failed';

export function endsOf(story: OtaStory, around: Around): AttemptEnd[] {
  const { said, settled } = story;
  const ends = new Map<string, Ending>();
  const endOf = (campaign: string, attempt: number): Ending => {
    const key = `${campaign} ${attempt}`;
    const end = ends.get(key) ?? { campaign, attempt, settled: [], said: null, wrong: [] };
    ends.set(key, end);
    return end;
  };
  for (const { campaign, attempt, status, isAcked } of said.values()) {
    if (isAcked && status !== '' && campaign !== '') {
      Object.assign(endOf(campaign, attempt), { said: status });
    }
  }
  for (const one of settled) endOf(one.campaign, one.attempt).settled.push(one);
  const wrong = [...begunTwice(story), ...silences(story, around), ...hidden(story, around)];
  for (const { campaign, attempt, flaw } of wrong) endOf(campaign, attempt).wrong.push(flaw);
  return [...ends.values()].map(({ wrong: own, ...end }) => {
    return { ...end, flaw: own[0] ?? endFlaw(end) ?? inventedFlaw(end, story, around) };
  });
}

/** Whether a target gives a device up in time is another question than what it then calls that. */
function endFlaw({ settled, said }: Omit<Ending, 'wrong'>): string | null {
  if (settled.length > 1) return `ended ${settled.length} times`;
  const [only] = settled;
  if (only === undefined) return said === null ? null : `ended as ${said}, which nobody kept`;
  const isSaid = said === null || only.status === TIMED_OUT || only.status === said;
  return isSaid ? null : `ended as ${said}, and is kept as ${only.status}`;
}

/** It is kept as ended in a way of which its device, by then, had not said a word. */
function inventedFlaw(
  { settled }: Omit<Ending, 'wrong'>,
  story: OtaStory,
  { waves }: Around,
): string | null {
  const [only] = settled;
  if (only === undefined || [TIMED_OUT, ABORTED].includes(only.status)) return null;
  const by = knownBy(only, waves);
  const isWord = ({ t, campaign, attempt, status }: OtaSaid): boolean => {
    if (t > by || status !== only.status) return false;
    // Of what it cannot read it says that it fails, and cannot say which attempt that is.
    return isOf({ campaign, attempt }, only) || (campaign === '' && status === FAILED);
  };
  if ([...story.said.values()].some(isWord)) return null;
  if (only.status === FAILED && story.rejects.some((one) => one.t <= by && isJob(one, only))) {
    return null;
  }
  return `is kept as ${only.status}, which its device had not said`;
}

/** At the latest the target knew then what it took down; never, where nobody knows its clock. */
function knownBy({ campaign: name, at }: OtaSettled, waves: OtaWaves | null): number {
  const campaign = waves?.campaign(name) ?? null;
  if (campaign === null || campaign.begunAt === null) return Number.POSITIVE_INFINITY;
  return latestTime(campaign, at) + ROUNDED_MS * 1000;
}

/** A job is called by letters that a campaign may not have. */
const isJob = ({ job, number }: { job: string; number: number }, one: OtaSettled): boolean =>
  job === one.campaign.replaceAll('.', '_') && number === one.attempt;

/** Attempts that it began again, though it had not lost its power just when it did. */
function begunTwice({ attempts, starts }: OtaStory): Wrong[] {
  const again = attempts.filter((one: OtaAttempt, at) => {
    const before = attempts.slice(0, at).findLast((its) => isOf(its, one));
    return before !== undefined && !starts.some((t) => t > before.beganAt && t <= one.beganAt);
  });
  return again.map((one) => ({ ...one, flaw: 'began again in one life' }));
}

/** Offers for which the target did not wait as it should have. */
function silences(story: OtaStory, { plan, device, waves }: Around): Wrong[] {
  return story.offers.flatMap((offer) => {
    const campaign = waves?.campaign(offer.campaign) ?? null;
    if (campaign === null || waves === null) return [];
    const settled = story.settled.find((one) => isOf(one, offer));
    const flaw = silenceFlaw({ plan, device, campaign, offer, settled, story }, waves.stood);
    return flaw === null ? [] : [{ ...offer, flaw }];
  });
}

/**
 * Endings that the flash held, and that its device did not tell when it spoke. By messages all that
 * it says tells of the last one. Who asks for himself tells how one ended before he tells what he
 * has; unless a server of jobs has closed it by then, which is asked first.
 */
function hidden(story: OtaStory, { plan, device, waves }: Around): Wrong[] {
  const road = roadOf(plan, device);
  const told: OtaSaid[] = [];
  return [...story.said.values()].flatMap((word) => {
    told.push(word);
    const { owes } = word;
    if (owes === null) return [];
    const tells = (one: OtaSaid): boolean => isOf(one, owes) && one.status === owes.status;
    if (road === NATIVE ? tells(word) : word.version === '' || told.some(tells)) return [];
    if (road !== NATIVE && road !== DDI && mayBeClosed(story, owes, word.t, waves)) return [];
    return [{ ...owes, flaw: `ended as ${owes.status} in its flash, which it does not tell` }];
  });
}

/** Its target may have ended it by then, or nobody knows. */
function mayBeClosed(
  { settled }: OtaStory,
  ended: { campaign: string; attempt: number },
  t: number,
  waves: OtaWaves | null,
): boolean {
  const campaign: Campaign | null = waves?.campaign(ended.campaign) ?? null;
  if (campaign === null || campaign.begunAt === null) return true;
  const own = settled.filter((one) => isOf(one, ended));
  return own.some(({ at }) => scenarioTime(campaign, at) <= t);
}
