/** What each entry meant for its message as it came by, and what is known of it after that. */
import { beforeEach, describe, expect, it } from 'vitest';
import { answerNumber, FLAG, layStreams, NUMBERS_MAX, type OpName, type StreamSpec } from '#kernel';
import { entryOf, type LooseFields } from '../../kernel/testing/fields.ts';
import { ConnectionOracle } from './connections.ts';
import { DeliveryOracle } from './delivery.ts';
import { HAPPENED } from './message-table.ts';
import type { News } from './news.ts';
import { testPlan } from './testing/plan.ts';
import { TimelineBuilder } from './timeline-builder.ts';

const EVENT = { by: 'event' } as const;
const replyTo = (to: string) => ({ by: 'reply', to }) as const;
const rounds = (everyMs: number) =>
  ({ by: 'rounds', firstAt: 0, everyMs, devices: [{ device: 0, offsetMs: 0 }] }) as const;

const COMMANDS = rounds(2000) as unknown as StreamSpec['schedule'];
const ONCE = rounds(4000) as unknown as StreamSpec['schedule'];

/** Everything that may be said in either direction, asked by the plan or by whoever likes to. */
const SPECS: readonly StreamSpec[] = [
  { name: 'telemetry', way: 'up', schedule: { by: 'sampling' }, kept: true },
  { name: 'status', way: 'up', schedule: EVENT, retained: true },
  { name: 'will', way: 'up', schedule: { by: 'attempt' }, counted: false },
  { name: 'command', way: 'down', schedule: COMMANDS, qos: 2 },
  { name: 'once', way: 'down', schedule: ONCE },
  { name: 'answer', way: 'up', schedule: replyTo('command') },
  { name: 'order', way: 'down', schedule: EVENT },
  { name: 'done', way: 'up', schedule: replyTo('order') },
  { name: 'offer', way: 'down', from: 'target', schedule: EVENT },
  { name: 'reply', way: 'down', from: 'target', schedule: EVENT, answers: 'status' },
  { name: 'thanks', way: 'up', schedule: replyTo('offer') },
  { name: 'word', way: 'down', from: 'target', schedule: replyTo('status') },
  { name: 'rumour', way: 'down', from: 'target', schedule: replyTo('offer') },
  { name: 'verdict', way: 'down', schedule: replyTo('status') },
  { name: 'nod', way: 'down', from: 'target', schedule: replyTo('answer') },
  // Nobody can begin.
  { name: 'hen', way: 'down', from: 'target', schedule: replyTo('egg') },
  { name: 'egg', way: 'down', from: 'target', schedule: replyTo('hen') },
];

const STREAMS = layStreams(SPECS, true);
const codeOf = (name: string): number => STREAMS.find((one) => one.name === name)?.code ?? -1;

const PLAN = { ...testPlan({ devices: 257, readings: 4 }), streams: STREAMS };
const DEVICES = [0, 256];
const STORE = { kind: 'sql', params: {}, streams: ['telemetry'], withinMs: 0 };

let connections: ConnectionOracle;
let delivery: DeliveryOracle;
let t: number;

beforeEach(() => {
  connections = new ConnectionOracle(PLAN);
  const timeline = new TimelineBuilder(PLAN).finish();
  delivery = new DeliveryOracle({ plan: PLAN, timeline, devices: DEVICES, connections });
  t = 0;
});

const NO_NEWS: News = {
  kind: 'none',
  seenCount: 0,
  firstAt: -1,
  altered: false,
  overtakenBy: -1,
  overtakenByOne: false,
  intended: -1,
};

/** One entry each 100 µs; whatever is not said of its news is as when there are none. */
function news(op: OpName, stream: string, n: number, fields: LooseFields = {}): Partial<News> {
  t += 100;
  const bytes = ['sent', 'observed', 'received', 'stored'].includes(op) ? { hash: 1 } : {};
  const entry = { device: 0, stream: codeOf(stream), n, ...bytes, ...fields };
  delivery.step(entryOf(t, op, entry));
  const told = Object.entries(delivery.news) as [keyof News, never][];
  return Object.fromEntries(told.filter(([name, value]) => value !== NO_NEWS[name]));
}

