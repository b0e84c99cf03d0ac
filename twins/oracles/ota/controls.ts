/** What was said to a campaign, by whom, and how many offers came before it and while it held. */
import type { CampaignMove } from '#kernel';
import { type Campaign, scenarioTime } from './campaign.ts';

export interface ControlSeen {
  campaign: string;
  what: 'rate' | 'window' | CampaignMove;
  /** Microseconds; null for what holds to the end. */
  from: number;
  to: number | null;
  /** Offers before it, and in it. */
  before: number;
  inside: number;
  /** Of a rate, what it is and what the busiest minute came to; of an abort, who was called off. */
  figures: number[];
  /** No operator said it. */
  isByRule?: true;
}

const [MINUTE_MS, MS] = [60_000, 1000];

/** In the order in which they began. */
export function controlsOf(campaign: Campaign): ControlSeen[] {
  const { plan, moves, offers, settled } = campaign;
  const times = offers.map(({ at }) => scenarioTime(campaign, at)).sort((a, b) => a - b);
  const seen = (
    what: ControlSeen['what'],
    from: number,
    to: number | null,
    figures: number[] = [],
  ): ControlSeen => ({
    ...{ campaign: plan.name, what, from, to, figures },
    before: times.filter((t) => t < from).length,
    inside: times.filter(
      (t) => t >= from && (to === null || t < to || (what === 'rate' && t === to)),
    ).length,
  });
  const { rate, window } = plan;
  const aborted = settled.filter(({ status }) => status === 'aborted').length;
  const [first, last] = [times[0], times.at(-1)];
  return [
    ...(rate === undefined || first === undefined || last === undefined
      ? []
      : [seen('rate', first, last, [rate, busiest(times)])]),
    ...(window === undefined ? [] : [seen('window', window.from * MS, window.to * MS)]),
    ...moves.flatMap(({ move, at, isByRule }, place) => {
      const from = scenarioTime(campaign, at);
      const next = moves[place + 1];
      if (move === 'resume') return [];
      if (move === 'abort') return [seen(move, from, null, [aborted])];
      const held = seen(move, from, next === undefined ? null : scenarioTime(campaign, next.at));
      return [isByRule === undefined ? held : { ...held, isByRule }];
    }),
  ].sort((a, b) => a.from - b.from);
}

/** How many came in the minute in which most did. */
function busiest(times: readonly number[]): number {
  let [most, from] = [0, 0];
  for (const [at, t] of times.entries()) {
    while ((times[from] ?? t) <= t - MINUTE_MS * MS) from++;
    most = Math.max(most, at - from + 1);
  }
  return most;
}
