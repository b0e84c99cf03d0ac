/**
 * A wrong clock harms nobody but its device, and is not passed over: what comes after a later
 * reading, of a time to come, or for a window that is over is counted, by the device it came from.
 */
import { rulesOf } from '#kernel';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

export default defineChecker({
  kind: 'clock-robust',
  title: 'Readings out of their time are counted',
  refs: ['C1'],
  summary: 'What rules do not look at, since it is out of its time, is counted and visible.',
  judges: 'always',
  workflow: 'rules',
  broken: 'fail',
  params: {},
  asks: ['rules'],
  applies: (plan) => rulesOf(plan).length > 0,
  start: fold,
  say: ({ decided, findingCount, figures }) => {
    const out = figures[OUT] ?? 0;
    return findingCount === 0
      ? `${plural(out, 'reading')} out of their time, each of them counted.`
      : `${formatCount(findingCount)} of ${plural(decided, 'count')} leave readings out.`;
  },
});

const OUT = 'readings out of their time';
const UNSAID = 'the target does not say how many readings it set aside';

function fold({ plan, devices, of }: LaneContext): LaneFold {
  const rules = of('rules');
  const book = new EvidenceBook();
  return {
    ops: [],
    end: () => {
      for (const device of devices) {
        judgeDevice(device);
        for (const { missed, subject, rule, from, isWhole } of rules.of(device)) {
          if (from === null || !isWhole || rule.window === null) continue;
          const what = `came for windows of ${rule.name} over ${subject} that were over`;
          compare(device, missed, what);
        }
      }
      return book.close();
    },
  };

  function judgeDevice(device: number): void {
    const rejected = rules.rejected(device);
    if (rejected === null) return;
    const { told, late, ahead } = rejected;
    if (told === null) return book.doubt(UNSAID);
    compare(device, { told: told.late, expected: late }, 'came after a later one');
    compare(device, { told: told.ahead, expected: ahead }, 'were of a time to come');
  }

  /** One that comes twice may be counted twice. */
  function compare(device: number, count: { told: number; expected: number }, what: string): void {
    book.kept();
    book.figure(OUT, count.expected);
    if (count.told >= count.expected) return;
    const id = deviceName(plan, device);
    const sentence = `${count.expected} readings of ${id} ${what}, and ${count.told} are counted`;
    book.also(() => finding(sentence, [id], 0, []));
  }
}
