/**
 * A child with two gateways speaks through the other one once its own has been away for as long as
 * is declared, no sooner, and goes back when its own is there again, no later.
 */
import type { Plan } from '#kernel';
import { type Oracles, overlaps, type Span } from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, inSeconds, messageNoun, ms } from '../judging/witness.ts';
import type { Finding } from '../result.ts';
import { formatCount, plural } from '../wording.ts';

export default defineChecker({
  kind: 'gateway-falls-back',
  title: 'Children fall back on the other gateway',
  refs: ['GW1'],
  summary: 'A child speaks through its other gateway while its own is away, and goes back.',
  judges: 'always',
  part: 'gateway',
  entry: 'fallBack',
  broken: 'fail',
  params: {},
  asks: ['fall-back'],
  applies: ({ devices }: Plan) => devices.some(({ fallBack }) => fallBack !== undefined),
  start: (context) => fold(context),
  say: ({ decided, findingCount, figures }) => {
    const absences = plural(decided, 'absence');
    if (findingCount > 0) return `${plural(findingCount, 'mistake')} with ${absences}.`;
    const took = formatCount(figures.took ?? 0);
    return `${absences} of a child's own gateway; the other took ${took} messages meanwhile.`;
  },
});

type Story = NonNullable<ReturnType<Oracles['fall-back']['of']>>;

function fold({ plan, timeline, devices, of }: LaneContext): LaneFold {
  const children = of('fall-back');
  const book = new EvidenceBook();
  const stoodIn = (span: Span): boolean => timeline.stalls.some((stall) => overlaps(stall, span));
  const judge = (story: Story): void => {
    const { child, other, absences, took, outOfTurn } = story;
    book.figure('took', took);
    for (const { from, to, isTaken, undecided } of absences) {
      if (isTaken) book.kept();
      else if (undecided !== null) book.doubt(DOUBTS[undecided]);
      else if (stoodIn({ from, to })) book.doubt(STOOD);
      else {
        const what = `${deviceName(plan, child)} said nothing through ${deviceName(plan, other)}`;
        const why = `although its own gateway had been away for long at ${inSeconds(from)}`;
        book.broken(() => told(plan, [child, other], from, `${what}, ${why}`));
      }
    }
    for (const { t, stream, n, why, isDecided } of outOfTurn) {
      if (!isDecided) {
        book.doubt('a fault on the bus made what it said late');
        continue;
      }
      if (stoodIn({ from: t - AROUND_US, to: t + AROUND_US })) {
        book.doubt(STOOD);
        continue;
      }
      const noun = messageNoun(plan, stream, n);
      const what = `${deviceName(plan, other)} took in ${noun} of ${deviceName(plan, child)}`;
      book.also(() => told(plan, [child, other], t, `${what}, ${SAYS[why]}, at ${inSeconds(t)}`));
    }
  };
  return {
    ops: [],
    end: () => {
      for (const device of devices) {
        const story = children.of(device);
        if (story !== null) judge(story);
      }
      return book.close();
    },
  };
}

const STOOD = 'we stood still ourselves at that time';
const AROUND_US = 3_000_000;

const DOUBTS: Readonly<Record<NonNullable<Story['absences'][number]['undecided']>, string>> = {
  away: 'the child or its other gateway was away as well',
  'bus-fault': 'a fault acted on the bus of the child',
  'nothing-to-say': 'the child had nothing to say in time',
};

const SAYS: Readonly<Record<Story['outOfTurn'][number]['why'], string>> = {
  'too-soon': 'before its own gateway had been away for long enough',
  'too-late': 'long after its own gateway was back',
  'own-runs': 'although its own gateway ran',
};

function told(plan: Plan, about: readonly number[], t: number, message: string): Finding {
  const named = [...about].sort((a, b) => a - b).map((device) => deviceName(plan, device));
  const who = deviceName(plan, about[1] ?? -1);
  return finding(message, named, t, [{ t: ms(t), who, what: 'is the other gateway' }]);
}