const kindOf = (...of: Parameters<typeof news>): string => news(...of).kind ?? 'none';

const find = (stream: string, n: number) => delivery.find(0, codeOf(stream), n);
const flagsOf = (stream: string, n: number): number => find(stream, n)?.flags ?? 0;

const RETAINED = { flags: FLAG.retain };
const OTHER_BYTES = { hash: 2 };

describe('what is sent', () => {
  it('is intended when the plan says so, or else its sender', () => {
    expect(news('sent', 'telemetry', 2, { late: 30 })).toEqual({ kind: 'sent', intended: 70 });
    expect(find('telemetry', 2)).toMatchObject({ intended: 2_000_000, sentAt: 100 });
    expect(find('command', 1)).toMatchObject({ intended: 2_000_000, qos: 2 });
    expect(news('sent', 'status', 3, { late: 50 })).toEqual({ kind: 'sent', intended: 150 });
    expect(find('status', 3)?.intended).toBe(150);
    expect(find('status', 2)?.intended).toBe(-1);
  });

  it('keeps when it was first sent, and on which connection', () => {
    for (let n = 0; n < 3; n++) {
      connections.step(entryOf(t, 'online', { device: 0 }));
      news('sent', 'status', n);
      news('sent', 'status', 0);
    }
    const asked = [0, 1, 2, 3].map((n) => [
      delivery.connectionOf(0, codeOf('status'), n),
      delivery.sentAtOf(0, codeOf('status'), n),
    ]);
    expect(asked).toEqual([
      [1, 100],
      [2, 300],
      [3, 500],
      [0, -1],
    ]);
    expect(find('status', 0)?.sentCount).toBe(4);
  });

  it('is told apart by how it came to be sent again, and late', () => {
    news('sent', 'status', 1);
    news('sent', 'status', 0);
    news('sent', 'status', 1, { flags: FLAG.resend });
    news('sent', 'status', 0);
    for (const n of [7, 5, 6, 8]) news('sent', 'status', n);
    const { sent, sentLate, sentAgain, resent } = HAPPENED;
    const late = [7, 5, 6, 8].map((n) => flagsOf('status', n) & sentLate);
    expect(late).toEqual([0, sentLate, sentLate, 0]);
    expect(flagsOf('status', 0)).toBe(sent | sentLate | sentAgain);
    expect(flagsOf('status', 1)).toBe(sent | resent);
  });

  it('was acknowledged when it was first', () => {
    news('sent', 'status', 0);
    expect(news('acked', 'status', 0)).toEqual({ kind: 'acked' });
    news('acked', 'status', 0);
    expect(find('status', 0)?.ackedAt).toBe(200);
    expect(flagsOf('status', 0)).toBe(HAPPENED.sent | HAPPENED.acked);
  });

  it('was sent though it is said later that it was not', () => {
    news('sent', 'status', 0);
    news('not-sent', 'status', 0, { why: 'device-off' });
    expect(find('status', 0)?.why).toBe('unacknowledged');
    news('not-sent', 'status', 1, { why: 'device-off' });
    connections.step(entryOf(t, 'online', { device: 0 }));
    connections.step(entryOf(t, 'online', { device: 0 }));
    news('sent', 'status', 2);
    news('not-sent', 'status', 2, { why: 'device-off' });
    expect(delivery.connectionOf(0, codeOf('status'), 2)).toBe(2);
  });

  it('was not sent for a reason that is remembered, as long as there are not too many', () => {
    for (let n = 0; n < 300; n++) news('not-sent', 'status', 400 + n, { why: 'reason 0' });
    for (let n = 0; n < 300; n++) news('not-sent', 'status', n, { why: `reason ${n}` });
    const whyOf = (n: number): string => find('status', n)?.why.replace(/^.*: /, '') ?? '';
    expect([0, 254, 255, 299].map(whyOf)).toEqual(['reason 0', 'reason 254', 'other', 'other']);
  });

  it('is nothing under a number that no honest stream reaches', () => {
    for (const op of ['sent', 'acked', 'refused', 'abandoned', 'not-sent'] as const) {
      expect(news(op, 'status', NUMBERS_MAX)).toEqual({});
      expect(news(op, 'done', 0)).toEqual({});
    }
    expect([find('status', NUMBERS_MAX), find('done', 0)]).toEqual([null, null]);
    expect(flagsOf('status', 0)).toBe(0);
  });

  it('may be refused, or given up', () => {
    for (const n of [0, 1]) news('sent', 'status', n);
    expect([news('refused', 'status', 0), news('abandoned', 'status', 1)]).toEqual([{}, {}]);
    const { sent, refused, abandoned } = HAPPENED;
    expect([0, 1].map((n) => flagsOf('status', n))).toEqual([sent | refused, sent | abandoned]);
  });

  it('is found where anything is known of it', () => {
    expect(find('telemetry', 3)).toMatchObject({ n: 3, fate: 'not-sent' });
    expect([find('telemetry', 4), find('status', 0), find('offer', 0)]).toEqual([null, null, null]);
    news('sent', 'telemetry', 4);
    expect(find('telemetry', 4)).toMatchObject({ n: 4, hash: 1, qos: 1 });
    expect(delivery.plannedCount(0, codeOf('telemetry'))).toBe(4);
    expect(delivery.plannedCount(0, codeOf('status'))).toBe(0);
    expect([find('once', 0)?.n, find('once', 1)]).toEqual([0, null]);
  });

  it('is visited with all that is planned', () => {
    news('sent', 'status', 3);
    news('sent', 'telemetry', 5);
    const visited: string[] = [];
    delivery.each(({ device, stream, n }) => {
      const name = STREAMS.find(({ code }) => code === stream)?.name ?? '';
      if (device === 0) visited.push(`${name} ${n}`);
    });
    const readings = [0, 1, 2, 3, 5].map((n) => `telemetry ${n}`);
    expect(visited).toEqual([...readings, 'status 3', 'command 0', 'command 1', 'once 0']);
  });

  it('is known with all that happened to it', () => {
    for (const op of ['sent', 'sent', 'acked', 'observed', 'observed'] as const) {
      news(op, 'status', 0);
    }
    const { sent, sentAgain, acked, observed } = HAPPENED;
    expect(find('status', 0)).toEqual({
      ...{ device: 0, stream: codeOf('status'), n: 0, qos: 1, hash: 1, intended: 100 },
      ...{ flags: sent | sentAgain | acked | observed, sentCount: 2, seenCount: 2 },
      ...{ sentAt: 100, ackedAt: 300, seenAt: 400, fate: 'delivered', why: '', standing: 'owed' },
    });
  });

  it('may be in a stream that the plan does not know', () => {
    const message = { device: 0, stream: 200, n: 0, hash: 1 };
    delivery.step(entryOf(5, 'sent', message));
    delivery.step(entryOf(6, 'observed', message));
    expect(delivery.news).toMatchObject({ kind: 'first-seen', intended: -1 });
    expect(delivery.find(0, 200, 0)).toMatchObject({ intended: -1, fate: 'delivered' });
  });
});

