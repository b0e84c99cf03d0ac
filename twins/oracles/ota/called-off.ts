/**
 * What comes of a campaign that is called off: whoever waits for an offer, the first or a further
 * one, ends that once; and nobody ends as called off for any other reason.
 */
import {
  type Campaign,
  latestTime,
  type OfferSeen,
  overAt,
  ROUNDED_MS,
  type SettledSeen,
  type SteerFlaw,
  scenarioTime,
  tryOf,
} from './campaign.ts';

const ABORTED = 'aborted';

export function abortFlaws(campaign: Campaign): SteerFlaw[] {
  const { moves, waves, read, offers, settled, began } = campaign;
  const abort = moves.find(({ move }) => move === 'abort');
  const ends = settled.filter(({ status }) => status === ABORTED);
  const offered = new Set([...offers, ...began].map((one) => tryOf(one.device, one.attempt)));
  const tooMuch = ends.flatMap(({ device, attempt, at }): SteerFlaw[] => {
    const t = scenarioTime(campaign, at);
    const isEarly = abort === undefined || at < abort.at - ROUNDED_MS;
    if (isEarly) return [{ device, t, what: 'ends as called off, and nobody called it off' }];
    if (!offered.has(tryOf(device, attempt))) return [];
    return [{ device, t, what: 'ends as called off, and was offered it' }];
  });
  if (abort === undefined) return tooMuch;
  const t = abort.tookAt;
  const offersOf = Map.groupBy(offers, ({ device }) => device);
  const settledOf = Map.groupBy(settled, ({ device }) => device);
  const left = [...waves.keys()].flatMap((device): SteerFlaw[] => {
    const own = { offers: offersOf.get(device) ?? [], settled: settledOf.get(device) ?? [] };
    const count = own.settled.filter(({ status }) => status === ABORTED).length;
    if (count > 1) return [{ device, t, what: `ends as called off ${count} times` }];
    // Whoever was read before it was called off could not have shown that.
    const isRead = (read.get(device) ?? 0) > latestTime(campaign, abort.at);
    const waited = isRead ? waitedFor(campaign, own, abort.at) : 'nobody knows';
    if (count === 1 || waited === 'nothing' || waited === 'nobody knows') return [];
    return [{ device, t, what: `${waited}, and does not end when it is called off` }];
  });
  return [...tooMuch, ...left, ...goneOn(campaign, t)];
}

/** What a device waited for when it was called off, by its own history as the target tells it. */
function waitedFor(
  campaign: Campaign,
  { offers, settled }: { offers: readonly OfferSeen[]; settled: readonly SettledSeen[] },
  abortedAt: number,
): string {
  const { plan, rejected } = campaign;
  const [last] = [...offers].sort((a, b) => b.attempt - a.attempt);
  if (last === undefined) return 'was not offered it';
  const { device, attempt } = last;
  const end = settled.find((one) => one.attempt === attempt);
  // It is at it, has it, or wants no other try.
  if (end === undefined || end.at > abortedAt + ROUNDED_MS) return 'nothing';
  if (end.status === 'confirmed' || attempt >= plan.tries) return 'nothing';
  if (rejected.has(tryOf(device, attempt))) return 'nothing';
  // Whoever fails when all is over has failed for good.
  const over = overAt(campaign).at;
  if (end.at > over + ROUNDED_MS) return 'nothing';
  return end.at < over - ROUNDED_MS ? 'waited for a further offer' : 'nobody knows';
}

/**
 * Who asks for it after it was called off is told so, and leaves it off. Of an offer that was sent
 * to it before nobody can say when it will come.
 */
const goneOn = ({ began, kept }: Campaign, calledOffAt: number): SteerFlaw[] =>
  began
    .filter(({ device, t, shownAt }) => {
      const isLate = shownAt !== null && shownAt > calledOffAt;
      return isLate && (kept.get(device) ?? 0) > t;
    })
    .map(({ device, t }) => ({
      device,
      t,
      what: 'takes it after it was called off, and keeps it',
    }));
