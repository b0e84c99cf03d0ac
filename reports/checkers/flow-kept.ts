/**
 * M10: a device that declares a Receive Maximum has no more messages at QoS 1 and 2 under way to it
 * than that; no packet id is used again while it is under way, and no topic alias is above the
 * device's maximum. What the device has answered counts as over once the answer was handed to its
 * wire, so a target may have had more under way than is counted here, and never less: a breach is
 * certain. It tells something only of devices to which as many were under way as they let.
 */
import { FLAG, type LedgerEntry, mqtt5Of, type Plan, RECEIVE_MAXIMUM } from '#kernel';
import type { Span } from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { isTampered } from '../judging/tampered-with.ts';
import { deviceName, finding, inSeconds, ms } from '../judging/witness.ts';
import type { Finding } from '../result.ts';
import { formatCount, plural } from '../wording.ts';

export default defineChecker({
  kind: 'flow-kept',
  title: 'No more is under way to a device than it lets',
  refs: ['M10'],
  summary: 'A Receive Maximum is kept, packet ids are not reused in flight, aliases are in range.',
  judges: 'always',
  entry: 'mqtt5',
  broken: 'fail',
  params: {},
  asks: [],
  applies: (plan) => plan.devices.some((_, device) => limitsOf(plan, device) !== null),
  start: (context) => flowFold(context),
  say: ({ decided, findingCount, figures }) => {
    const full = `as many were under way as let ${formatCount(figures.full ?? 0)} times`;
    const broken = `${plural(findingCount, 'packet')} of ${formatCount(decided)}`;
    return findingCount === 0
      ? `Of ${plural(decided, 'packet')} ${full}, and never more.`
      : `${broken} came beyond what its device lets.`;
  },
});

interface Limits {
  receive: number;
  aliases: number;
}

/** Null for a device that declares neither. */
function limitsOf(plan: Plan, device: number): Limits | null {
  const entry = plan.entries[plan.devices[device]?.entry ?? -1];
  const { receiveMaximum, aliases } = (entry && mqtt5Of(plan, entry)) ?? {};
  if (receiveMaximum === undefined && aliases === undefined) return null;
  return { receive: receiveMaximum ?? RECEIVE_MAXIMUM, aliases: aliases ?? 0 };
}

/** What is under way to one device on its present connection. */
interface Flow {
  limits: Limits;
  /** By packet id, since when. */
  open: Map<number, number>;
  packets: number;
  /** Of these, such with a topic alias. */
  named: number;
  /** How often as many were under way as it lets. */
  full: number;
}

const NOTHING = { packets: 0, named: 0, full: 0 };

function flowFold(context: LaneContext): LaneFold {
  const { plan, devices } = context;
  const flows = new Map<number, Flow>();
  for (const device of devices) {
    const limits = limitsOf(plan, device);
    if (limits !== null) flows.set(device, { limits, open: new Map(), ...NOTHING });
  }
  const book = new EvidenceBook();
  return {
    ops: ['agreed', 'packet-in', 'packet-done'],
    step: (entry: LedgerEntry) => {
      const flow = flows.get(entry.device);
      if (flow === undefined) return;
      if (entry.op === 'agreed') flow.open.clear();
      else if (entry.op === 'packet-done') flow.open.delete(entry.id);
      else if (entry.op === 'packet-in') came(context, entry, flow, book);
    },
    end: () => {
      for (const { packets, named, full } of flows.values()) {
        // An alias in range is a promise kept, however few were under way.
        book.kept(full > 0 ? packets : named);
        const idle = full > 0 ? 0 : packets - named;
        if (idle > 0) book.notOwed('never as many were under way as it lets', idle);
        book.figure('full', full);
      }
      return book.close();
    },
  };
}

type Came = LedgerEntry & { op: 'packet-in' };

function came(context: LaneContext, entry: Came, flow: Flow, book: EvidenceBook): void {
  const { t, device, id, alias, flags } = entry;
  const { limits, open } = flow;
  const id0 = deviceName(context.plan, device);
  const told = (text: string, since: number) => (): Finding =>
    finding(`${id0} ${text}`, [id0], t, [
      { t: ms(since), who: 'target', what: 'had sent what was under way then' },
      { t: ms(t), who: id0, what: `got packet ${id}` },
    ]);
  if (alias > limits.aliases) {
    const most = `and takes ${limits.aliases} at most`;
    return book.broken(told(`got topic alias ${alias} at ${inSeconds(t)}, ${most}`, t));
  }
  const isNamed = alias > 0;
  if (isNamed) flow.named++;
  if ((flags & 3) === 0) {
    if (isNamed) flow.packets++;
    return;
  }
  const since = open.get(id);
  if (since === undefined) open.set(id, t);
  const oldest = since ?? Math.min(...open.values());
  const isBeyond = since !== undefined || open.size > limits.receive;
  if (isBeyond && isSaidTwice(context, device, { from: oldest, to: t })) {
    return book.doubt('a fault says messages twice');
  }
  flow.packets++;
  if (isBeyond || open.size === limits.receive) flow.full++;
  if (!isBeyond) return;
  // A repetition within one connection is forbidden in MQTT 5, marked or not.
  const how = flags & FLAG.dup ? 'again' : 'for another message';
  const lets = `and lets ${limits.receive}`;
  const text =
    since === undefined
      ? `had ${open.size} messages under way to it at ${inSeconds(t)}, ${lets}`
      : `got packet id ${id} ${how} at ${inSeconds(t)}, while it was under way`;
  book.also(told(text, oldest));
}

/** What plain TCP never does: a packet of the target came twice, and it sent it once. */
const isSaidTwice = (context: LaneContext, device: number, span: Span): boolean =>
  isTampered(context, { op: 'received', device, stream: -1 }, span, 'repeats');
