/**
 * M9: what goes down with an expiry is not handed over once that is over, and what is handed over
 * says truly how much is left of it. MQTT counts it in whole seconds from when the target took the
 * message, and forgives a delivery that began in time. So a late one is a breach where it surely
 * began late: the connection over which it came is younger than that, or nothing lay in its way.
 */
import {
  expiryOf,
  FLAG,
  isCarried,
  type LedgerEntry,
  type LedgerEntryOf,
  type Plan,
  speaks5,
} from '#kernel';
import { type Connection, isDisturbed, type Oracles, overlaps } from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, inSeconds, messageNoun, ms } from '../judging/witness.ts';
import type { WitnessEvent } from '../result.ts';
import { formatCount, plural } from '../wording.ts';

const SECOND_US = 1_000_000;
/** In whole seconds it may be 0, and then not said, though so much is left in truth. */
const SILENT_US = 1_500_000;
/** Who stayed so long after an expiry could have been handed what was expired. */
const STAYED_US = 3_000_000;

export default defineChecker({
  kind: 'expiry-kept',
  title: 'Nothing is handed over once it has expired',
  refs: ['M9'],
  summary: 'What has an expiry is handed over in time or not at all, and says what is left of it.',
  judges: 'always',
  stream: 'expiryS',
  broken: 'fail',
  params: {
    slack: {
      kind: 'duration',
      about: 'How much later it may come: whole seconds are counted, and the way takes time.',
      default: '2s',
    },
  },
  asks: ['connections'],
  applies: (plan) => speaks5(plan) && plan.streams.some(({ expiryS }) => expiryS !== undefined),
  start: (context) => expiryFold({ ...context, connections: context.of('connections') }),
  say: ({ decided, findingCount, figures }) => {
    const withheld = formatCount(figures.withheld ?? 0);
    const all = plural(decided, 'message');
    const broken = `${plural(findingCount, 'message')} of ${formatCount(decided)} with an expiry`;
    return findingCount === 0
      ? `Of ${all} with an expiry ${withheld} expired and were withheld; the others came in time.`
      : `${broken} came too late, or told wrongly what was left.`;
  },
});

type Lane = LaneContext & Pick<Oracles, 'connections'>;

/** One message with an expiry. */
interface Perishable {
  device: number;
  stream: number;
  n: number;
  expiryUs: number;
  sends: number[];
  ackedAt: number | null;
  arrivals: Arrival[];
}

interface Arrival {
  t: number;
  dup: boolean;
  /** Seconds that it says it has left; -1 for nothing said, null where no packet tells. */
  left: number | null;
}

function expiryFold(context: Lane): LaneFold {
  const { plan } = context;
  const messages = new Map<string, Perishable>();
  /** By device, the packet that came last: what is received next was in it. */
  const packets = new Map<number, LedgerEntryOf<'packet-in'>>();
  const about = (entry: { device: number; stream: number; n: number }): Perishable | null => {
    const { device, stream, n } = entry;
    const key = `${device}/${stream}/${n}`;
    const known = messages.get(key);
    if (known !== undefined) return known;
    const expiryS = expiryOf(plan, device, stream);
    if (expiryS === null || !isDown(plan, stream)) return null;
    const made = { device, stream, n, expiryUs: expiryS * SECOND_US, sends: [], arrivals: [] };
    messages.set(key, { ...made, ackedAt: null });
    return messages.get(key) ?? null;
  };
  return {
    ops: ['sent', 'acked', 'received', 'packet-in'],
    step: (entry: LedgerEntry) => {
      if (entry.op === 'packet-in') {
        packets.set(entry.device, { ...(entry as LedgerEntryOf<'packet-in'>) });
      } else if (entry.op === 'sent') about(entry)?.sends.push(entry.t);
      else if (entry.op === 'acked') {
        const message = about(entry);
        if (message !== null) message.ackedAt = entry.t;
      } else if (entry.op === 'received') {
        const packet = packets.get(entry.device);
        const dup = ((packet?.flags ?? 0) & FLAG.dup) !== 0;
        about(entry)?.arrivals.push({ t: entry.t, dup, left: packet?.left ?? null });
      }
    },
    end: () => {
      const book = new EvidenceBook();
      for (const message of messages.values()) judge(context, message, book);
      return book.close();
    },
  };
}

const isDown = (plan: Plan, stream: number): boolean =>
  plan.streams.find(({ code }) => code === stream)?.way === 'down';

function judge(context: Lane, message: Perishable, book: EvidenceBook): void {
  const { plan, connections } = context;
  if (isCarried(plan, message.device)) return book.notOwed('its gateway took it in its stead');
  if (message.sends.length === 0) return;
  const lives = connections.of(message.device).connections;
  const [first] = message.arrivals;
  if (first === undefined) return judgeAbsent(context, message, lives, book);
  for (const arrival of message.arrivals) {
    const over = lives.findLast(({ from }) => from <= arrival.t);
    judgeArrival(context, message, arrival, over, book);
  }
}

