/**
 * Through a gateway: what one of its children said came in, waited and went on, alone or in a
 * packet with others. A packet lists what was in it.
 */
import type { LedgerEntry } from '#kernel';
import { defineHops, type HopsContext } from '../hops.ts';
import type { Hop, Thing } from '../tracing/trace-book.ts';

interface Told {
  child: number;
  stream: number;
  n: number;
  why: string;
  backlog: boolean;
  packet: number;
  parcels: number;
  bytes: number;
  waitedMs: number;
}

export default defineHops({
  kind: 'gateways',
  summary: 'what a gateway took in, held, packed and sent on for its children',
  ops: [
    'gateway/took',
    'gateway/passed',
    'gateway/dropped',
    'gateway/restored',
    'packets/parcel',
    'packets/sent',
  ],
  names: { packet: 'packet@GATEWAY@N' },
  start: (context) => ({ step: (entry) => tell(context, entry) }),
});

function tell({ plan, book }: HopsContext, entry: LedgerEntry): void {
  const { t, device } = entry;
  const op = entry.op as string;
  const told = entry as unknown as Told;
  const who = plan.devices[device]?.id ?? '?';
  if (op === 'packets/sent') {
    const size = `${told.parcels} messages, ${told.bytes} bytes on the wire`;
    const what = `sends the packet: ${size}, the first waited ${told.waitedMs} ms`;
    return packetOf(told.packet).hop({ t, where: 'gateway', who, as: 'packet sent', what });
  }
  const parcel = book.message(told.child, told.stream, told.n);
  if (op === 'packets/parcel') {
    const what = `puts it into packet ${told.packet}`;
    parcel.hop({ t, where: 'gateway', who, as: 'packed', what });
    return book.led(parcel, packetOf(told.packet), 'went in');
  }
  parcel.hop({ t, where: 'gateway', who, ...wordsOf(op, told) });

  function packetOf(packet: number): Thing {
    const ref = { word: 'packet', name: '', device, key: String(packet) };
    return book.thing(ref, `packet ${packet} of ${who}`);
  }
}

function wordsOf(op: string, { why, backlog }: Told): Pick<Hop, 'as' | 'what'> {
  if (op === 'gateway/took') return { as: 'taken', what: 'takes it from its bus into its store' };
  if (op === 'gateway/dropped') return { as: 'given up', what: `gives it up: ${why}` };
  if (op === 'gateway/restored') return { as: 'restored', what: 'has it again from flash' };
  return {
    as: 'passed on',
    what: backlog ? 'passes it on, from the backlog' : 'passes it on at once',
  };
}
