/**
 * An alarm lives as alarms live: it comes and goes with its rule, is acknowledged when there is
 * something to acknowledge, comes off the shelf at its time, and a person is told of each change
 * once. What is too much is counted.
 */
import { alarmsOf } from '#kernel';
import type { Oracles } from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

type Story = ReturnType<Oracles['alarms']['of']>[number];
type Claims = Pick<Story, 'claims' | 'doubts' | 'open'>;

export default defineChecker({
  kind: 'alarm-lifecycle',
  title: 'Alarms live as alarms do',
  refs: ['R3'],
  summary: 'Alarms come and go with their rules, and what an operator does to them is kept.',
  judges: 'always',
  workflow: 'alarms',
  broken: 'fail',
  params: {},
  asks: ['alarms', 'alarms/fleet'],
  applies: (plan) => alarmsOf(plan).length > 0,
  start: fold,
  say: ({ decided, findingCount, figures }) => {
    // Those of rules are counted each time that they come; these stay.
    const count = plural(figures[ALARMS] ?? 0, 'alarm');
    const alarms = `${count}, one for each rule and device or place,`;
    return findingCount === 0
      ? `All that is owed of ${alarms} was kept, ${formatCount(decided)} things in all.`
      : `${formatCount(findingCount)} of ${plural(decided, 'thing')} owed of ${alarms} are amiss.`;
  },
});

const ALARMS = 'alarms looked at';

function fold({ plan, devices, of }: LaneContext): LaneFold {
  const alarms = of('alarms');
  const floods = of('alarms/fleet');
  const book = new EvidenceBook();
  return {
    ops: [],
    end: () => {
      // Nobody looks after alarms, and so nobody has asked about them.
      if (alarmsOf(plan).length === 0) return book.close();
      for (const device of devices) judgeDevice(device);
      // It is of all devices, and so told once.
      if (devices.includes(0)) judge(floods.judged(), (amiss) => amiss, []);
      return book.close();
    },
  };

  function judgeDevice(device: number): void {
    const own = [deviceName(plan, device)];
    for (const story of alarms.of(device)) {
      book.figure(ALARMS);
      const { rule, subject } = story;
      const whose = rule === '' ? `an alarm of ${own[0]}` : `the alarm of ${rule} over ${subject}`;
      judge(story, (amiss) => `${whose} ${amiss}`, own);
    }
    const missing = alarms.missing(device);
    judge(missing, (amiss) => amiss, own);
    for (const { rule, subject, at } of missing.causes) {
      book.broken(() =>
        finding(`an alarm of ${rule} over ${subject} is not there`, own, at * 1000, []),
      );
    }
  }

  function judge(
    { claims, doubts, open }: Claims,
    say: (amiss: string) => string,
    own: string[],
  ): void {
    for (const [why, count] of doubts) book.doubt(why, count);
    for (const [why, count] of open) book.notOwed(why, count);
    for (const { at, amiss } of claims) {
      book.kept();
      if (amiss === null) continue;
      book.also(() => finding(say(amiss), own, at * 1000, []));
    }
  }
}
