/**
 * What comes of a campaign that is called off: whoever waits for an offer, the first or a further
 * one, ends that once; and nobody ends as called off for any other reason.
 */
import {
  type Campaign,
  overAt,
  ROUNDED_MS,
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
  const left = [...waves.keys()].flatMap((device): SteerFlaw[] => {
    const count = ends.filter((one) => one.device === device).length;
    if (count > 1) return [{ device, t, what: `ends as called off ${count} times` }];
    const waited = read.has(device) ? waitedFor(campaign, device, abort.at) : 'nobody knows';
    if (count === 1 || waited === 'nothing' || waited === 'nobody knows') return [];
    return [{ device, t, what: `${waited}, and does not end when it is called off` }];
  });
  return [...tooMuch, ...left, ...goneOn(campaign, t)];
}

/** What a device waited for when it was called off, by the history of the target. */
function waitedFor(campaign: Campaign, device: number, abortedAt: number): string {
  const { plan, offers, settled, rejected } = campaign;
  const own = offers.filter((one) => one.device === device);
  if (own.length === 0) return 'was not offered it';
  const attempt = Math.max(...own.map((one) => one.attempt));
  const end = settled.find((one) => one.device === device && one.attempt === attempt);
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
