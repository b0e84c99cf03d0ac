/**
 * Who is at an update when it is called off is told so, and leaves it off, unless it has begun to
 * write over its other bank; and nobody leaves off anything for any other reason. A device that
 * was connected for long enough, with nothing wrong, must have heard of it.
 */
import type { Plan } from '#kernel';
import {
  type Campaign,
  type MoveSeen,
  type OfferSeen,
  ROUNDED_MS,
  type SettledSeen,
  type SteerFlaw,
  scenarioTime,
} from './campaign.ts';
import type { Stood } from './hindered.ts';
import type { Lines } from './lines.ts';
import { NATIVE, roadOf } from './signed.ts';
import type { Idle } from './untaken.ts';

/** What is known of the devices of all campaigns, and of what hindered whom. */
export interface FleetSeen {
  plan: Plan;
  idle: Idle;
  lines: Lines;
  stood: Stood;
}

export function heedFlaws(campaign: Campaign, fleet: FleetSeen): SteerFlaw[] {
  const abort = campaign.moves.find(({ move }) => move === 'abort');
  const unasked = campaign.cancelled
    .filter((one) => !mayCancel(campaign, fleet.plan, one, abort))
    .map(({ device, t }) => ({ device, t, what: 'leaves it off, and nobody called it off' }));
  return abort === undefined ? unasked : [...unasked, ...unheeded(campaign, abort, fleet)];
}

/** Who asks for itself may find that its server has ended the attempt by itself. */
function mayCancel(
  campaign: Campaign,
  plan: Plan,
  { device, attempt, t }: Campaign['cancelled'][number],
  abort: MoveSeen | undefined,
): boolean {
  if (abort !== undefined && abort.toldAt <= t) return true;
  if (roadOf(plan, device) === NATIVE) return false;
  return campaign.settled.some(
    (one) =>
      one.device === device &&
      one.attempt === attempt &&
      scenarioTime(campaign, one.at) <= t + ROUNDED_MS * 1000,
  );
}

/** Of those that hear of it by a message as soon as they are connected. */
function unheeded(
  campaign: Campaign,
  abort: MoveSeen,
  { idle, lines, stood }: FleetSeen,
): SteerFlaw[] {
  const { kept, began, read, offers, settled } = campaign;
  const beganOf = Map.groupBy(began, ({ device }) => device);
  const offersOf = Map.groupBy(offers, ({ device }) => device);
  const settledOf = Map.groupBy(settled, ({ device }) => device);
  return [...kept].flatMap(([device, keptAt]): SteerFlaw[] => {
    const told = [offersOf.get(device) ?? [], settledOf.get(device) ?? []] as const;
    const isOpen = read.has(device) && idle.isPlain(device) && isAtIt(...told, abort.at);
    const own = beganOf.get(device)?.findLast((one) => one.t < keptAt);
    if (!isOpen || own === undefined) return [];
    const to = Math.min(lines.installsFrom(device, own.t), keptAt);
    const isHeard = lines.mustHear(device, { from: abort.tookAt, to }, stood);
    if (!isHeard) return [];
    return [{ device, t: keptAt, what: 'keeps it, and could have left it off as it was told' }];
  });
}

/** It was offered it, and nobody knew how that had ended as it was called off. */
const isAtIt = (
  offers: readonly OfferSeen[],
  settled: readonly SettledSeen[],
  abortedAt: number,
): boolean =>
  offers.some(
    (offer) =>
      offer.at < abortedAt &&
      !settled.some((one) => one.attempt === offer.attempt && one.at <= abortedAt + ROUNDED_MS),
  );
