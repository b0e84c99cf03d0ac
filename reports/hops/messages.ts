/**
 * The way of a message, whatever its stream: due, sent, acknowledged, seen before an observer or by
 * its device, and found in the store when all was over. What goes down is sent by an operator or the
 * target, what goes up by a device.
 */
import { FLAG, type LedgerEntry, type MessageEntry, type Plan, streamOf } from '#kernel';
import { type HopsContext, type HopsFold, defineHops } from '../hops.ts';
import { messageNoun, senderOf } from '../judging/witness.ts';
import { messageRef, type Ref } from '../tracing/ids.ts';
import type { Sights } from '../tracing/sights.ts';
import type { Hop, Place, Thing } from '../tracing/trace-book.ts';

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
  start: ({ plan, book }: HopsContext): HopsFold => ({
    step: (entry) => {
      const told = entry as MessageEntry;
      if (told.op === 'garbled' && !told.numbered) return;
      tell(plan, book.message(told.device, told.stream, told.n), told);
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
  const row = plan.devices[entry.device];
  if (stream?.measured !== true || intended < 0 || row === undefined) return;
  const tookUs = entry.t - intended;
  const isCarried = (row.via ?? null) !== null;
  const why = isCarried ? 'slowest through a gateway' : 'slowest message';
  const ref = messageRef(stream.name, entry.device, entry.n);
  sights.note(why, tookUs, ref, { why, at: intended, tookUs });
}

function tell(plan: Plan, thing: Thing, entry: MessageEntry): void {
  const { t } = entry;
  const stream = streamOf(plan, entry.stream);
  const isDown = stream?.way === 'down';
  const sender = { where: placeOf(plan, entry), who: senderOf(plan, entry) };
  const device: Pick<Hop, 'where' | 'who'> = {
    where: 'device',
    who: plan.devices[entry.device]?.id ?? '?',
  };
  switch (entry.op) {
    case 'sent':
      return sent(thing, entry, sender);
    case 'acked':
      return thing.hop({ t, where: 'broker', who: 'target', what: ackedWords(stream?.arrives) });
    case 'refused':
      return thing.hop({ t, where: 'broker', who: 'target', what: `refuses it: ${entry.why}` });
    case 'not-sent':
      return thing.hop({ t, ...sender, what: `never sends it: ${entry.why}` });
    case 'abandoned':
      return thing.hop({ t, ...sender, what: `gives it up, outcome unknown: ${entry.why}` });
    case 'observed':
      return thing.hop({ t, where: 'observer', who: 'observer', what: sawWords(entry.flags) });
    case 'received':
      return thing.hop({ t, ...device, what: `gets it${again(entry.flags)}` });
    case 'let-go':
      return thing.hop({ t, where: 'gateway', who: 'its carrier', what: `gives it up: ${entry.why}` });
    case 'garbled':
      return thing.hop({ t, where: 'link', who: isDown ? device.who : 'observer', what: GARBLED });
    case 'stored':
      return thing.hop({ t, where: 'store', who: 'target', what: 'has it in its store', isFound: true });
    default:
      return thing.hop({ t, where: 'broker', who: 'target', what: 'keeps it as retained', isFound: true });
  }
}

const GARBLED = 'gets bytes that are not as they were sent';

function sent(
  thing: Thing,
  entry: Extract<MessageEntry, { op: 'sent' }>,
  sender: Pick<Hop, 'where' | 'who'>,
): void {
  const { t, late, flags } = entry;
  const isResend = (flags & FLAG.resend) !== 0;
  if (late > 0 && thing.hops.length === 0) thing.hop({ t: t - late, ...sender, what: 'it is due' });
  const how = isResend ? 'sends it again' : 'sends it';
  thing.hop({ t, ...sender, what: `${how}, QoS ${flags & 3}` });
}

const ackedWords = (arrives: string | undefined): string =>
  arrives === 'store' ? 'acknowledges it, so it must be in its store' : 'acknowledges it';

const sawWords = (flags: number): string => `sees it come from the broker${again(flags)}`;
const again = (flags: number): string =>
  (flags & FLAG.retain) !== 0 ? ', as a retained value' : (flags & FLAG.dup) !== 0 ? ', again' : '';

function placeOf(plan: Plan, { device, stream }: MessageEntry): Place {
  const known = streamOf(plan, stream);
  if (known?.way !== 'down') return isGateway(plan, device) ? 'gateway' : 'device';
  return known.from === 'target' ? 'broker' : 'operator';
}

const isGateway = ({ entries, devices }: Plan, device: number): boolean =>
  entries[devices[device]?.entry ?? -1]?.carries === true;

/** `fridges/north-1/17, reading 214, acknowledged …`: as checkers begin their sentences. */
function messageIn(sentence: string, plan: Plan): Ref | null {
  const [id = '', said = ''] = sentence.split(', ');
  const device = plan.devices.findIndex((one) => one.id === id);
  if (device < 0) return null;
  const n = Number(/ (\d+)\b/.exec(` ${said}`)?.[1] ?? Number.NaN);
  const stream = plan.streams.find(({ code }) => said.startsWith(messageNoun(plan, code, n)));
  return stream === undefined ? null : messageRef(stream.name, device, n);
}
