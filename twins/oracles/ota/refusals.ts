/**
 * Whether a target may refuse what its operator does to a campaign, by its own history: nothing can
 * be done to one that is not begun; it cannot be paused once it is over, nor go on where it is not
 * paused, and one that is called off cannot be called off again. Whatever else it refuses, its
 * operator has no hold of it.
 */
import type { CampaignMove } from '#kernel';
import {
  type Campaign,
  latestTime,
  overAt,
  pausesOf,
  type RefusedMove,
  ROUNDED_MS,
  type SteerFlaw,
  scenarioTime,
} from './campaign.ts';

const ROUNDED_US = ROUNDED_MS * 1000;

export function refusalFlaws(campaign: Campaign): SteerFlaw[] {
  return campaign.refused
    .filter((one) => !mayRefuse(campaign, one))
    .map(({ move, toldAt }) => ({
      ...{ device: null, t: toldAt },
      what: `${campaign.plan.name} is ${WORDS[move]}, and its target refuses that`,
    }));
}

const WORDS: Readonly<Record<CampaignMove, string>> = {
  pause: 'to be paused',
  resume: 'paused, and to go on',
  abort: 'to be called off',
};

/** In some instant in which it may have heard of it. */
function mayRefuse(campaign: Campaign, { move, toldAt, tookAt }: RefusedMove): boolean {
  if (toldAt < campaign.takenBy) return true;
  const isBy = (at: number): boolean => scenarioTime(campaign, at) <= tookAt + ROUNDED_US;
  if (move === 'abort') return campaign.moves.some((one) => one.move === 'abort' && isBy(one.at));
  const isOver = isBy(overAt(campaign).at);
  if (move === 'pause') return isOver;
  const isHeld = pausesOf(campaign).some(
    ({ from, to }) =>
      latestTime(campaign, from) < toldAt - ROUNDED_US &&
      scenarioTime(campaign, to) > tookAt + ROUNDED_US,
  );
  return isOver || !isHeld;
}