it('is no message of another device or stream', () => {
  news('sent', 'telemetry', 1, { device: 256 });
  news('sent', 'telemetry', 1, { device: 256, ...OTHER_BYTES });
  expect([find('status', 1), flagsOf('telemetry', 1)]).toEqual([null, 0]);
  news('sent', 'status', 1);
  expect(news('observed', 'status', 1, OTHER_BYTES).altered).toBe(true);
  expect(delivery.plannedCount(256, codeOf('telemetry'))).toBe(4);
});

describe('what an observer sees', () => {
  it('is there for the first time, and then once more', () => {
    news('sent', 'telemetry', 0, { late: 20 });
    const first = { seenCount: 1, firstAt: 200, intended: 0 };
    expect(news('observed', 'telemetry', 0)).toEqual({ kind: 'first-seen', ...first });
    expect(news('observed', 'telemetry', 0)).toEqual({ kind: 'extra', ...first, seenCount: 2 });
    expect(delivery.duplicates).toBe(1);
  });

  it('is no delivery of its own where it is handed over as what the target retains', () => {
    news('sent', 'status', 0);
    news('observed', 'status', 0);
    expect(kindOf('observed', 'status', 0, RETAINED)).toBe('replay');
    news('sent', 'status', 1);
    expect(kindOf('observed', 'status', 1, RETAINED)).toBe('first-seen');
    expect(kindOf('observed', 'status', 1, RETAINED)).toBe('replay');
    // What waited in its queue came after it.
    expect(kindOf('observed', 'status', 1)).toBe('replay');
    expect(kindOf('observed', 'status', 1)).toBe('extra');
    expect(delivery.duplicates).toBe(1);
  });

  it('is altered unless its bytes were sent under its name, once or later', () => {
    news('sent', 'status', 0);
    expect(news('observed', 'status', 0, OTHER_BYTES).altered).toBe(true);
    expect(flagsOf('status', 0) & HAPPENED.altered).toBe(HAPPENED.altered);
    news('sent', 'status', 1);
    news('sent', 'status', 1, OTHER_BYTES);
    expect(news('observed', 'status', 1).altered).toBeUndefined();
    expect(news('observed', 'status', 1, OTHER_BYTES).altered).toBeUndefined();
    expect(delivery.wasSentAs(0, codeOf('status'), 1, 3)).toBe(false);
    expect(delivery.wasSentAs(0, codeOf('status'), 7, 0)).toBe(false);
  });

  it('is invented where nobody sent it', () => {
    for (const n of [0, 3, 4, 63, 64, 5000]) {
      expect(news('observed', 'telemetry', n)).toEqual({ kind: 'phantom' });
      expect(news('observed', 'status', n)).toEqual({ kind: 'phantom' });
    }
    news('not-sent', 'status', 1);
    expect(kindOf('observed', 'status', 1)).toBe('phantom');
    expect(kindOf('observed', 'will', 1)).toBe('will');
  });

  it('is out of order behind a larger number, which may be the one that is out of place', () => {
    const order = (...numbers: number[]): unknown => {
      for (const n of [0, 1, 2, 3]) news('sent', 'telemetry', n);
      const told = numbers.map((n) => news('observed', 'telemetry', n)).at(-1);
      return [told?.overtakenBy, told?.overtakenByOne ?? false];
    };
    expect(order(0, 3, 1)).toEqual([3, true]);
    // The next one in line, and one that two have overtaken.
    expect(order(2)).toEqual([3, true]);
    beforeAnew();
    expect(order(2, 3, 1)).toEqual([3, false]);
    beforeAnew();
    expect(order(0, 1, 2)).toEqual([undefined, false]);
  });

  it('is not out of order behind what was handed over ahead of it', () => {
    for (const n of [0, 1]) news('sent', 'status', n);
    news('observed', 'status', 1, RETAINED);
    expect(news('observed', 'status', 0).overtakenBy).toBeUndefined();
  });

  const beforeAnew = (): void => {
    const timeline = new TimelineBuilder(PLAN).finish();
    delivery = new DeliveryOracle({ plan: PLAN, timeline, devices: DEVICES, connections });
  };
});

