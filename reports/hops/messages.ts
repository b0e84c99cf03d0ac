/**
 * The way of a message, whatever its stream: due, sent, acknowledged, seen before an observer or by
 * its device, and found in the store when all was over. What goes down is sent by an operator or
 * the target, what goes up by a device.
 */
import { carrierOf, dueAt, FLAG, isCarried, type MessageEntry, type Plan, streamOf } from '#kernel';
import { defineHops, type HopsContext, type HopsFold } from '../hops.ts';
import { messageNoun, receiverOf, senderOf } from '../judging/witness.ts';
import { messageRef, type Ref } from '../tracing/ids.ts';
import type { Sights } from '../tracing/sights.ts';
import { type Hop, isMessage, type Place, type Thing } from '../tracing/trace-book.ts';

const OPS = [
  'sent',
  'acked',
  'refused',
  'not-sent',
  'abandoned',
  'observed',
  'received',
  'let-go',
  'garbled',
  'stored',
  'retained',
] as const;

export default defineHops({
  kind: 'messages',
  summary: 'due, sent, acknowledged, seen and found again, of every message',
  ops: OPS,
  start: (context: HopsContext): HopsFold => ({
    step: (entry) => {
      const told = entry as MessageEntry;
      const { plan, book } = context;
      if (told.op === 'garbled' && !told.numbered) return;
      tell(plan, book.message(told.device, told.stream, told.n), told);
    },
    end: () => {
      for (const thing of context.book.all()) missed(context, thing);
    },
  }),
  asks: ['delivery'],
  look: ({ plan, of }, sights) => {
    const delivery = of('delivery');
    return {
      ops: ['observed'],
      step: (entry) => {
        const { kind, intended } = delivery.news;
        if (kind === 'first-seen') slow(plan, entry as MessageEntry, intended, sights);
      },
      end: () => {},
    };
  },
  about: ({ message }, plan) => messageIn(message, plan),
});

function slow(plan: Plan, entry: MessageEntry, intended: number, sights: Sights): void {
  const stream = streamOf(plan, entry.stream);
  if (stream?.measured !== true || intended < 0) return;
  const tookUs = entry.t - intended;
  const why = isCarried(plan, entry.device) ? 'slowest through a gateway' : 'slowest message';
  const ref = messageRef(stream.name, entry.device, entry.n);
  sights.note(why, tookUs, ref, { why, at: intended, tookUs });
}

/** Sent, and not in a store that was read to its end. */
function missed({ plan, timeline }: HopsContext, thing: Thing): void {
  if (!isMessage(thing)) return;
  const stream = plan.streams.find(({ name }) => name === thing.ref.name);
  const { parts, beganAt } = timeline.readsOf(plan.devices[thing.ref.device]?.lane ?? -1);
  if (stream?.arrives !== 'store' || parts.get('store') !== true) return;
  const words = new Set(thing.hops.map(({ as }) => as));
  if (!words.has('sent') || words.has('found')) return;
  const what = 'does not have it in its store';
  const hop = { t: beganAt, where: 'store', who: 'target', as: 'missed', what } as const;
  thing.hop({ ...hop, isFound: true });
}

