/**
 * Edge nodes of Sparkplug B keep to their sessions: a birth ahead of all they say, numbers without
 * a gap, a death with the number of its birth, aliases that are named, and a new birth when they
 * are called to one. The clause that is broken stands in the words of the witness.
 */
import { CLAUSES, type Oracles } from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, ms } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

export default defineChecker({
  kind: 'sparkplug-kept',
  title: 'Sessions of Sparkplug B are kept',
  refs: ['S1'],
  summary: 'A node is born before it speaks, counts without a gap, and dies as who was born.',
  judges: 'always',
  part: 'sparkplug',
  broken: 'fail',
  params: {},
  asks: ['sparkplug'],
  applies: () => true,
  start: (context) => fold(context),
  say: ({ decided, findingCount, figures }) => {
    const [sessions, rebirths] = [figures[SESSIONS] ?? 0, figures[REBIRTHS] ?? 0];
    const seen = `${plural(decided, 'packet')} of ${plural(sessions, 'session')}`;
    const born = `with ${plural(rebirths, 'rebirth')}`;
    return findingCount === 0
      ? `${seen}, ${born}, came as Sparkplug has it.`
      : `${seen}, ${born}: ${formatCount(findingCount)} times not as Sparkplug has it.`;
  },
});

type Story = NonNullable<ReturnType<Oracles['sparkplug']['of']>>;

const SESSIONS = 'sessions';
const REBIRTHS = 'rebirths';
const UNSURE = 'something may not have been seen';

function fold({ plan, devices, of }: LaneContext): LaneFold {
  const nodes = of('sparkplug');
  const book = new EvidenceBook();
  const judge = (device: number, story: Story): void => {
    const { packets, sessions, rebirths, wrong, doubts } = story;
    book.figure(SESSIONS, sessions);
    book.figure(REBIRTHS, rebirths);
    book.kept(packets);
    if (doubts > 0) book.doubt(UNSURE, doubts);
    for (const { t, rule, about, what } of wrong) {
      const who = deviceName(plan, device);
      const child = about < 0 ? [] : [deviceName(plan, about)];
      const whole = [what, ...child].join(', of ');
      const cited = `${whole} (${CLAUSES[rule]})`;
      book.also(() =>
        finding(`${who} ${whole}`, [who, ...child], t, [{ t: ms(t), who, what: cited }]),
      );
    }
  };
  return {
    ops: [],
    end: () => {
      for (const device of devices) {
        const story = nodes.of(device);
        if (story !== null && story.packets > 0) judge(device, story);
      }
      return book.close();
    },
  };
}
