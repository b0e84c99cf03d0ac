/**
 * A device keeps no more on the wire than the target declares that it holds of one session; and who
 * loses its memory loses whatever it held, which is written down.
 */
import { describe, expect, it } from 'vitest';
import { type DevicePlan, type EntryPlan, SEND_WINDOW } from '#kernel';
import { testPlan } from '../../twins/oracles/testing/plan.ts';
import { DeviceMessages } from './device-messages.ts';
import type { FleetContext } from './fleet-context.ts';
import { Tally } from './tally.ts';

interface Bench {
  tally: Tally;
  messages: DeviceMessages;
  way: { publish(key: number): boolean };
  published: number[];
  written: string[];
}

const POSTS = { kind: 'http', params: {}, channel: 'http', sessions: false, window: 1 };

/** A device with a hundred messages to send. */
function bench(inflightLimit: number, count = 100, qos = 2, watched = true): Bench {
  const plan = testPlan({ devices: 1, readings: 1 });
  plan.target.guarantees.inflightLimit = inflightLimit;
  const [device, entry] = [plan.devices[0] as DevicePlan, plan.entries[0] as EntryPlan];
  entry.buffer.limit = 100;
  if (!watched) entry.protocol = { ...POSTS, watched };
  const written: string[] = [];
  const fleet = {
    plan,
    clock: { now: () => 0, after: () => () => {} },
    tally: new Tally(1),
    ledger: {
      write: (op: string, { n, why }: { n: number; why?: string }) =>
        written.push([op, n, ...(why === undefined ? [] : [why])].join(' ')),
      writeSent: (_: number, { n }: { n: number }) => written.push(`sent ${n}`),
    },
    dialect: { encode: () => ({ topic: 't', payload: Buffer.of(1), qos, retain: false }) },
  } as unknown as FleetContext;
  const messages = new DeviceMessages(fleet, 0, device, entry);
  for (let n = 0; n < count; n++) messages.put(messages.make({ stream: 0, n, values: {} }, 1));
  const published: number[] = [];
  const { tally } = fleet;
  return {
    messages,
    tally,
    way: { publish: (key) => published.push(key) > 0 },
    published,
    written,
  };
}

it.each([
  [20, 20],
  [1, 1],
  [1000, SEND_WINDOW],
])('towards a target that holds %i of a session it is %i', (limit, window) => {
  const { messages, way, published } = bench(limit);
  messages.pump(way);
  expect(published).toHaveLength(window);
});

it('whoever loses its memory loses what it held and what it had given away', () => {
  const { messages, tally, way, published, written } = bench(3, 5);
  expect(tally.buffered).toBe(5);
  messages.pump(way);
  expect(tally.buffered).toBe(2);
  const [first = -1, second = -1] = published;
  for (const key of [first, second]) messages.sentOnWire(key, false);
  messages.acked(first);
  written.length = 0;
  messages.forget('power-cut');
  // One was on its way, one with a client that had not sent it yet, two in the buffer.
  expect(written).toEqual([
    'abandoned 1 power-cut',
    'not-sent 2 lost in power-cut',
    'not-sent 3 lost in power-cut',
    'not-sent 4 lost in power-cut',
  ]);
  expect(tally.buffered).toBe(0);
  written.length = 0;
  messages.pump(way);
  messages.acked(second);
  messages.end();
  expect([published.length, written]).toEqual([3, []]);
});

it('counts what it holds, whether the buffer is full or the run over', () => {
  const { messages, tally } = bench(3, 100);
  expect(tally.buffered).toBe(100);
  messages.put(messages.make({ stream: 0, n: 100, values: {} }, 1));
  expect(tally.buffered).toBe(100);
  messages.end();
  expect(tally.buffered).toBe(0);
});

