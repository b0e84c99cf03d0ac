/** What the target may drop, since it was sent beyond a limit that it declares. */
import { describe, expect, it } from 'vitest';
import type { FaultPlan, LedgerEntry, LedgerEntryOf, OpName, Plan } from '#kernel';
import { entryOf, type LooseFields } from '../../kernel/testing/fields.ts';
import { CODE } from '../../kernel/testing/streams.ts';
import { BeyondLimits } from './beyond-limits.ts';
import { ConnectionOracle } from './connections.ts';
import { DeliveryOracle } from './delivery.ts';
import { HAPPENED, MessageTable } from './message-table.ts';
import { testPlan } from './testing/plan.ts';
import type { Timeline } from './timeline.ts';
import { TimelineBuilder } from './timeline-builder.ts';

type Limits = Pick<Plan['target']['guarantees'], 'inflightLimit' | 'queueLimit'>;

/** Device 1 is carried by device 0, and device 2 is on its own. */
function planWith(limits: Limits): Plan {
  const plan = testPlan({ devices: 3, readings: 20 });
  const target = { ...plan.target, guarantees: { ...plan.target.guarantees, ...limits } };
  const devices = plan.devices.map((row, index) => (index === 1 ? { ...row, via: 0 } : row));
  const fault = { id: 'f', acts: 'link', devices: [0], cohorts: [0] } as unknown as FaultPlan;
  return { ...plan, target, devices, faults: [fault] };
}

/** The link of device 0 is disturbed from 1000 to 2000 µs. */
const DISTURBED = [
  entryOf(1000, 'fault', { injected: true, fault: 'f' }),
  entryOf(2000, 'fault', { injected: false, fault: 'f' }),
];

function timelineOf(plan: Plan): Timeline {
  const builder = new TimelineBuilder(plan);
  builder.open({ schema: 'twinstorm.ledger/1', segment: 's', planSha256: '', lanes: [] }, '');
  for (const entry of DISTURBED) builder.step(entry);
  builder.close({ damage: [], isClosed: true });
  return builder.finish();
}

type Message = readonly [device: number, stream: keyof typeof CODE, n: number];

/** Those of the messages that are beyond, once all has happened. */
function beyond(limits: Limits, entries: readonly LedgerEntry[]): string[] {
  const plan = planWith(limits);
  const connections = new ConnectionOracle(plan);
  const around = { plan, timeline: timelineOf(plan), devices: [0, 1, 2], connections };
  const delivery = new DeliveryOracle(around);
  for (const entry of entries) {
    connections.step(entry);
    delivery.step(entry);
  }
  const found = entries.flatMap((entry) => {
    if (entry.op !== 'sent') return [];
    const { device, stream, n } = entry;
    const flags = delivery.find(device, stream, n)?.flags ?? 0;
    return flags & HAPPENED.beyond ? [`${device}/${n}`] : [];
  });
  return [...new Set(found)];
}

const told = (op: OpName, [device, stream, n]: Message, more: LooseFields = {}, t = 10) =>
  entryOf(t, op, { device, stream: CODE[stream], n, ...more });

const sent = (...message: Message): LedgerEntry => told('sent', message);
const acked = (...message: Message): LedgerEntry => told('acked', message);
const abandoned = (...message: Message): LedgerEntry => told('abandoned', message);

