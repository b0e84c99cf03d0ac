/**
 * X1 for what a scenario has somebody do to firmware: a release that was spoilt on purpose, and of
 * which no device met that, was tried on nobody. Such a run has shown nothing of how devices stand
 * it, so it is invalid, as with a fault that had no effect.
 */
import { type CampaignPlan, firmwareOf, isOf, type Plan } from '#kernel';
import type { Timeline } from '#oracles';
import { defineChecker } from '../checker.ts';
import { addEvidence, EvidenceBook } from '../judging/evidence.ts';
import { finding, ms } from '../judging/witness.ts';
import { plural } from '../wording.ts';

/** A drain that begins so much before its time was not planned. */
const EARLY_US = 100_000;

export default defineChecker({
  kind: 'ota-spoil-met',
  title: 'What was spoilt met somebody',
  refs: ['X1'],
  summary: 'Of each release that somebody spoilt, a device was offered or loaded what is wrong.',
  judges: 'always',
  workflow: 'ota',
  planned: 'plants',
  broken: 'invalid',
  params: {},
  asks: ['ota'],
  applies: (plan) => spoiltIn(plan).length > 0,
  start: ({ devices, of }) => {
    const [firmware, book] = [of('ota'), new EvidenceBook()];
    return {
      ops: [],
      end: () => {
        for (const device of devices) {
          for (const name of firmware.met(device)) book.figure(metOf(name));
        }
        return book.close();
      },
    };
  },
  conclude: (merged, { plan, timeline }) => {
    const book = new EvidenceBook();
    for (const campaign of spoiltIn(plan)) {
      if ((merged.figures[metOf(campaign.name)] ?? 0) > 0) book.kept();
      else if (isCut(plan, timeline)) book.doubt('the run ended before any device met it');
      else book.broken(() => nobodyMet(plan, campaign, timeline));
    }
    return addEvidence(merged, book);
  },
  say: ({ obligations, decided, findingCount }) =>
    findingCount > 0
      ? `${plural(findingCount, 'spoil')} of ${obligations} had no effect.`
      : `${decided} of ${plural(obligations, 'spoil')} met devices.`,
});

const metOf = (campaign: string): string => `met ${campaign}`;

const spoiltIn = (plan: Plan): CampaignPlan[] =>
  firmwareOf(plan).flatMap(({ campaign }) => (campaign.spoil === 'none' ? [] : [campaign]));

/** Whoever ended it before its time had no part in what met nobody by then. */
function isCut(plan: Plan, timeline: Timeline): boolean {
  const [drain, due] = [timeline.phase('drain'), plan.phases.find(({ name }) => name === 'drain')];
  return drain === null || drain.from + EARLY_US < (due?.from ?? 0) * 1000;
}

function nobodyMet(plan: Plan, { name, of, spoil, at }: CampaignPlan, { end }: Timeline) {
  const count = plan.devices.filter(({ id }) => isOf(of, id)).length;
  const whom = `none of ${plural(count, 'device')} met it`;
  const from = at * 1000;
  return finding(`the spoil ${spoil} of ${name} had no effect: ${whom}`, [], from, [
    { t: ms(from), who: 'operator', what: `was to begin ${name}` },
    { t: ms(Math.max(from, end)), who: 'harness', what: whom },
  ]);
}
