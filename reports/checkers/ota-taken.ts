/**
 * Whoever is offered firmware takes it: a device that was online and did nothing else for long
 * enough, while no fault was about, has begun what the target says that it offered. Else nobody
 * told it, or it did not listen; and what nobody takes never ends.
 */
import { firmwareOf } from '#kernel';
import { defineChecker, type LaneFold } from '../checker.ts';
import { addEvidence, EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, ms } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

export default defineChecker({
  kind: 'ota-taken',
  title: 'Offers are taken',
  refs: ['O5'],
  summary: 'A device that is idle and online takes what it is offered.',
  judges: 'always',
  workflow: 'ota',
  broken: 'fail',
  params: {},
  asks: ['ota/fleet'],
  applies: (plan) => firmwareOf(plan).length > 0,
  start: () => fold(),
  conclude: (merged, { plan, of }) => {
    const book = new EvidenceBook();
    const { taken, untaken, others } = of('ota/fleet').taken();
    book.kept(taken);
    if (others > 0) book.notOwed(KEPT_FROM, others);
    for (const { device, t, what } of untaken) {
      const id = deviceName(plan, device);
      book.broken(() => finding(`${id}: ${what}`, [id], t, [{ t: ms(t), who: id, what }]));
    }
    return addEvidence(merged, book);
  },
  say: ({ decided, findingCount }) =>
    findingCount === 0
      ? `${plural(decided, 'offer')} taken, and none left by a device that could take it.`
      : `${formatCount(findingCount)} of ${plural(decided, 'offer')} were never taken.`,
});

const KEPT_FROM = 'the device was away or busy, or nobody can say';

/** The fleet knows all of it, and a lane nothing. */
const fold = (): LaneFold => ({ ops: [], end: () => new EvidenceBook().close() });