it('waits for no answer at QoS 0, and for one above it', () => {
  for (const [qos, unasked] of [
    [0, 3],
    [1, 0],
  ]) {
    const { messages, tally, way, published } = bench(1, 3, qos);
    for (let k = 0; k < 3; k++) {
      messages.pump(way);
      messages.sentOnWire(published.at(-1) ?? -1, false);
    }
    expect(tally).toMatchObject({ unasked, sent: 3 });
    expect(published).toHaveLength(qos === 0 ? 3 : 1);
  }
});

it.each([0, 1])('counts what nobody watches, at QoS %i', (qos) => {
  const { messages, tally, way, published } = bench(20, 3, qos, false);
  messages.pump(way);
  for (const key of published) {
    messages.sentOnWire(key, false);
    messages.acked(key);
  }
  expect(tally).toMatchObject({ sent: 3, unwatched: 3, unasked: 3 - 3 * qos, acked: 3 * qos });
});

it('tells its messages apart by number and stream', () => {
  const { messages, way, published, written } = bench(20, 0);
  const some = [0, 1, 255, 256, 257, 65_536].flatMap((n) =>
    [0, 1, 255].map((stream) => [stream, n]),
  );
  for (const [stream = 0, n = 0] of some) messages.put(messages.make({ stream, n, values: {} }, 1));
  messages.pump(way);
  for (const key of published) messages.acked(key);
  expect(new Set(published).size).toBe(18);
  expect(published.every(Number.isSafeInteger)).toBe(true);
  expect(written).toEqual(some.map(([, n]) => `acked ${n}`));
});

it('hands a second message of one number over when the first is at its end', () => {
  const { messages, written } = bench(20, 0, 1);
  const put = (n: number): void => messages.put(messages.make({ stream: 0, n, values: {} }, 1));
  put(7);
  const [first] = messages.handOver();
  put(7);
  put(8);
  expect(messages.handOver()).toEqual([]);
  messages.sentOnWire(first?.key ?? 0, false);
  messages.acked(first?.key ?? 0);
  expect(messages.handOver().map(({ n }) => n)).toEqual([7, 8]);
  expect(written).toEqual(['sent 7', 'acked 7']);
});

describe('what two carriers have', () => {
  const shared = () => {
    const { messages, written } = bench(20, 1, 1);
    const [handed] = messages.handOver();
    const key = handed?.key ?? -1;
    messages.share(key);
    return { messages, written, key };
  };

  it('is acknowledged once, and sent as often as it is', () => {
    const { messages, written, key } = shared();
    messages.sentOnWire(key, false);
    messages.acked(key);
    messages.sentOnWire(key, false);
    messages.acked(key);
    messages.acked(key);
    messages.end();
    expect(written).toEqual(['sent 0', 'acked 0', 'sent 0']);
  });

  it('is not given up while one of them has it', () => {
    const { messages, written, key } = shared();
    messages.givenUp(key, 'gateway-full');
    expect(written).toEqual([]);
    messages.givenUp(key, 'gateway-full');
    expect(written).toEqual(['not-sent 0 gateway-full']);
  });

  it('is at its end once acknowledged, whatever becomes of it with the other', () => {
    const { messages, written, key } = shared();
    messages.sentOnWire(key, false);
    messages.acked(key);
    messages.givenUp(key, 'lost in power-cut');
    messages.abandoned(key);
    messages.end();
    expect(written).toEqual(['sent 0', 'acked 0']);
  });

  it('has the text with which the first of them has sent it', () => {
    const { messages, key } = shared();
    expect([...messages.rewritten(key, { level: 1 })]).toEqual([1]);
    messages.sentOnWire(key, false);
    messages.rewritten(key, { level: 2 });
    messages.givenUp(key, 'lost in power-cut');
    messages.rewritten(key, { level: 3 });
    expect(messages.valuesOf(key)).toEqual({ level: 1 });
  });

  it('is accounted for where neither has sent it', () => {
    const { messages, written } = shared();
    messages.end();
    expect(written).toEqual(['not-sent 0 still-buffered']);
  });
});
