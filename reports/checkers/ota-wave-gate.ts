/**
 * A wave begins when enough of the one before truly keep the new firmware, and not a device sooner;
 * and what the target says that it decided follows from the figures that it names.
 */
import { firmwareOf } from '#kernel';
import { defineChecker, type LaneFold } from '../checker.ts';
import { addEvidence, EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, inSeconds, ms } from '../judging/witness.ts';
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
  applies: (plan) => firmwareOf(plan).length > 0,
  start: () => fold(),
  conclude: (merged, { plan, of }) => {
    const book = new EvidenceBook();
    const waves = of('ota/fleet');
    const early = waves.early();
    book.kept(waves.waited());
    for (const { device, wave, t, kept, needed, campaign } of early) {
      const id = deviceName(plan, device);
      const what = `begins ${campaign} in wave ${wave + 1}`;
      const why = `and ${kept} of ${needed} that must are so far in the one before`;
      book.also(() => finding(`${id} ${what}, ${why}`, [id], t, [{ t: ms(t), who: id, what }]));
    }
    for (const { campaign, wave, confirmed, of: all, at, flaw } of waves.gates()) {
      book.kept();
      if (flaw === null) continue;
      const what = `the gate of wave ${wave + 1} of ${campaign} ${flaw}: ${confirmed} of ${all}`;
      const t = at * 1000;
      book.also(() =>
        finding(`${what}, at ${inSeconds(t)}`, [], t, [{ t: at, who: 'target', what }]),
      );
    }
    return addEvidence(merged, book);
  },
  say: ({ decided, findingCount }) =>
    findingCount === 0
      ? `All ${plural(decided, 'start')} and gates were in their time.`
      : `${formatCount(findingCount)} of ${plural(decided, 'start')} and gates were out of time.`,
});

/** The fleet knows all of it, and a lane nothing. */
const fold = (): LaneFold => ({ ops: [], end: () => new EvidenceBook().close() });
