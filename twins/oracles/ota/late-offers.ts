/**
 * Whether offers came when they were due: as soon as anybody waited for one, and so long after the
 * one before as the rate of the campaign says. Who is offered it first of those that wait is for
 * the target to say, so it is asked of the offers as they follow each other.
 */
import { type Campaign, latestTime, type SteerFlaw, scenarioTime, tryOf } from './campaign.ts';
import { mayWait, type Stood } from './hindered.ts';
import { freeFrom, spacingOf } from './offered.ts';

const NEVER = Number.POSITIVE_INFINITY;

export function lateFlaws(campaign: Campaign, stood: Stood): SteerFlaw[] {
  const { plan, offers } = campaign;
  const sorted = [...offers].sort((a, b) => a.at - b.at);
  const since = waitingSince(campaign);
  // When the first of those that were not offered it by then began to wait.
  const waited: number[] = [];
  for (let place = sorted.length - 1; place >= 0; place--) {
    const { device, attempt } = sorted[place] ?? { device: -1, attempt: 0 };
    const own = since.get(tryOf(device, attempt)) ?? NEVER;
    waited[place] = Math.min(own, waited[place + 1] ?? NEVER);
  }
  const spacing = spacingOf(campaign);
  return sorted.flatMap(({ device, attempt, at }, place): SteerFlaw[] => {
    const before = sorted[place - 1]?.at ?? Number.NEGATIVE_INFINITY;
    const due = freeFrom(campaign, Math.max(waited[place] ?? NEVER, before + spacing));
    if (!(at > due)) return [];
    const span = { from: scenarioTime(campaign, due), to: latestTime(campaign, due) };
    if (mayWait(span, (at - due) * 1000, stood)) return [];
    const late = `${((at - due) / 1000).toFixed(1)} s after it could have been`;
    const what = `is offered ${plan.name} ${late} (${attempt})`;
    return [{ device, t: scenarioTime(campaign, at), what }];
  });
}

/** By device and attempt, since when that could be offered, by the history of the target. */
function waitingSince({ waves, gates, begunAt, offers, settled }: Campaign): Map<string, number> {
  const opened = new Map(
    gates.filter(({ passed }) => passed).map(({ wave, at }) => [wave + 1, at] as const),
  );
  const ended = new Map(settled.map((one) => [tryOf(one.device, one.attempt), one.at]));
  return new Map(
    offers.map(({ device, attempt }) => {
      const wave = waves.get(device) ?? -1;
      const first = wave === 0 ? (begunAt ?? NEVER) : (opened.get(wave) ?? NEVER);
      const since = attempt === 1 ? first : (ended.get(tryOf(device, attempt - 1)) ?? NEVER);
      return [tryOf(device, attempt), since] as const;
    }),
  );
}
