/**
 * Whoever was offered it and did not make it is offered it again, as often as may be: unless it
 * said that it wants no other, or nobody is offered anything any more.
 */
import { type Campaign, latestTime, type SteerFlaw, scenarioTime, tryOf } from './campaign.ts';
import { hinderedUntil, type Stood } from './hindered.ts';
import { freeFrom, offersUntil, spacingOf } from './offered.ts';
import { TIMED_OUT } from './silence.ts';

/** Who waits for a further offer, though nothing kept the target from making it. */
export function retryFlaws(campaign: Campaign, stood: Stood): SteerFlaw[] {
  const { plan, offers, settled, waves, read } = campaign;
  const last = offers.reduce((latest, { at }) => Math.max(latest, at), 0);
  const until = scenarioTime(campaign, offersUntil(campaign));
  const offersOf = Map.groupBy(offers, ({ device }) => device);
  const settledOf = Map.groupBy(settled, ({ device }) => device);
  return [...waves.keys()].flatMap((device): SteerFlaw[] => {
    const own = offersOf.get(device) ?? [];
    const attempt = Math.max(0, ...own.map((one) => one.attempt));
    if (attempt === 0 || attempt >= plan.tries || !read.has(device)) return [];
    const ends = settledOf.get(device) ?? [];
    const end = ends.find((one) => one.attempt === attempt);
    // Who has it wants no more, and of whom was called off that is told elsewhere.
    const isOver = ends.some(({ status }) => status === 'confirmed' || status === 'aborted');
    if (end === undefined || isOver) return [];
    // A word that the target never heard changes nothing.
    const isHeard = end.status !== TIMED_OUT;
    if (isHeard && campaign.rejected.has(tryOf(device, attempt))) return [];
    const due = freeFrom(campaign, Math.max(end.at, last + spacingOf(campaign)));
    const at = latestTime(campaign, due);
    if (!(hinderedUntil(at, stood) < until)) return [];
    const more = `attempt ${attempt} of ${plan.tries} was ${end.status}`;
    const what = `waits for ${plan.name} again, and could have had it: ${more}`;
    return [{ device, t: scenarioTime(campaign, due), what }];
  });
}
