/** A sensor says what there is, but for what a fault has it say, and only as long as that lasts. */
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, ms } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

const UNREAD = 'what there was, or what was said, cannot be read';

export default defineChecker({
  kind: 'sensors-honest',
  title: 'Sensors that were put right say what there is',
  refs: [],
  summary: 'A reading says what there was, or what a fault has its sensor say meanwhile.',
  judges: 'always',
  part: 'sensors',
  broken: 'fail',
  params: {},
  asks: ['sensors'],
  applies: () => true,
  start: fold,
  say: ({ decided, findingCount, figures }) =>
    findingCount === 0
      ? `${plural(decided, 'reading')}, ${formatCount(figures.lying ?? 0)} by a sensor that lied.`
      : `${formatCount(findingCount)} times in ${plural(decided, 'reading')} a sensor was wrong.`,
});

function fold({ plan, devices, of }: LaneContext): LaneFold {
  const sensors = of('sensors');
  const book = new EvidenceBook();
  return {
    ops: [],
    end: () => {
      for (const device of devices) {
        const story = sensors.of(device);
        if (story === null) continue;
        book.kept(story.readings);
        if (story.unread > 0) book.doubt(UNREAD, story.unread);
        book.figure('lying', story.lying);
        const who = deviceName(plan, device);
        for (const { t, n, signal, said, expected } of story.misread) {
          const told = said === undefined ? 'nothing' : shown(said);
          const meant = shown(expected);
          const says = `${who} says ${told} of ${signal} in reading ${n}, and means ${meant}`;
          const witness = [{ t: ms(t), who, what: 'takes it' }];
          book.also(() => finding(says, [who], t, witness));
        }
      }
      return book.close();
    },
  };
}

/** Without what adding up leaves behind the last digit that means something. */
const shown = (value: number): string => String(Number(value.toPrecision(DIGITS)));
const DIGITS = 12;