function tell(plan: Plan, thing: Thing, entry: MessageEntry): void {
  const { t } = entry;
  const sender = senderPlace(plan, entry);
  const target = { where: 'broker', who: 'target' } as const;
  const store = { where: 'store', who: 'target', isFound: true } as const;
  const seer = { where: 'observer', who: 'observer' } as const;
  switch (entry.op) {
    case 'sent':
      return sent(plan, thing, entry);
    case 'acked':
      return thing.hop({ t, ...target, as: 'acked', what: ackedWords(plan, entry) });
    case 'refused':
      return thing.hop({ t, ...target, as: 'refused', what: `refuses it: ${entry.why}` });
    case 'not-sent':
      due(plan, thing, entry);
      return thing.hop({ t, ...sender, as: 'not sent', what: `never sends it: ${entry.why}` });
    case 'abandoned':
      return thing.hop({ t, ...sender, as: 'given up', what: `no longer awaits it: ${entry.why}` });
    case 'observed': {
      const what = `sees it come from the broker${again(entry.flags)}`;
      return thing.hop({ t, ...seer, as: 'seen', what });
    }
    case 'received':
      return thing.hop({ t, ...own(plan, entry), as: 'got', what: `gets it${again(entry.flags)}` });
    case 'let-go':
      return thing.hop({ t, ...sender, as: 'given up', what: `gives it up: ${entry.why}` });
    case 'garbled': {
      const got = { where: 'link', who: receiverOf(plan, entry), as: 'garbled' } as const;
      return thing.hop({ t, ...got, what: 'gets bytes that are not as they were sent' });
    }
    case 'stored':
      return thing.hop({ t, ...store, as: 'found', what: 'has it in its store' });
    default:
      return thing.hop({ t, ...store, as: 'found', what: 'has it as a retained value' });
  }
}

function sent(plan: Plan, thing: Thing, entry: Extract<MessageEntry, { op: 'sent' }>): void {
  const { t, late, flags } = entry;
  const isResend = (flags & FLAG.resend) !== 0;
  const waited = late > 0 || isCarried(plan, entry.device);
  const before = thing.hops.some(({ as }) => as === 'due' || as === 'sent');
  if (waited && !before) thing.hop({ ...own(plan, entry), t: t - late, ...DUE });
  const how = isResend ? 'sends it again' : 'sends it';
  const what = `${how}, QoS ${flags & 3}`;
  thing.hop({ t, ...senderPlace(plan, entry), as: isResend ? 'sent again' : 'sent', what });
}

const DUE = { as: 'due', what: 'has it to say', comesFirst: true } as const;

function due(plan: Plan, thing: Thing, entry: MessageEntry): void {
  const stream = streamOf(plan, entry.stream);
  const at = stream === undefined ? null : dueAt(plan, stream, entry.device, entry.n);
  if (at !== null && thing.hops.length === 0)
    thing.hop({ ...own(plan, entry), t: at * 1000, ...DUE });
}

const ackedWords = (plan: Plan, { stream }: MessageEntry): string =>
  streamOf(plan, stream)?.arrives === 'store'
    ? 'acknowledges it, and so must keep it'
    : 'acknowledges it';

const again = (flags: number): string =>
  (flags & FLAG.retain) !== 0
    ? ', as retained'
    : (flags & FLAG.dup) !== 0
      ? ', marked as sent again'
      : '';

/** Whose message it is. */
const own = (plan: Plan, entry: MessageEntry): Pick<Hop, 'where' | 'who'> =>
  streamOf(plan, entry.stream)?.way === 'down' && entry.op !== 'received'
    ? senderPlace(plan, entry)
    : { where: 'device', who: plan.devices[entry.device]?.id ?? '?' };

/** On whose connection it goes: who is carried speaks through its carrier. */
function senderPlace(plan: Plan, entry: MessageEntry): Pick<Hop, 'where' | 'who'> {
  const stream = streamOf(plan, entry.stream);
  if (stream?.way === 'down')
    return { where: stream.from === 'target' ? 'broker' : 'operator', who: senderOf(plan, entry) };
  const carrier = carrierOf(plan, entry.device);
  const where: Place = isCarried(plan, entry.device) ? 'gateway' : 'device';
  return { where, who: plan.devices[carrier]?.id ?? '?' };
}

/** `fridges/north-1/17, reading 214, acknowledged …`: as checkers begin their sentences. */
function messageIn(sentence: string, plan: Plan): Ref | null {
  const [id = '', said = ''] = sentence.split(', ');
  const device = plan.devices.findIndex((one) => one.id === id);
  if (device < 0) return null;
  const n = Number(/ (\d+)\b/.exec(` ${said}`)?.[1] ?? Number.NaN);
  const stream = plan.streams.find(({ code }) => said.startsWith(messageNoun(plan, code, n)));
  return stream === undefined ? null : messageRef(stream.name, device, n);
}
