/**
 * A wave begins when enough of the one before truly keep the new firmware, and not a device sooner;
 * and what the target says that it decided follows from the figures that it names.
 */
import { firmwareOf, isLeftAlone } from '#kernel';
import type { Oracles } from '#oracles';
import { defineChecker, type LaneFold } from '../checker.ts';
import { addEvidence, EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, inSeconds, ms } from '../judging/witness.ts';
import type { WitnessEvent } from '../result.ts';
import { formatCount, plural } from '../wording.ts';

export default defineChecker({
  kind: 'ota-wave-gate',
  title: 'Waves wait for each other',
  refs: ['O4'],
  summary: 'No device begins before enough of the wave before its own keep the firmware.',
  judges: 'always',
  workflow: 'ota',
  broken: 'fail',
  params: {},
  asks: ['ota/fleet'],
  // One wave waits for nobody, and its gate may be due only after the end.
  applies: (plan) =>
    firmwareOf(plan).some((one) => one.campaign.waves.length > 1 && isLeftAlone(one, plan)),
  start: () => fold(),
  conclude: (merged, { plan, of }) => {
    const book = new EvidenceBook();
    const waves = of('ota/fleet');
    const early = waves.early();
    book.kept(waves.waited());
    const told = waves.waves();
    for (const { device, wave, t, kept, needed, campaign } of early) {
      const id = deviceName(plan, device);
      const what = `begins ${campaign} in wave ${wave + 1}`;
      const why = `and ${kept} of ${needed} that must are so far in the one before`;
      const before = () => waveStory(told, campaign, wave - 1, t);
      const own = { t: ms(t), who: id, what: `${what}, ${why}` };
      book.also(() => ({
        ...finding(`${id} ${what}, ${why}`, [id], t, [own]),
        story: before(),
      }));
    }
    for (const { campaign, wave, confirmed, of: all, t, flaw } of waves.gates()) {
      book.kept();
      if (flaw === null) continue;
      const what = `the gate of wave ${wave + 1} of ${campaign} ${flaw}: ${confirmed} of ${all}`;
      const before = () => waveStory(told, campaign, wave, t - 1);
      const own = { t: ms(t), who: 'target', what };
      book.also(() => ({
        ...finding(`${what}, at ${inSeconds(t)}`, [], t, [own]),
        story: before(),
      }));
    }
    return addEvidence(merged, book);
  },
  say: ({ decided, findingCount }) =>
    findingCount === 0
      ? `All ${plural(decided, 'start')} and gates were in their time.`
      : `${formatCount(findingCount)} of ${plural(decided, 'start')} and gates were out of time.`,
});

const STORY_MOST = 12;

type Told = ReturnType<Oracles['ota/fleet']['waves']>;

/** How the waves up to that one had gone by then, by the target's word and by flash. */
function waveStory(told: Told, campaign: string, last: number, until: number): WitnessEvent[] {
  const events = told
    .filter((one) => one.campaign === campaign && one.wave <= last)
    .flatMap(({ wave, of, needed, beganAt, gates, keptBy }): WitnessEvent[] => {
      const name = `wave ${wave + 1}`;
      const size = `${plural(of, 'device')}, of which ${formatCount(needed)} must keep it`;
      const began = beganAt === null ? [] : [{ t: ms(beganAt), what: `begins ${name}: ${size}` }];
      const decided = gates.map(({ passed, confirmed, of: all, t }) => {
        const counted = `${passed ? 'passes' : 'halts'} ${name} by ${confirmed} of ${all}`;
        return { t: ms(t), what: `${counted}; by their flash ${keptBy(t)} keep it` };
      });
      return [...began, ...decided].map((event) => ({ ...event, who: 'target' }));
    });
  return events
    .filter(({ t }) => t * 1000 <= until)
    .sort((a, b) => a.t - b.t)
    .slice(-STORY_MOST);
}

/** The fleet knows all of it, and a lane nothing. */
const fold = (): LaneFold => ({ ops: [], end: () => new EvidenceBook().close() });
