/**
 * GW1: what a gateway takes in it sends on, in the order in which it came, and as soon as it can;
 * with a full buffer it gives up what its policy says and nothing else, and says so; with its
 * memory it may lose what was in there.
 */
import type { Plan } from '#kernel';
import { isDisturbed, isTargetDown, type Oracles, overlaps } from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, inSeconds, messageNoun, ms } from '../judging/witness.ts';
import type { Finding } from '../result.ts';
import { formatCount, plural } from '../wording.ts';

export default defineChecker({
  kind: 'gateway-kept',
  title: 'Gateways keep and forward',
  refs: ['GW1'],
  summary: 'A gateway sends on what it took in, in order, and gives up what its policy says.',
  judges: 'always',
  part: 'gateway',
  broken: 'fail',
  params: {},
  asks: ['gateway'],
  applies: () => true,
  start: (context) => fold(context),
  say: ({ decided, findingCount, figures }) => {
    if (findingCount > 0) {
      const mistakes = plural(findingCount, 'mistake');
      return `${mistakes} with ${formatCount(decided)} messages that gateways took in.`;
    }
    const [passed, dropped] = [figures.passed ?? 0, figures.dropped ?? 0].map(formatCount);
    const sent = `${passed} were sent on in order, ${dropped} given up as declared`;
    return `${formatCount(decided)} messages were taken in; ${sent}.`;
  },
});

type GatewayStory = NonNullable<ReturnType<Oracles['gateway']['of']>>;
type ToldAt = GatewayStory['mistakes'][number];
type Idle = GatewayStory['idle'][number];

interface Item {
  child: number;
  stream: number;
  n: number;
}

function fold({ plan, timeline, devices, of }: LaneContext): LaneFold {
  const gateways = of('gateway');
  const book = new EvidenceBook();
  const nameOf = ({ child, stream, n }: Item): string =>
    `${deviceName(plan, child)}, ${messageNoun(plan, stream, n)}`;
  const tell = (gateway: number, t: number, item: Item, what: string, other?: Item): void =>
    book.also(() => {
      const says = `${deviceName(plan, gateway)}: ${nameOf(item)}, ${what}`;
      const about = [gateway, item.child, ...(other === undefined ? [] : [other.child])];
      return told(plan, about, t, item, says);
    });
  const judgeIdle = (gateway: number, idle: Idle): void => {
    const ours = timeline.stalls.some((stall) => overlaps(stall, idle));
    if (ours || isDisturbed(timeline, gateway, idle) || isTargetDown(timeline, idle)) {
      return book.doubt('its uplink was disturbed while it sent nothing');
    }
    const { from, to, first, waiting } = idle;
    const who = deviceName(plan, gateway);
    const span = `from ${inSeconds(from)} to ${inSeconds(to)}`;
    const what = `${who} had ${plural(waiting, 'message')} and sent none ${span}`;
    book.broken(() => finding(what, [who], from, first === null ? [] : took(plan, gateway, first)));
  };
  const judge = (story: GatewayStory): void => {
    const { device, taken, waiting } = story;
    book.figure('passed', story.passed);
    book.figure('dropped', story.dropped);
    if (story.lost > 0) book.figure('lost with a memory', story.lost);
    book.kept(taken - waiting);
    if (waiting > 0) book.doubt('it still waited when the run ended', waiting);
    for (const mistake of story.mistakes) tellMistake(mistake, device);
    for (const { t, item } of story.lostWithout) {
      tell(device, t, item, 'was given up as lost, and nothing was lost there');
    }
    for (const { t, item } of story.unaccounted) {
      tell(device, t, item, 'was given up, and nobody accounts for it');
    }
    for (const idle of story.idle) judgeIdle(device, idle);
  };
  const tellMistake = ({ mistake, item, instead, t }: ToldAt, gateway: number): void => {
    const other = instead === null ? '' : nameOf(instead);
    tell(gateway, t, item, SAYS[mistake](other), instead ?? undefined);
  };
  return {
    ops: [],
    end: () => {
      for (const device of devices) {
        const story = gateways.of(device);
        if (story !== null) judge(story);
      }
      return book.close();
    },
  };
}

const SAYS: Readonly<Record<ToldAt['mistake'], (other: string) => string>> = {
  'dropped-with-room': () => 'was given up, and there was room for it',
  'dropped-another': (other) => `was given up, and by the policy it was the turn of ${other}`,
  'kept-too-much': (other) => `came, and with it more than the buffer holds; ${other} had to go`,
  overtook: (other) => `was sent on before ${other}, which came first`,
  'sent-without-uplink': () => 'was sent on while there was no uplink',
  'lost-too-much': () => 'is said to be lost with the power, and was in flash for long',
  'lost-in-restart': () => 'was lost in a restart that the gateway had planned, and had a flash',
  'not-there': () => 'was dealt with, and was not there',
  'taken-twice': () => 'was taken in a second time',
  unfair: () => 'was sent on out of turn: backlog and live messages did not share as declared',
};

/** The gateway first. */
function told(plan: Plan, about: number[], t: number, item: Item, message: string): Finding {
  const who = deviceName(plan, about[0] ?? -1);
  const whose = deviceName(plan, item.child);
  const what = `deals with ${messageNoun(plan, item.stream, item.n)} of ${whose}`;
  const named = [...new Set(about)].sort((a, b) => a - b).map((one) => deviceName(plan, one));
  return finding(`${message}, at ${inSeconds(t)}`, named, t, [{ t: ms(t), who, what }]);
}

const took = (plan: Plan, gateway: number, first: Item & { takenAt: number }) => [
  {
    t: ms(first.takenAt),
    who: deviceName(plan, gateway),
    what: `took in ${messageNoun(plan, first.stream, first.n)} of ${deviceName(plan, first.child)}`,
  },
];
