/**
 * A device that says that it sends one reading of so many does so: the others are left out, and
 * those that are due are not.
 */
import type { Oracles } from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, ms } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

export default defineChecker({
  kind: 'cadence-kept',
  title: 'Devices report as often as they are set',
  refs: ['T4'],
  summary: 'A device sends one reading of so many as it is set, and leaves the others out.',
  judges: 'always',
  part: 'cadence',
  broken: 'fail',
  params: {},
  asks: ['cadence'],
  applies: () => true,
  start: (context) => fold(context),
  say: ({ decided, findingCount, figures }) => {
    const readings = plural(decided, 'reading');
    const leftOut = formatCount(figures[LEFT_OUT] ?? 0);
    return findingCount === 0
      ? `${leftOut} of ${readings} were left out, as their devices are set.`
      : `${formatCount(findingCount)} of ${readings} were not as their devices are set.`;
  },
});

type Story = NonNullable<ReturnType<Oracles['cadence']['of']>>;

const LEFT_OUT = 'left out';
const MOVING = 'it was set in that moment';
const ELSEWHERE = 'it was held back for another reason';

function fold({ plan, devices, of }: LaneContext): LaneFold {
  const cadences = of('cadence');
  const book = new EvidenceBook();
  const judge = (device: number, { went, leftOut, open, elsewhere, wrong }: Story): void => {
    const who = deviceName(plan, device);
    book.figure(LEFT_OUT, leftOut);
    book.kept(went + leftOut - open);
    for (let k = 0; k < open; k++) book.notOwed(MOVING);
    for (let k = 0; k < elsewhere; k++) book.notOwed(ELSEWHERE);
    for (const { t, n, each, wasLeftOut } of wrong) {
      const did = wasLeftOut ? 'left out' : 'sent';
      const what = `${did} reading ${n}, and is set to send one of ${each}`;
      book.also(() => finding(`${who} ${what}`, [who], t, [{ t: ms(t), who, what }]));
    }
  };
  return {
    ops: [],
    end: () => {
      for (const device of devices) {
        const story = cadences.of(device);
        if (story !== null) judge(device, story);
      }
      return book.close();
    },
  };
}
