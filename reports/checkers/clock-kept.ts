/**
 * What a gateway says of when it took readings in is true: also of those that it took in before it
 * knew the time, which it puts right, and says that it has.
 */
import { type Oracles, overlaps, type Span } from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, inSeconds, ms } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

export default defineChecker({
  kind: 'clock-kept',
  title: 'Original times are right',
  refs: [],
  summary: 'A gateway says truly when it took a reading in, also where its clock was lost.',
  judges: 'always',
  part: 'clock',
  broken: 'fail',
  params: {},
  asks: ['clock'],
  applies: () => true,
  start: (context) => fold(context),
  say: ({ decided, findingCount, figures }) => {
    const stamps = plural(decided, 'time');
    return findingCount === 0
      ? `${stamps} said and true, ${formatCount(figures.estimated ?? 0)} of them as estimated.`
      : `${plural(findingCount, 'mistake')} with ${stamps}.`;
  },
});

type Story = NonNullable<ReturnType<Oracles['clock']['of']>>;
type Wrong = Story['wrong'][number];

function fold({ plan, timeline, devices, of }: LaneContext): LaneFold {
  const clocks = of('clock');
  const book = new EvidenceBook();
  const tell = (gateway: number, wrong: Wrong): void => {
    const span = spanOf(wrong);
    if (span !== null && timeline.stalls.some((stall) => overlaps(stall, span))) {
      return book.doubt('we stood still ourselves at that time');
    }
    if (wrong.what === 'missing') book.kept();
    const [who, whose] = [deviceName(plan, gateway), deviceName(plan, wrong.child)];
    const named = (gateway < wrong.child ? [who, whose] : [whose, who]).filter(
      (one, at, all) => all.indexOf(one) === at,
    );
    const says = `${who}, reading ${wrong.n} of ${whose}: ${SAYS[wrong.what](wrong)}`;
    const witness = [{ t: ms(wrong.due), who, what: `takes in reading ${wrong.n} of ${whose}` }];
    book.also(() => finding(says, named, wrong.due, witness));
  };
  return {
    ops: [],
    end: () => {
      for (const device of devices) {
        const story = clocks.of(device);
        if (story === null) continue;
        book.kept(story.stamped);
        book.figure('estimated', story.estimated);
        if (story.lost > 0) book.figure('lost with a memory before they were said', story.lost);
        if (story.open > 0) book.doubt('it was not said when the run ended', story.open);
        for (const wrong of story.wrong) tell(device, wrong);
      }
      return book.close();
    },
  };
}

const AROUND_US = 3_000_000;

/** When a machine that stands still may have brought it about; null where it cannot have. */
const spanOf = ({ what, due }: Wrong): Span | null => {
  if (what === 'not-there') return null;
  const to = what === 'missing' ? Number.POSITIVE_INFINITY : due + AROUND_US;
  return { from: due - AROUND_US, to };
};

const SAYS: Readonly<Record<Wrong['what'], (wrong: Wrong) => string>> = {
  'other-time': ({ said, due }) =>
    `is said to have come at ${inSeconds(said)}, and came at ${inSeconds(due)}`,
  'not-flagged': ({ due }) =>
    `came at ${inSeconds(due)}, when nobody knew the time, and is not said to be estimated`,
  flagged: ({ due }) =>
    `came at ${inSeconds(due)}, when the time was known, and is said to be estimated`,
  'not-there': ({ said }) => `is said to have come at ${inSeconds(said)}, and did not come`,
  missing: ({ due }) => `came at ${inSeconds(due)}, and nobody says so`,
};
