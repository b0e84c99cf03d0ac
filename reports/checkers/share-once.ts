/**
 * M11: of a subscription that several members share, each message reaches at least one of them, and
 * a second one only where the first died before it had acknowledged. What the publisher itself sent
 * again is a message of its own to the target, and may go to another.
 */
import { type LedgerEntry, type Plan, streamOf } from '#kernel';
import { HAPPENED, isTargetDown, type MessageView, type Oracles, overlaps } from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import {
  deviceName,
  finding,
  inSeconds,
  messageEvents,
  messageName,
  messageNoun,
  ms,
} from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

/** An acknowledgement of a member is through after so long, and a message with one. */
const UNDER_WAY_US = 5_000_000;
/** A member may hear so much later than the target that its connection is over. */
const APART_US = 1_000_000;

export default defineChecker({
  kind: 'share-once',
  title: 'A shared message goes to one member',
  refs: ['M11'],
  summary: 'Each message reaches one member of a group, and a second only if the first died.',
  judges: 'always',
  workflow: 'share',
  broken: 'fail',
  params: {},
  asks: ['delivery'],
  applies: (plan) => sharesOf(plan).length > 0,
  start: (context) => shareFold({ ...context, delivery: context.of('delivery') }),
  say: ({ decided, findingCount, figures }) => {
    const broken = `${plural(findingCount, 'message')} of ${formatCount(decided)}`;
    const died = figures['died with one'] ?? 0;
    const deaths = died === 0 ? '' : `; a member died with ${formatCount(died)} of them`;
    return findingCount === 0
      ? `${plural(decided, 'message')} reached one member each${deaths}.`
      : `${broken} reached no member, or two for no reason.`;
  },
});

type Lane = LaneContext & Pick<Oracles, 'delivery'>;

/** What a workflow of shared subscriptions decided. */
interface Share {
  members: number;
  of: string;
}

const sharesOf = (plan: Plan): Share[] =>
  plan.workflows.flatMap(({ workflow, resolved }) =>
    workflow === 'share' ? [resolved as Share] : [],
  );

/** A member got a message. */
interface Got {
  t: number;
  member: number;
  acks: boolean;
}

type Fields = Readonly<Record<'t' | 'device' | 'stream' | 'n' | 'member', number>> & {
  acks: boolean;
};

function shareFold(context: Lane): LaneFold {
  const { plan, delivery } = context;
  const shares = sharesOf(plan);
  /** Since when each member has joined; told of one device of a lane for all of it. */
  const joined = new Map<number, number>();
  const gots = new Map<string, Got[]>();
  /** By member, when its connection ended. */
  const deaths = new Map<number, number[]>();
  return {
    ops: ['share/joined', 'share/died', 'share/got'],
    step: (entry: LedgerEntry) => {
      const { t, device, stream, n, member, acks } = entry as unknown as Fields;
      if (entry.op === 'share/joined') {
        joined.set(member, t);
        return;
      }
      if (entry.op === 'share/died') {
        const died = deaths.get(member);
        if (died === undefined) deaths.set(member, [t]);
        else died.push(t);
        return;
      }
      const key = `${device}/${stream}/${n}`;
      gots.set(key, [...(gots.get(key) ?? []), { t, member, acks }]);
    },
    end: () => {
      const book = new EvidenceBook();
      delivery.each((message) => {
        const share = shares.find(({ of }) => of === streamOf(plan, message.stream)?.name);
        if (share === undefined || !isAcked(message)) return;
        const since = Math.max(...joined.values());
        if (joined.size < share.members || message.sentAt < since) {
          return book.notOwed('not all members had joined yet');
        }
        const { device, stream, n } = message;
        judge(context, message, gots.get(`${device}/${stream}/${n}`) ?? [], deaths, book);
      });
      return book.close();
    },
  };
}

const isAcked = ({ flags, qos }: MessageView): boolean => (flags & HAPPENED.acked) !== 0 && qos > 0;

type Deaths = ReadonlyMap<number, readonly number[]>;

function judge(
  context: Lane,
  message: MessageView,
  gots: readonly Got[],
  deaths: Deaths,
  book: EvidenceBook,
): void {
  const { plan, timeline } = context;
  const [first] = gots;
  const until = first === undefined ? timeline.end : (gots.at(-1)?.t ?? 0);
  const isDown = isTargetDown(timeline, { from: message.sentAt, to: until });
  if (isDown && !plan.target.guarantees.durableSessions) {
    return book.notOwed('the target was killed and does not promise its sessions');
  }
  if (first === undefined) return judgeAbsent(context, message, book);
  if (gots.some(({ acks }) => !acks)) book.figure('died with one');
  const second = gots.find(({ member }) => member !== first.member);
  if (second === undefined) return book.kept();
  if (message.sentCount > 1) return book.notOwed('its device sent it more than once');
  const before = gots.filter(({ member, t }) => member === first.member && t <= second.t);
  if (before.every(({ acks }) => !acks)) return book.kept();
  const ackedAt = before.find(({ acks }) => acks)?.t ?? first.t;
  const mayBeLost = (deaths.get(first.member) ?? []).some(
    (t) => t >= ackedAt && t <= ackedAt + UNDER_WAY_US && t <= second.t + APART_US,
  );
  if (mayBeLost) return book.doubt('the first died when its acknowledgement was just sent');
  tell(context, message, gots, book, twice(first, second));
}

function twice(first: Got, second: Got): string {
  const [one, two] = [inSeconds(first.t), inSeconds(second.t)];
  return `reached member ${first.member} at ${one}, and member ${second.member} as well at ${two}`;
}

function judgeAbsent(context: Lane, message: MessageView, book: EvidenceBook): void {
  const { timeline } = context;
  const span = { from: message.sentAt, to: message.ackedAt + UNDER_WAY_US };
  const drained = timeline.phase('drain')?.to ?? timeline.end;
  if (message.ackedAt > drained - UNDER_WAY_US / 2 && span.to > timeline.end) {
    return book.doubt('sent at the end');
  }
  if (timeline.stalls.some((stall) => overlaps(stall, span))) {
    return book.doubt('a process of ours stood still meanwhile');
  }
  tell(context, message, [], book, 'reached no member');
}

function tell(
  { plan }: Lane,
  message: MessageView,
  gots: readonly Got[],
  book: EvidenceBook,
  what: string,
): void {
  const noun = messageNoun(plan, message.stream, message.n);
  const came = gots.slice(0, 2).map(({ t, member, acks }) => ({
    t: ms(t),
    who: `member ${member}`,
    what: acks ? `got and acknowledged ${noun}` : `got ${noun} and died`,
  }));
  const events = [...messageEvents(plan, message), ...came].sort((a, b) => a.t - b.t);
  book.broken(() =>
    finding(
      `${messageName(plan, message)}, ${what}`,
      [deviceName(plan, message.device)],
      gots[0]?.t ?? message.ackedAt,
      events.slice(0, 5),
    ),
  );
}
