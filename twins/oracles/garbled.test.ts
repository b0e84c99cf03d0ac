/** A changed byte is traced to the message it was in, whoever got it; the rest is left alone. */
import { describe, expect, it } from 'vitest';
import { type Entry, GOT_BY, hashBytes, type OpName, STREAMS } from '#kernel';
import { ConnectionOracle } from './connections.ts';
import { DeliveryOracle } from './delivery.ts';
import { GarbledReader } from './garbled.ts';
import { testPlan } from './testing/plan.ts';
import { TimelineBuilder } from './timeline-builder.ts';

const payloadOf = (stream: string, n: number): string =>
  `{"n":${n},"e":1,"t":${n * 1000},"v":{"of":"${stream}"}}`;

const entryOf = (op: OpName, stream: string, n: number, text: string): Entry => ({
  t: 1000,
  op,
  device: 0,
  stream: STREAMS.indexOf(stream as (typeof STREAMS)[number]),
  n,
  a: 0,
  b: 0,
  hash: hashBytes(Buffer.from(text)),
  flags: 1,
  text: '',
});

/** Five messages of each stream were sent, and five wills armed. */
class Lane {
  readonly connections = new ConnectionOracle();
  readonly delivery: DeliveryOracle;
  readonly reader: GarbledReader;

  constructor() {
    const plan = testPlan({ devices: 1, readings: 5 });
    const { connections } = this;
    const timeline = new TimelineBuilder(plan).finish();
    this.delivery = new DeliveryOracle({ plan, timeline, devices: [0], connections });
    this.reader = new GarbledReader(this.delivery, connections);
    for (let n = 0; n < 5; n++) {
      for (const stream of ['telemetry', 'status', 'command']) {
        this.delivery.step(entryOf('sent', stream, n, payloadOf(stream, n)));
      }
      connections.step(entryOf('connect', 'will', n, payloadOf('will', n)));
    }
  }

  /** What becomes of bytes that cannot be read. */
  restored(stream: string, by: keyof typeof GOT_BY, arrived: string): [OpName, number] {
    const entry = entryOf('garbled', stream, 0, arrived);
    Object.assign(entry, { a: GOT_BY[by], text: Buffer.from(arrived).toString('base64') });
    this.reader.restore(entry);
    return [entry.op, entry.n];
  }
}

describe('a garbled message', () => {
  it.each([
    { stream: 'telemetry', by: 'observer', op: 'observed' },
    { stream: 'status', by: 'observer', op: 'observed' },
    { stream: 'status', by: 'reader', op: 'retained' },
    { stream: 'will', by: 'observer', op: 'observed' },
    { stream: 'command', by: 'device', op: 'received' },
  ] as const)('of $stream that the $by got is $op as what it was', ({ stream, by, op }) => {
    const changed = payloadOf(stream, 3).replace('"e"', '"e!');
    expect(new Lane().restored(stream, by, changed)).toEqual([op, 3]);
  });

  it('is none of another stream', () => {
    const changed = payloadOf('status', 3).replace('"e"', '"e!');
    expect(new Lane().restored('telemetry', 'observer', changed)).toEqual(['garbled', 0]);
  });

  it('is none that has arrived already', () => {
    const lane = new Lane();
    lane.delivery.step(entryOf('observed', 'telemetry', 3, payloadOf('telemetry', 3)));
    const changed = payloadOf('telemetry', 3).replace('"e"', '"e!');
    expect(lane.restored('telemetry', 'observer', changed)).toEqual(['garbled', 0]);
  });

  it('is not looked for any more when nothing was ever found', () => {
    const lane = new Lane();
    const changed = payloadOf('telemetry', 3).replace('"e"', '"e!');
    for (let k = 0; k < 199; k++) lane.restored('telemetry', 'observer', `nothing ${k}`);
    expect(lane.restored('telemetry', 'observer', changed)).toEqual(['observed', 3]);
    lane.restored('telemetry', 'observer', 'nothing at all');
    expect(lane.restored('telemetry', 'observer', changed)).toEqual(['garbled', 0]);
  });
});
