/**
 * To whom a campaign may be offered, and how often: to its own devices alone, one attempt after the
 * other and no more than there may be, to nobody who has it; and to each of a wave that has begun.
 */
import {
  type Campaign,
  latestTime,
  type OfferSeen,
  overAt,
  pausesOf,
  ROUNDED_MS,
  type SettledSeen,
  type SteerFlaw,
  scenarioTime,
  soonestTime,
  targetTime,
} from './campaign.ts';
import { mayWait, type Stood } from './hindered.ts';

const MINUTE_MS = 60_000;
const NEVER = Number.POSITIVE_INFINITY;

/** What is wrong with the offers that were made, and with endings of those to whom none may be. */
export function whomFlaws(campaign: Campaign): SteerFlaw[] {
  const { offers, settled, waves } = campaign;
  const sorted = [...offers].sort((a, b) => a.at - b.at || a.attempt - b.attempt);
  const seen = new Map<number, OfferSeen[]>();
  const settledOf = Map.groupBy(settled, ({ device }) => device);
  const wrong = sorted.flatMap((offer): SteerFlaw[] => {
    const before = seen.get(offer.device) ?? [];
    seen.set(offer.device, [...before, offer]);
    const why = whyNot(campaign, offer, before, settledOf.get(offer.device) ?? []);
    if (why === null) return [];
    const what = `is offered it ${why} (${offer.attempt})`;
    return [{ device: offer.device, t: scenarioTime(campaign, offer.at), what }];
  });
  const strange = settled.filter(({ device }) => !waves.has(device) && !seen.has(device));
  return [
    ...wrong,
    ...strange.map(({ device, at }) => ({
      ...{ device, t: scenarioTime(campaign, at), what: 'ends it, and is none of its devices' },
    })),
  ];
}

/** By the target's own word. */
function whyNot(
  { plan, waves }: Campaign,
  { device, attempt, at }: OfferSeen,
  before: readonly OfferSeen[],
  settled: readonly SettledSeen[],
): string | null {
  if (!waves.has(device)) return 'and is none of its devices';
  if (before.some((one) => one.attempt === attempt)) return 'a second time';
  if (attempt > plan.tries) return `more often than ${plan.tries} times`;
  const next = Math.max(0, ...before.map((one) => one.attempt)) + 1;
  if (attempt !== next) return `by another number than ${next}`;
  const ends = settled.filter((one) => one.at <= at + ROUNDED_MS);
  const has = ends.some((one) => one.status === 'confirmed' && one.attempt < attempt);
  if (has) return 'and has it';
  const isOpen = before.some((one) => !ends.some((end) => end.attempt === one.attempt));
  return isOpen ? 'while it is at it' : null;
}

/**
 * Who waits for a first offer, of a wave that has begun, though for longer than it takes nobody was
 * offered anything and anybody could have been. `downs`: when the target was away.
 */
export function waitingFlaws(campaign: Campaign, stood: Stood): SteerFlaw[] {
  const { plan, waves, offers, settled, gates, begunAt, read } = campaign;
  const known = new Set([...offers, ...settled].map(({ device }) => device));
  const last = offers.reduce((latest, { at }) => Math.max(latest, at), begunAt ?? 0);
  const spacing = spacingOf(campaign);
  const until = offersUntil(campaign);
  return campaign.sizes.flatMap((_, wave): SteerFlaw[] => {
    const passed = gates.find((gate) => gate.wave === wave - 1 && gate.passed);
    const opened = wave === 0 ? begunAt : (passed?.at ?? null);
    if (opened === null) return [];
    const due = freeFrom(campaign, Math.max(opened, last + spacing));
    const span = { from: scenarioTime(campaign, due), to: latestTime(campaign, due) };
    if (due >= until || mayWait(span, (until - due) * 1000, stood)) return [];
    const waiting = [...waves].filter(
      ([device, own]) => own === wave && !known.has(device) && read.has(device),
    ).length;
    if (waiting === 0) return [];
    const who = `of wave ${wave + 1} of ${plan.name} ${waiting}`;
    const what = `${who} wait for their first offer, and could have had it`;
    return [{ device: null, t: span.from, what }];
  });
}

/** So long after an offer the next one may go out. */
export const spacingOf = ({ plan: { rate } }: Campaign): number =>
  rate === undefined ? 0 : Math.ceil(MINUTE_MS / rate);

/** From then on nobody is offered anything, or nobody knows. */
export const offersUntil = (campaign: Campaign): number => {
  const { window } = campaign.plan;
  return Math.min(
    overAt(campaign).at,
    // Of what it did later nobody knows whether it was read.
    soonestTime(campaign, campaign.readAt / 1000),
    window === undefined ? NEVER : targetTime(campaign, window.to),
  );
};

/** The first instant from then on in which anybody may be offered it. */
export function freeFrom(campaign: Campaign, from: number): number {
  const { window } = campaign.plan;
  const opens = window === undefined ? from : Math.max(from, targetTime(campaign, window.from));
  return pausesOf(campaign).reduce(
    (t, pause) => (t >= pause.from - ROUNDED_MS && t < pause.to ? pause.to : t),
    opens,
  );
}