describe('what is stored', () => {
  it.each([
    ['a platform of ours knows its bytes', PLAN.target, true],
    ['a store of others may keep none of them', { ...PLAN.target, store: STORE }, undefined],
  ])('%s', (_, target, altered) => {
    const plan = { ...PLAN, target };
    const timeline = new TimelineBuilder(plan).finish();
    delivery = new DeliveryOracle({ plan, timeline, devices: DEVICES, connections });
    news('sent', 'telemetry', 0);
    expect(news('stored', 'telemetry', 0, { hash: 0 }).altered).toBe(altered);
    expect(news('stored', 'telemetry', 0, OTHER_BYTES).altered).toBe(true);
  });

  it('was sent, with these bytes, or is invented', () => {
    news('sent', 'telemetry', 0);
    expect(news('stored', 'telemetry', 0)).toEqual({ kind: 'stored' });
    expect(find('telemetry', 0)?.fate).toBe('delivered');
    expect(news('stored', 'telemetry', 0, OTHER_BYTES)).toEqual({ kind: 'stored', altered: true });
    expect(flagsOf('telemetry', 0) & HAPPENED.altered).toBe(HAPPENED.altered);
    for (const n of [1, 4, 63, 64]) {
      expect(news('stored', 'telemetry', n)).toEqual({ kind: 'phantom' });
    }
  });

  it('tells nothing where the target sends it', () => {
    expect(news('stored', 'offer', 0)).toEqual({});
  });
});

