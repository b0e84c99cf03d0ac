/**
 * A device says of each reading the time that its own clock tells, right or wrong as that is: so it
 * should by how its clock was set, and so the target has it, where a rule had that read back.
 */
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
  say: ({ decided, findingCount, figures }) => {
    if (findingCount > 0) {
      return `${formatCount(findingCount)} of ${plural(decided, 'reading')} bear another time.`;
    }
    const [wrongly, held] = [figures.wrongly ?? 0, figures[HELD] ?? 0];
    const came =
      held === 0 ? 'what came was not read' : `${formatCount(held)} came as they were said`;
    return `${plural(decided, 'reading')}, ${formatCount(wrongly)} by a wrong clock; ${came}.`;
  },
});

const HELD = 'held against what the target has';

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
        book.figure(HELD, story.held);
        const who = deviceName(plan, device);
        for (const { t, n, stamp, has } of story.otherwise) {
          const came = has === null ? 'came without a time' : `came as of ${has} ms`;
          const says = `${who} says that reading ${n} is of ${stamp} ms, and it ${came}`;
          book.also(() => finding(says, [who], t, [{ t: ms(t), who, what: 'takes it' }]));
        }
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
