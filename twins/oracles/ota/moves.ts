/**
 * Who moved a campaign: its operator, whose words and their answers are known, or a rule of which a
 * pause follows. Whatever else the target lists, nobody asked for: that is a flaw, and holds
 * nothing back. What follows from a rule is a move in its instant, by the clock of the target,
 * which tells its decisions and its moves by the same one.
 */
import { type CampaignMove, holdersOf, type Plan } from '#kernel';
import type { ActBook } from '../acts/decisions.ts';
import { SLACK_MS } from '../slack.ts';
import {
  type Campaign,
  type ListedMove,
  latestTime,
  type MoveSeen,
  pausesOf,
  ROUNDED_MS,
  type SteerFlaw,
  scenarioTime,
  soonestTime,
  TIMER_MS,
} from './campaign.ts';

/** When rules had a campaign paused, as the target says; and how far that is known. */
export interface Holds {
  /** Milliseconds, on the target's own clock. */
  decided: readonly number[];
  isWhole: boolean;
  /** Milliseconds of scenario time: of what was decided later nobody knows. */
  readAt: number;
}

export interface Moved {
  /** With all of its moves, first to last. */
  campaign: Campaign;
  /** Nobody knows who moved it, or whether somebody did. */
  isUnknown: boolean;
  flaws: SteerFlaw[];
}

/** Null where no act may pause it. */
export function holdsOf(plan: Plan, campaign: string, book: ActBook | null): Holds | null {
  const acts = holdersOf(plan, campaign);
  if (book === null || acts.length === 0) return null;
  const decided = acts.flatMap(({ name }) => book.doneOf(name).map((one) => one.decided));
  return { decided: decided.sort((a, b) => a - b), isWhole: book.isWhole, readAt: book.readAt };
}

export function movedIn(campaign: Campaign, holds: Holds | null): Moved {
  const { moves, listed } = campaign;
  const free = [...(holds?.decided ?? [])];
  const flaws: SteerFlaw[] = [];
  let isUnknown = false;
  const isMeant = (one: ListedMove): boolean => {
    const why = whyOf(campaign, one, holds, free);
    if (why === 'nobody knows') isUnknown = true;
    if (why === 'nobody') flaws.push(unasked(campaign, one));
    return why !== 'nobody';
  };
  // One that is told what it has done already says since when that is so.
  for (const [place, one] of moves.entries()) {
    const isAgain = moves.slice(0, place).some((before) => isSame(one, before));
    if (!isAgain && one.at < askedBy(campaign, one)) isMeant(one);
  }
  const others = listed.filter((one) => !moves.some((told) => isSame(one, told)));
  const meant = others.filter(isMeant);
  // Whoever paused it, it was paused.
  const truly = withMoves(campaign, others);
  for (const decided of free) {
    const became = heldFrom(truly, decided);
    if (became === 'nobody knows') isUnknown = true;
    if (became === 'not held') flaws.push(unheld(campaign, decided));
  }
  return { campaign: withMoves(campaign, meant), isUnknown, flaws };
}

const withMoves = (campaign: Campaign, others: readonly ListedMove[]): Campaign => {
  const all = [...campaign.moves, ...others.map((one) => seen(campaign, one))];
  return { ...campaign, moves: all.sort((a, b) => a.at - b.at) };
};

/** The soonest that the target's clock can have shown as its operator first asked for it. */
const askedBy = (campaign: Campaign, { toldAt }: MoveSeen): number =>
  soonestTime(campaign, toldAt / 1000) - ROUNDED_MS;

const isSame = (one: ListedMove, other: ListedMove): boolean =>
  one.move === other.move && Math.abs(one.at - other.at) <= ROUNDED_MS;

/** Whose move it is; one decision has a campaign paused once. */
function whyOf(
  campaign: Campaign,
  { move, at }: ListedMove,
  holds: Holds | null,
  free: number[],
): 'a rule' | 'nobody' | 'nobody knows' | 'too late to tell' {
  if (move !== 'pause' || holds === null) return 'nobody';
  const place = free.findIndex((decided) => isAt(decided, at));
  if (place >= 0) free.splice(place, 1);
  if (place >= 0) return 'a rule';
  if (!holds.isWhole) return 'nobody knows';
  const isLate = at > soonestTime(campaign, holds.readAt - SLACK_MS);
  return isLate ? 'too late to tell' : 'nobody';
}

/** It is decided first, and then done, by a target that may have much to do. */
const isAt = (decided: number, at: number): boolean =>
  at >= decided - ROUNDED_MS && at <= decided + TIMER_MS;

/** By the target's clock alone nobody knows when it took effect by that of its operator. */
const seen = (campaign: Campaign, { move, at }: ListedMove): MoveSeen => ({
  ...{ move, at, isByRule: true },
  ...{ toldAt: scenarioTime(campaign, at), tookAt: latestTime(campaign, at) },
});

/** Whether it was paused when that was decided, by whomever. */
function heldFrom(campaign: Campaign, decided: number): 'held' | 'not held' | 'nobody knows' {
  const { movesReadAt } = campaign;
  const isHeld = pausesOf(campaign).some(
    ({ from, to }) => from <= decided + TIMER_MS && to >= decided - ROUNDED_MS,
  );
  if (isHeld) return 'held';
  if (movesReadAt === null) return 'nobody knows';
  return decided + TIMER_MS < soonestTime(campaign, movesReadAt / 1000) ? 'not held' : 'held';
}

const WORDS: Readonly<Record<CampaignMove, string>> = {
  pause: 'is paused',
  resume: 'goes on',
  abort: 'is called off',
};

const unasked = (campaign: Campaign, { move, at }: ListedMove): SteerFlaw => ({
  ...{ device: null, t: scenarioTime(campaign, at) },
  what: `${campaign.plan.name} ${WORDS[move]}, which nobody asked for`,
});

const unheld = (campaign: Campaign, decided: number): SteerFlaw => ({
  ...{ device: null, t: scenarioTime(campaign, decided) },
  what: `${campaign.plan.name} is to be paused by a rule, and is not`,
});