describe('a message on its way down', () => {
  it('goes by once for each time that it was sent, and arrives with its device', () => {
    expect(news('observed', 'command', 0)).toEqual({ kind: 'phantom' });
    news('sent', 'command', 0);
    const passing = { seenCount: 1, firstAt: 300 };
    expect(news('observed', 'command', 0)).toEqual({ kind: 'passing', ...passing });
    expect(kindOf('observed', 'command', 0, RETAINED)).toBe('replay');
    const again = { kind: 'passing-again', ...passing, seenCount: 2 };
    expect(news('observed', 'command', 0, OTHER_BYTES)).toEqual({ ...again, altered: true });
    expect(find('command', 0)?.fate).not.toBe('delivered');
    expect(kindOf('received', 'command', 0)).toBe('first-seen');
    expect(find('command', 0)?.fate).toBe('delivered');
    expect(delivery.duplicates).toBe(0);
    // Once it was sent with other bytes, these are honest too.
    news('sent', 'command', 0, OTHER_BYTES);
    expect(news('observed', 'command', 0, OTHER_BYTES).altered).toBeUndefined();
  });

  it('is invented on its way where the target answers nothing with it', () => {
    expect(kindOf('observed', 'word', 0)).toBe('phantom');
    news('sent', 'status', 0);
    expect(news('observed', 'word', 0)).toEqual({ kind: 'passing', seenCount: 1, firstAt: 300 });
    expect(news('observed', 'word', 0, OTHER_BYTES).altered).toBe(true);
    // It stands for the message while the device has not got it.
    expect(find('word', 0)).toMatchObject({ hash: 1, seenCount: 2 });
  });
});

describe('what the target sends of its own', () => {
  it('is judged by its receipts: once more, or with other bytes', () => {
    const first = { seenCount: 1, firstAt: 100 };
    expect(news('received', 'offer', 5)).toEqual({ kind: 'first-seen', ...first });
    expect(news('received', 'offer', 5, RETAINED)).toEqual({ kind: 'replay', ...first });
    const extra = { kind: 'extra', ...first, seenCount: 2 };
    expect(news('received', 'offer', 5, OTHER_BYTES)).toEqual({ ...extra, altered: true });
    expect(delivery.duplicates).toBe(1);
    news('received', 'offer', 6);
    expect(delivery.duplicates).toBe(1);
    const visited: [number, number, string][] = [];
    delivery.each(({ stream, n, fate }) => visited.push([stream, n, fate]));
    expect(visited.filter(([stream]) => stream === codeOf('offer'))).toEqual([
      [codeOf('offer'), 5, 'delivered'],
      [codeOf('offer'), 6, 'delivered'],
    ]);
  });

  it('is invented where it answers what nobody asked', () => {
    expect(news('received', 'word', 0)).toEqual({ kind: 'phantom' });
    news('sent', 'status', 0);
    expect(kindOf('received', 'word', 0)).toBe('first-seen');
    // What it says of its own may come ahead of that.
    expect(kindOf('received', 'rumour', 0)).toBe('first-seen');
    // The command has no answer yet, and who answer each other were asked by nobody.
    news('sent', 'command', 0);
    expect([kindOf('received', 'nod', 0), kindOf('received', 'hen', 0)]).toEqual([
      'phantom',
      'phantom',
    ]);
  });

  it('may be one of several answers, each judged by its own bytes', () => {
    const [one, other] = [answerNumber(0, 17), answerNumber(0, 18)];
    expect(kindOf('received', 'reply', one)).toBe('phantom');
    news('sent', 'status', 0);
    news('sent', 'status', 0);
    const kinds = [one, other, one].map((n) => kindOf('received', 'reply', n));
    expect(kinds).toEqual(['first-seen', 'first-seen', 'extra']);
    expect(find('reply', one)).toMatchObject({ sentAt: 200, sentCount: 2, seenCount: 2 });
    // What it says unasked answers nothing.
    const unasked = answerNumber(null, 17);
    expect(kindOf('received', 'reply', unasked)).toBe('first-seen');
    expect(find('reply', unasked)).toMatchObject({ sentCount: 1 });
    expect(kindOf('received', 'reply', answerNumber(1, 17))).toBe('phantom');
  });

  it('is not what we sent in its stream', () => {
    news('sent', 'offer', 3, { late: 10 });
    expect(news('received', 'offer', 3)).toMatchObject({ kind: 'first-seen', intended: 90 });
    expect(news('received', 'offer', 4)).toEqual({
      kind: 'first-seen',
      seenCount: 1,
      firstAt: 300,
    });
  });

  it('is known by nothing but its receipts', () => {
    news('received', 'offer', 5);
    expect(find('offer', 5)).toEqual({
      ...{ device: 0, stream: codeOf('offer'), n: 5, qos: 1, hash: 1, flags: HAPPENED.received },
      ...{ sentCount: 1, seenCount: 1, sentAt: 100, seenAt: 100, ackedAt: 0, intended: -1 },
      ...{ fate: 'delivered', why: '', standing: 'none' },
    });
  });

  it('was sent when it was asked for, as often as that, and at the latest when it came', () => {
    news('sent', 'status', 0);
    news('sent', 'status', 0);
    news('received', 'word', 0);
    expect(find('word', 0)).toMatchObject({ sentAt: 100, sentCount: 2, seenAt: 300 });
    news('received', 'rumour', 7);
    news('received', 'offer', 7);
    expect(find('rumour', 7)).toMatchObject({ sentAt: 400, sentCount: 1 });
    expect(find('offer', 7)).toMatchObject({ sentAt: 500, sentCount: 1 });
    for (const stream of ['offer', 'offer', 'rumour']) news('received', stream, 8);
    expect(find('rumour', 8)).toMatchObject({ sentAt: 600, seenAt: 800, sentCount: 2 });
  });
});

