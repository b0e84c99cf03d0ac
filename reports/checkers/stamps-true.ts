/** A device says of each reading the time that its own clock tells, right or wrong as that is. */
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, ms } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

export default defineChecker({
  kind: 'stamps-true',
  title: 'Clocks that were put right tell the time',
  refs: [],
  summary: 'A reading bears the time that its device should believe it is from.',
  judges: 'always',
  part: 'own-time',
  broken: 'fail',
  params: {},
  asks: ['own-time'],
  applies: () => true,
  start: fold,
  say: ({ decided, findingCount, figures }) =>
    findingCount === 0
      ? `${plural(decided, 'reading')}, ${formatCount(figures.wrongly ?? 0)} by a wrong clock.`
      : `${formatCount(findingCount)} of ${plural(decided, 'reading')} bear another time.`,
});

function fold({ plan, devices, of }: LaneContext): LaneFold {
  const clocks = of('own-time');
  const book = new EvidenceBook();
  return {
    ops: [],
    end: () => {
      for (const device of devices) {
        const story = clocks.of(device);
        if (story === null) continue;
        book.kept(story.readings);
        book.figure('wrongly', story.wrongly);
        const who = deviceName(plan, device);
        for (const { t, n, stamp, expected } of story.mistimed) {
          const says = `${who} says that reading ${n} is of ${stamp} ms, and means ${expected}`;
          const witness = [{ t: ms(t), who, what: 'takes it' }];
          book.also(() => finding(says, [who], t, witness));
        }
      }
      return book.close();
    },
  };
}
