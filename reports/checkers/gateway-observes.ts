/**
 * Of what its children tell a gateway takes what is newer than what it has, and nothing else; and
 * when what it has is too old, or it has nothing, it registers anew.
 */
import type { Plan } from '#kernel';
import { type Oracles, overlaps } from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, inSeconds, ms } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

export default defineChecker({
  kind: 'gateway-observes',
  title: 'Gateways keep up with what they observe',
  refs: [],
  summary: 'An old notification is not taken, a new one is, and what is too old is asked for anew.',
  judges: 'always',
  part: 'gateway',
  broken: 'fail',
  params: {},
  asks: ['observations'],
  applies: ({ entries }) =>
    entries.some(({ parts }) =>
      parts.some(({ kind, params }) => kind === 'gateway' && isObserving(params.bus)),
    ),
  start: (context) => fold(context),
  say: ({ decided, findingCount }) =>
    findingCount === 0
      ? `Gateways did right by what they observe, ${formatCount(decided)} times.`
      : `${plural(findingCount, 'mistake')} in what gateways made of what they observe.`,
});

const isObserving = (bus: unknown): boolean =>
  typeof bus === 'object' && bus !== null && 'coap' in bus;

type Story = ReturnType<Oracles['observations']['of']>[number];
type Mistake = Story['mistakes'][number];

/** A gateway that was to register is blamed so much later at most. */
const LATE_US = 5_000_000;

function fold({ plan, timeline, devices, of }: LaneContext): LaneFold {
  const observations = of('observations');
  const book = new EvidenceBook();
  const accuse = (story: Story, mistake: Mistake): void => {
    const span = { from: mistake.t, to: mistake.t + LATE_US };
    if (
      mistake.kind === 'not-registered' &&
      timeline.stalls.some((stall) => overlaps(stall, span))
    ) {
      return book.doubt('we stood still ourselves when it was to register');
    }
    book.broken(() => told(plan, story, mistake));
  };
  return {
    ops: [],
    end: () => {
      for (const device of devices) {
        for (const story of observations.of(device)) {
          book.kept(story.kept);
          if (story.open > 0) book.doubt('nobody can tell which is the newer', story.open);
          for (const mistake of story.mistakes) accuse(story, mistake);
        }
      }
      return book.close();
    },
  };
}

function told(plan: Plan, { child, gateway, path }: Story, { t, kind, seq, than }: Mistake) {
  const [who, by] = [deviceName(plan, child), deviceName(plan, gateway)];
  const what = SAYS[kind](`${who}${path}`, seq, than);
  const named = gateway < child ? [by, who] : [who, by];
  return finding(`${by}: ${what}, at ${inSeconds(t)}`, named, t, [{ t: ms(t), who: by, what }]);
}

const SAYS: Readonly<
  Record<Mistake['kind'], (what: string, seq: number | null, than: number | null) => string>
> = {
  'took-older': (what, seq, than) =>
    `took notification ${seq} of ${what}, which is not newer than ${than}`,
  'left-newer': (what, seq, than) =>
    `left notification ${seq} of ${what}, which is newer than ${than ?? 'nothing'}`,
  'not-registered': (what) => `did not register for ${what} when it had to`,
  undeclared: (what, seq) =>
    `was told of ${what} by notification ${seq} otherwise than declared (confirmable or not)`,
};