describe('a reply to what nobody sent', () => {
  it.each([
    // The plan asks two commands, numbered from 0.
    ['answer', 'command', 2],
    ['done', 'order', 0],
    ['thanks', 'offer', 0],
    ['verdict', 'status', 0],
  ])('%s to %s is honest where the device was led to send it', (reply, _, n) => {
    expect(kindOf('observed', reply, n)).toBe('phantom');
    expect(news('sent', reply, n)).toEqual({});
    expect(news('observed', reply, n)).toEqual({});
    expect(news('stored', reply, n)).toEqual({});
    expect(kindOf('observed', reply, n, OTHER_BYTES)).toBe('phantom');
    expect(kindOf('stored', reply, n, OTHER_BYTES)).toBe('phantom');
    // It is in no class.
    expect(find(reply, n)).toBeNull();
  });

  it.each([
    ['done', 'order', 'sent'],
    ['thanks', 'offer', 'received'],
  ] as const)('%s is none once the %s was %s', (reply, question, op) => {
    news(op, question, 0);
    expect(kindOf('sent', reply, 0)).toBe('sent');
    expect(kindOf('observed', reply, 0)).toBe('first-seen');
    expect(kindOf('sent', reply, 1)).toBe('none');
  });

  it('is none where the plan asks, though nobody has sent that yet', () => {
    expect(kindOf('sent', 'answer', 1)).toBe('sent');
    expect(kindOf('observed', 'answer', 1)).toBe('first-seen');
  });
});

it('what a carrier lets go of is told of what was sent to it, and of nothing of the target', () => {
  const accounted = (): string[] => {
    const all: string[] = [];
    delivery.each(({ stream, n, why }) => {
      const { name = '' } = STREAMS.find(({ code }) => code === stream) ?? {};
      if (['offer', 'order', 'nod'].includes(name)) all.push(`${name} ${n} ${why}`);
    });
    return all;
  };
  for (const stream of ['offer', 'nod']) news('let-go', stream, 3, { why: 'not-there' });
  expect(accounted()).toEqual([]);
  news('sent', 'order', 3, { flags: 1 });
  news('let-go', 'order', 3, { why: 'not-there' });
  expect(accounted()).toEqual([expect.stringMatching(/^order 3 (?!unaccounted)/)]);
});