/** It never came: withheld, where there was anybody to be handed it. */
function judgeAbsent(
  { params }: Lane,
  { ackedAt, expiryUs }: Perishable,
  lives: readonly Connection[],
  book: EvidenceBook,
): void {
  if (ackedAt === null) return book.notOwed('the target never took it');
  const due = ackedAt + expiryUs + slackUs(params);
  const came = lives.some(
    ({ from, to, present }) => present && from <= to - STAYED_US && to >= due + STAYED_US,
  );
  if (!came) return book.notOwed('nobody came for it once it had expired');
  // Whoever was there before could have had it: a loss, which no-acked-loss judges.
  const worth = { from: ackedAt, to: ackedAt + expiryUs };
  const enoughUs = Math.min(STAYED_US, expiryUs);
  const was = lives.some(
    ({ from, to }) => Math.min(to, worth.to) - Math.max(from, worth.from) >= enoughUs,
  );
  if (was) return book.notOwed('lost before it expired: no-acked-loss judges it');
  book.figure('withheld');
  book.kept();
}

const slackUs = ({ slack }: LaneContext['params']): number => Number(slack) * 1000;

function judgeArrival(
  context: Lane,
  message: Perishable,
  arrival: Arrival,
  over: Connection | undefined,
  book: EvidenceBook,
): void {
  const { plan } = context;
  const { device, stream, n } = message;
  const wrong = wrongWith(context, message, arrival, over);
  if (wrong === null) return book.kept();
  if (wrong.isDoubt) return book.doubt(wrong.text);
  book.broken(() => {
    const id = deviceName(plan, device);
    const noun = messageNoun(plan, stream, n);
    const expiry = `${message.expiryUs / SECOND_US} s`;
    const sentAt = message.sends[0] ?? 0;
    const events: WitnessEvent[] = [
      { t: ms(sentAt), who: 'operator', what: `sent ${noun}, worth nothing after ${expiry}` },
      { t: ms(arrival.t), who: id, what: `got ${noun}, with ${leftIn(arrival)}` },
    ];
    if (message.ackedAt !== null) {
      events.push({ t: ms(message.ackedAt), who: 'target', what: `acknowledged ${noun}` });
    }
    if (over !== undefined) events.push({ t: ms(over.from), who: id, what: 'connected' });
    const text = `${id}, ${noun} with an expiry of ${expiry}, ${wrong.text}`;
    return finding(
      text,
      [id],
      arrival.t,
      events.sort((a, b) => a.t - b.t),
    );
  });
}

const leftIn = ({ left }: Arrival): string =>
  left === null || left < 0 ? 'nothing said of what is left' : `${left} s left by its own word`;

interface Wrong {
  text: string;
  isDoubt: boolean;
}

const doubt = (text: string): Wrong => ({ text, isDoubt: true });

function wrongWith(
  context: Lane,
  message: Perishable,
  arrival: Arrival,
  over: Connection | undefined,
): Wrong | null {
  const { expiryUs, sends } = message;
  const sentAt = sends.findLast((t) => t <= arrival.t) ?? arrival.t;
  // It may have lain with us until it was acknowledged.
  const takenAt = Math.min(arrival.t, Math.max(sentAt, message.ackedAt ?? arrival.t));
  const slack = slackUs(context.params);
  if (arrival.t > sentAt + expiryUs + slack) {
    return lateness(context, message, { ...arrival, takenAt, slack }, over);
  }
  const { left } = arrival;
  if (left === null) return null;
  if (left < 0) {
    const rest = sentAt + expiryUs - arrival.t;
    if (rest <= SILENT_US) return null;
    return { text: 'was handed over without it: its expiry was taken off', isDoubt: false };
  }
  const waited = Math.max(0, (over?.from ?? 0) - takenAt);
  if (left * SECOND_US <= expiryUs - waited + slack) return null;
  const text = `said that it had ${left} s left, though it had waited for ${inSeconds(waited)}`;
  return { text, isDoubt: false };
}

/** It came too late; but did its delivery begin so late? */
function lateness(
  { timeline }: Lane,
  { device, expiryUs, ackedAt }: Perishable,
  { t, dup, takenAt, slack }: Arrival & { takenAt: number; slack: number },
  over: Connection | undefined,
): Wrong | null {
  if (ackedAt === null) return doubt('when the target took it is not known');
  const due = takenAt + expiryUs + slack;
  if (t <= due) return null;
  if (dup) return doubt('it had been under way before, perhaps in time');
  const late = { from: due, to: t };
  const isYounger = over !== undefined && over.from > due;
  const isStill = timeline.stalls.some((stall) => overlaps(stall, late));
  const isClear = !isDisturbed(timeline, device, late) && !isStill;
  if (!isYounger && !isClear) return doubt('its delivery may have begun in time');
  const after = `${inSeconds(t - takenAt)} after the target took it`;
  const text = `was handed over at ${inSeconds(t)}, ${after}`;
  return { text, isDoubt: false };
}
