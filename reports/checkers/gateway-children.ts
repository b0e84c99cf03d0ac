/**
 * A gateway knows who of its children answers, and says so: one that is silent for longer than is
 * declared is told lost, within a moment; nobody else is; and one that answers (again) is told to
 * be there.
 */
import type { Plan } from '#kernel';
import { type Oracles, overlaps } from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, inSeconds, ms } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

export default defineChecker({
  kind: 'gateway-children',
  title: 'Gateways know their children',
  refs: ['GW1'],
  summary: 'A child that falls silent on its bus is told lost, and nobody else is.',
  judges: 'always',
  part: 'gateway',
  broken: 'fail',
  params: {},
  asks: ['children'],
  applies: (plan) => someBus(plan),
  start: (context) => fold(context),
  say: ({ decided, findingCount }) =>
    findingCount === 0
      ? `What was to be said of children was said, ${formatCount(decided)} times.`
      : `${plural(findingCount, 'mistake')} in what gateways said of their children.`,
});

const someBus = ({ entries }: Plan): boolean =>
  entries.some(({ parts }) =>
    parts.some(({ kind, params }) => kind === 'gateway' && params.bus !== undefined),
  );

type ChildStory = NonNullable<ReturnType<Oracles['children']['of']>>;
type Mistake = ChildStory['mistakes'][number];

function fold({ plan, timeline, devices, of }: LaneContext): LaneFold {
  const children = of('children');
  const book = new EvidenceBook();
  const accuse = ({ child, gateway }: ChildStory, { t, kind, misses }: Mistake): void => {
    const [who, by] = [deviceName(plan, child), deviceName(plan, gateway)];
    const named = gateway < child ? [by, who] : [who, by];
    const what = SAYS[kind](plural(misses, 'question'));
    book.broken(() =>
      finding(`${by}: ${who} ${what}, at ${inSeconds(t)}`, named, t, [
        { t: ms(t), who: by, what: `on its bus: ${who} ${what}` },
      ]),
    );
  };
  const judge = (story: ChildStory): void => {
    book.kept(story.kept);
    if (story.open > 0) book.doubt('it was still to be told when the run ended', story.open);
    for (const mistake of story.mistakes) {
      const span = { from: mistake.t, to: mistake.t + LATE_US };
      if (isLate(mistake) && timeline.stalls.some((stall) => overlaps(stall, span))) {
        book.doubt('we stood still ourselves when it was to be told');
      } else accuse(story, mistake);
    }
  };
  return {
    ops: [],
    end: () => {
      for (const device of devices) {
        for (const story of children.behind(device)) judge(story);
      }
      return book.close();
    },
  };
}

const LATE_US = 5_000_000;

const isLate = ({ kind }: Mistake): boolean => kind === 'untold' || kind === 'untold-there';

const SAYS: Readonly<Record<Mistake['kind'], (misses: string) => string>> = {
  untold: (misses) => `left ${misses} without an answer, and was not told lost in time`,
  'untold-there': () => 'answered, and was not told to be there in time',
  'told-too-early': (misses) => `was told lost, having left ${misses} without an answer`,
  'told-unheard': () => 'was told to be there, and had not answered',
  'told-twice': () => 'was told the same a second time',
  'lost-off-bus': () => 'lost what it said off its bus, and no fault had taken it off that',
};
