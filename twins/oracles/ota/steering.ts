/**
 * Whether a campaign kept to what its operator said: offers no faster than its rate, in its window,
 * none while it was paused and none after it was halted or called off, and gates decided when they
 * were due. Told twice: by the history of the target, on its own clock, which must agree with
 * itself; and by when devices took an offer, of which a target can tell no lies.
 */
import { CAMPAIGN_MOVES } from '#kernel';
import { abortFlaws } from './called-off.ts';
import {
  type Campaign,
  overAt,
  pausesOf,
  ROUNDED_MS,
  type SteerFlaw,
  scenarioTime,
  targetTime,
} from './campaign.ts';
import { gateFlaws } from './decisions.ts';
import { type FleetSeen, heedFlaws } from './heeded.ts';
import type { Stood } from './hindered.ts';
import { lateFlaws } from './late-offers.ts';
import type { Moved } from './moves.ts';
import { waitingFlaws, whomFlaws } from './offered.ts';
import { refusalFlaws } from './refusals.ts';
import { soonFlaws } from './soonest.ts';
import { retryFlaws } from './tries.ts';

const MINUTE_MS = 60_000;
export interface Steered {
  campaign: string;
  /** How many offers, decisions and endings were looked at. */
  looked: number;
  /** How many could not be. */
  unread: number;
  /** Nobody knows whether it ever began, or what became of a move. */
  isUnknown: boolean;
  flaws: SteerFlaw[];
}

type Fields = Readonly<Record<string, number | string | boolean>>;
const [DONE, NOT_THERE] = [200, 503];
/** Why an update has ended that its device was told to leave off. */
const CANCELLED = 'cancelled';

export function noteSteering(
  campaign: Campaign,
  op: string,
  t: number,
  device: number,
  fields: Fields,
): void {
  const [attempt, at] = [Number(fields.attempt), Number(fields.at)];
  if (op === 'ota/answered') {
    // What was not there has not taken it, and is asked once more.
    if (fields.status === NOT_THERE && campaign.begunAt === null) campaign.takenFrom = null;
    if (fields.status !== DONE || campaign.begunAt !== null) return;
    campaign.begunAt = at;
    campaign.takenBy = t;
  } else if (op === 'ota/offered') campaign.offers.push({ device, attempt, at });
  else if (op === 'ota/settled') {
    campaign.settled.push({ device, attempt, at, status: String(fields.status) });
  } else if (op === 'ota/ended') {
    if (fields.why === CANCELLED) campaign.cancelled.push({ device, attempt, t });
  } else if (op === 'ota/unwell') campaign.unwell.push({ device, at });
  else if (op === 'moves-read') campaign.movesReadAt = t;
  else if (op === 'gates-unread') campaign.isUnread = true;
  else {
    const move = CAMPAIGN_MOVES.find((one) => one === fields.move);
    if (move === undefined) return;
    if (op === 'moved') return void campaign.listed.push({ move, at });
    // Asked again, it is the same move.
    if (op === 'ota/told') {
      if (campaign.asking?.move !== move) campaign.asking = { move, toldAt: t };
    } else if (fields.status === DONE && campaign.asking?.move === move) {
      campaign.moves.push({ ...campaign.asking, tookAt: t, at });
      campaign.asking = null;
    } else if (isRefused(Number(fields.status))) {
      if (campaign.asking !== null) campaign.refused.push({ ...campaign.asking, tookAt: t });
      campaign.asking = null;
    }
  }
}

/** It said that it would not; else nobody knows. */
const isRefused = (status: number): boolean => status >= 400 && status < 500;

export function steeredIn(moved: Moved, fleet: FleetSeen): Steered {
  const { campaign } = moved;
  const { plan, waves, read, offers, settled, gates, begunAt, asking } = campaign;
  const isHeld = asking !== null || moved.isUnknown;
  const isUnknown = begunAt === null || isHeld || campaign.isUnread;
  const unread = [...waves.keys()].filter((device) => !read.has(device)).length;
  const looked = offers.length + gates.length + settled.length;
  if (isUnknown) return { campaign: plan.name, looked: 0, unread, isUnknown, flaws: [] };
  const own = [
    ...moved.flaws,
    ...offerFlaws(campaign),
    ...whomFlaws(campaign),
    ...abortFlaws(campaign),
    ...heedFlaws(campaign, fleet),
    ...soonFlaws(campaign),
    // What all have come to is known of nobody where it is not known of one.
    ...(unread === 0 ? wholeFlaws(campaign, fleet.stood) : []),
  ];
  return { campaign: plan.name, looked, unread, isUnknown, flaws: own.sort((a, b) => a.t - b.t) };
}

const wholeFlaws = (campaign: Campaign, stood: Stood): SteerFlaw[] => [
  ...gateFlaws(campaign, stood),
  ...refusalFlaws(campaign),
  ...waitingFlaws(campaign, stood),
  ...lateFlaws(campaign, stood),
  ...retryFlaws(campaign, stood),
];

// --- by the target's own history ----------------------------------------------------------------

function offerFlaws(campaign: Campaign): SteerFlaw[] {
  const { rate } = campaign.plan;
  const spacing = rate === undefined ? 0 : MINUTE_MS / rate;
  const sorted = [...campaign.offers].sort((a, b) => a.at - b.at);
  const over = overAt(campaign);
  return sorted.flatMap(({ device, attempt, at }, place): SteerFlaw[] => {
    const before = sorted[place - 1]?.at ?? Number.NEGATIVE_INFINITY;
    const why =
      (at - before < spacing - ROUNDED_MS ? tooFast(at - before, rate ?? 0) : null) ??
      heldAt(campaign, at) ??
      (at > over.at + ROUNDED_MS ? `after it was ${over.how}` : null);
    if (why === null) return [];
    return [{ device, t: scenarioTime(campaign, at), what: `is offered it ${why} (${attempt})` }];
  });
}

const tooFast = (ms: number, rate: number): string =>
  `${Math.round(ms)} ms after the one before, at ${rate} in a minute`;

/** Why nothing may be offered just then. */
function heldAt(campaign: Campaign, at: number): string | null {
  const { window } = campaign.plan;
  const isPaused = pausesOf(campaign).some(
    ({ from, to }) => at > from + ROUNDED_MS && at < to - ROUNDED_MS,
  );
  if (isPaused) return 'while it is paused';
  if (window === undefined) return null;
  const [from, to] = [window.from, window.to].map((ms) => targetTime(campaign, ms));
  const isIn = at >= (from ?? 0) - ROUNDED_MS && at < (to ?? 0) + ROUNDED_MS;
  return isIn ? null : 'outside its window';
}