describe('what goes up without an answer', () => {
  const limits = { inflightLimit: 2, queueLimit: 0 };
  const up = (...entries: LedgerEntry[]): string[] => beyond(limits, entries);
  const two = [sent(0, 'telemetry', 0), sent(0, 'status', 1)];

  it('is beyond when as many already wait for one on that connection', () => {
    expect(up(...two, sent(0, 'telemetry', 2), sent(0, 'telemetry', 3))).toEqual(['0/2', '0/3']);
    expect(up(...two, sent(2, 'telemetry', 2), sent(1, 'telemetry', 3))).toEqual(['1/3']);
    expect(up(...two, sent(0, 'telemetry', 0))).toEqual([]);
  });

  it('makes room with its answer, or when it is given up, and only once', () => {
    const next = [sent(0, 'telemetry', 2), sent(0, 'telemetry', 3)];
    for (const end of [acked, abandoned]) {
      expect(up(...two, end(0, 'telemetry', 0), ...next)).toEqual(['0/3']);
      for (const again of [acked, abandoned]) {
        const twice = [end(0, 'telemetry', 0), again(0, 'telemetry', 0)];
        expect(up(...two, ...twice, ...next)).toEqual(['0/3']);
      }
    }
  });

  it('waits for nothing once all have their answers', () => {
    const over = [sent(0, 'telemetry', 0), acked(0, 'telemetry', 0)];
    expect(up(...over, sent(0, 'telemetry', 1), sent(0, 'telemetry', 2))).toEqual([]);
  });

  it('is no room where nothing was sent, or nothing went up', () => {
    const next = [sent(0, 'telemetry', 2)];
    expect(up(...two, acked(0, 'telemetry', 7), ...next)).toEqual(['0/2']);
    const down = [entryOf(1, 'online', { device: 0 }), sent(0, 'command', 5)];
    expect(up(...down, ...two, acked(0, 'command', 5), ...next)).toEqual(['0/2']);
    // An answer that nobody waited for is no credit.
    const early = [sent(2, 'telemetry', 9), acked(0, 'telemetry', 9), acked(0, 'telemetry', 8)];
    expect(up(...early, ...two, ...next)).toEqual(['0/2']);
  });

  it('does not count at QoS 0', () => {
    const plan = planWith(limits);
    const connections = new ConnectionOracle(plan);
    const over = new BeyondLimits({ plan, timeline: timelineOf(plan), connections });
    const table = new MessageTable(10);
    const send = (n: number, qos: 0 | 1): boolean => {
      table.admit(n);
      over.sent(sent(0, 'telemetry', n) as LedgerEntryOf<'sent'>, qos, table);
      return table.has(n, HAPPENED.beyond);
    };
    expect([0, 1, 2, 3].map((n) => send(n, 0))).toEqual([false, false, false, false]);
    expect([4, 5, 6].map((n) => send(n, 1))).toEqual([false, false, true]);
  });
});

describe('what goes down to one that is away', () => {
  const limits = { inflightLimit: 0, queueLimit: 2 };
  const down = (...entries: LedgerEntry[]): string[] => beyond(limits, entries);
  const online = entryOf(10, 'online', { device: 0 });
  const offline = entryOf(10, 'offline', { device: 0 });
  const command = (n: number, device = 0, t = 10): LedgerEntry =>
    told('sent', [device, 'command', n], {}, t);

  it('is beyond with all that wait for it, once one is too many', () => {
    expect(down(command(0), command(1))).toEqual([]);
    const many = [command(0), command(1), command(2), command(3)];
    expect(down(...many)).toEqual(['0/0', '0/1', '0/2', '0/3']);
    // Each session has a queue of its own, and who is carried waits with its carrier.
    expect(down(command(0), command(1), command(2, 2))).toEqual([]);
    expect(down(command(0), command(1), command(2, 1))).toEqual(['0/0', '0/1', '1/2']);
  });

  it('waits for nobody who is there, and no longer once somebody was', () => {
    const three = [command(1), command(2), command(3)];
    expect(down(online, ...three)).toEqual([]);
    expect(down(online, offline, ...three)).toEqual(['0/1', '0/2', '0/3']);
    expect(down(command(1), command(2), online, command(3), offline, command(4))).toEqual([]);
  });

  it('waits while the link is disturbed, from the first instant to the last', () => {
    const at = (t: number): string[] =>
      beyond({ ...limits, queueLimit: 0 }, [online, command(0, 0, t)]);
    expect([999, 1000, 1999, 2000].map((t) => at(t).length)).toEqual([0, 1, 1, 0]);
  });
});

describe('a queue that ran over', () => {
  const LIMIT = 1000;

  function sendTo(count: number): { beyond: number; marks: number } {
    const plan = planWith({ inflightLimit: 0, queueLimit: LIMIT });
    const connections = new ConnectionOracle(plan);
    const limits = new BeyondLimits({ plan, timeline: {} as Timeline, connections });
    let marks = 0;
    const table = new MessageTable(count);
    const mark = table.mark.bind(table);
    table.mark = (n, what) => {
      marks++;
      mark(n, what);
    };
    for (let n = 0; n < count; n++) {
      table.admit(n);
      limits.sent(sent(0, 'command', n) as LedgerEntryOf<'sent'>, 1, table);
    }
    const numbers = Array.from({ length: count }, (_, n) => n);
    return { beyond: numbers.filter((n) => table.has(n, HAPPENED.beyond)).length, marks };
  }

  it.each([
    [LIMIT, 0],
    [LIMIT + 1, LIMIT + 1],
    [5 * LIMIT, 5 * LIMIT],
  ])('costs one mark for each message, however long it grows: of %i, %i', (count, over) => {
    expect(sendTo(count)).toEqual({ beyond: over, marks: over });
  });
});
