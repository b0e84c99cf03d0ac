/**
 * What goes down to a child that does not always listen goes when it does, and is not too old; and
 * what comes up from one with a duty cycle keeps to that. Whatever the bus, nobody is passed over
 * as if he were not there.
 */
import { isCarried, type Plan } from '#kernel';
import { type Oracles, overlaps, type Span } from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, inSeconds, messageNoun, ms } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

export default defineChecker({
  kind: 'gateway-downlinks',
  title: 'Children are spoken to when they listen',
  refs: [],
  summary: 'What goes down to a child on a bus goes when it may, and to each that is there.',
  judges: 'always',
  part: 'gateway',
  broken: 'fail',
  params: {},
  asks: ['downlinks'],
  applies: (plan) =>
    plan.entries.some(({ parts }) =>
      parts.some(
        ({ kind, params: { bus } }) =>
          kind === 'gateway' && (doesNotListen(bus) || (isBus(bus) && isAnybodyTold(plan))),
      ),
    ),
  start: (context) => fold(context),
  say: ({ decided, findingCount, figures }) => {
    if (findingCount > 0) {
      return `${plural(findingCount, 'mistake')} with what goes down to children, or when.`;
    }
    const [given, letGo] = [figures.given ?? 0, figures['let go'] ?? 0].map(formatCount);
    return `${formatCount(decided)} messages went when they may; ${given} down, ${letGo} let go.`;
  },
});

const isBus = (bus: unknown): bus is object => typeof bus === 'object' && bus !== null;

const doesNotListen = (bus: unknown): boolean =>
  isBus(bus) && ('sleepy' in bus || 'lorawan' in bus);

/** Whether anything is to go down to somebody behind a gateway. */
const isAnybodyTold = (plan: Plan): boolean =>
  plan.streams.some(
    ({ way, schedule }) =>
      way === 'down' &&
      (schedule.by !== 'rounds' || schedule.devices.some(({ device }) => isCarried(plan, device))),
  );

type Story = NonNullable<ReturnType<Oracles['downlinks']['of']>>;
type Mistake = Story['mistakes'][number];

function fold({ plan, timeline, devices, of }: LaneContext): LaneFold {
  const downlinks = of('downlinks');
  const book = new EvidenceBook();
  const judge = ({ child, gateway, given, heard, letGo, mistakes }: Story): void => {
    book.kept(given + heard + letGo);
    book.figure('given', given);
    book.figure('let go', letGo);
    for (const mistake of mistakes) {
      const around = { from: mistake.t - AROUND_US, to: mistake.t + AROUND_US };
      if (timeline.stalls.some((stall) => overlaps(stall, around))) {
        book.doubt('we stood still ourselves at that time');
      } else if (isLate(child, around)) {
        book.doubt('a fault on the bus made what it said late');
      } else accuse(child, gateway, mistake);
    }
  };
  const isLate = (child: number, around: Span): boolean =>
    timeline
      .faultsOn(child)
      .some((fault) => (fault.plan.bus?.lateMs ?? 0) > 0 && overlaps(fault, around));
  const accuse = (child: number, gateway: number, { t, kind, stream, n }: Mistake): void =>
    book.also(() => {
      const [who, by] = [deviceName(plan, child), deviceName(plan, gateway)];
      const what = `${messageNoun(plan, stream, n)} ${SAYS[kind]}`;
      const named = gateway < child ? [by, who] : [who, by];
      return finding(`${by}: ${who}, ${what}, at ${inSeconds(t)}`, named, t, [
        { t: ms(t), who: by, what: `${who}: ${what}` },
      ]);
    });
  return {
    ops: [],
    end: () => {
      for (const device of devices) {
        const story = downlinks.of(device);
        if (story !== null) judge(story);
      }
      return book.close();
    },
  };
}

const AROUND_US = 3_000_000;

const SAYS: Readonly<Record<Mistake['kind'], string>> = {
  'not-listening': 'was given while it did not listen',
  'too-old': 'was given, and was too old for that',
  'let-go-early': 'was let go, and there was no reason for it',
  'not-given': 'was not given although it listened',
  second: 'was a second one after the same packet',
  'on-air-too-long': 'was sent before the duty cycle allows it',
  'too-long': 'is longer than a packet of its data rate holds',
  'was-there': 'was let go as if it were not there, and it was',
};
