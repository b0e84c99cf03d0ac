/**
 * How soon devices can have taken an offer at all, by what the operator said and by the flash of
 * the waves before: one after the other at the rate of the campaign, in its window, not while it is
 * known to be paused. Who took one sooner was offered it sooner, whatever the target says.
 */
import { type Campaign, closedFrom, ROUNDED_MS, type SteerFlaw, scenarioTime } from './campaign.ts';

const [WHOLE, MINUTE_US, MS] = [1_000_000, 60_000_000, 1000];
const NEVER = Number.POSITIVE_INFINITY;

export function soonFlaws(campaign: Campaign): SteerFlaw[] {
  return [...unoffered(campaign), ...campaign.sizes.flatMap((_, wave) => soonIn(campaign, wave))];
}

/** What a device took must have been offered, and before. */
function unoffered(campaign: Campaign): SteerFlaw[] {
  const offers = new Map(
    campaign.offers.map(({ device, attempt, at }) => [`${device} ${attempt}`, at]),
  );
  return campaign.began.flatMap(({ device, attempt, t }): SteerFlaw[] => {
    // What it takes while all is read back is in no list.
    if (t >= (campaign.read.get(device) ?? 0)) return [];
    const at = offers.get(`${device} ${attempt}`);
    if (at === undefined) return [{ device, t, what: 'takes an offer that nobody made' }];
    if (t >= scenarioTime(campaign, at) - ROUNDED_MS * MS) return [];
    return [{ device, t, what: 'takes an offer before the target says that it made it' }];
  });
}

function soonIn(campaign: Campaign, wave: number): SteerFlaw[] {
  const { plan, waves } = campaign;
  const opened = openedAt(campaign, wave);
  if (opened === NEVER) return [];
  const spacing = plan.rate === undefined ? 0 : MINUTE_US / plan.rate;
  const firsts = campaign.began
    .filter(({ device, attempt }) => attempt === 1 && waves.get(device) === wave)
    .sort((a, b) => a.t - b.t);
  const seen = new Set<number>();
  let slot = allowedFrom(campaign, opened);
  let count = 0;
  return firsts.flatMap(({ device, t }): SteerFlaw[] => {
    // A device whose power went just then takes it once more.
    if (seen.has(device)) return [];
    seen.add(device);
    const due = slot;
    slot = allowedFrom(campaign, slot + spacing);
    count++;
    if (t >= due - ROUNDED_MS * MS) return [];
    const what =
      due === NEVER
        ? `takes it when no more than ${count - 1} of its wave could be offered it at all`
        : `takes it ${Math.round((due - t) / MS)} ms before ${count} of its wave could`;
    return [{ device, t, what }];
  });
}

/** By what was in flash; whether the wave before was far enough is judged elsewhere. */
function openedAt({ plan, waves, sizes, kept, takenFrom }: Campaign, wave: number): number {
  let opened = takenFrom ?? NEVER;
  for (let before = 0; before < wave; before++) {
    const needed = Math.ceil(((sizes[before] ?? 0) * plan.gate.success) / WHOLE);
    if (needed === 0) continue;
    const times = [...kept].filter(([one]) => waves.get(one) === before).map(([, t]) => t);
    times.sort((a, b) => a - b);
    opened = Math.max(opened, times[needed - 1] ?? NEVER);
  }
  return opened;
}

/** The first instant from then on in which something may be offered. */
function allowedFrom(campaign: Campaign, from: number): number {
  const { plan, moves } = campaign;
  const closed = closedFrom(campaign);
  let t = Math.max(from, (plan.window?.from ?? 0) * MS);
  if (t >= closed) return NEVER;
  for (const [place, { move, tookAt }] of moves.entries()) {
    if (move === 'resume' || t <= tookAt) continue;
    if (move === 'abort') return NEVER;
    t = Math.max(t, moves[place + 1]?.toldAt ?? NEVER);
  }
  return t >= closed ? NEVER : t;
}
