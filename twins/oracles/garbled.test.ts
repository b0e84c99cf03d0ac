/** A changed byte is traced to the message it was in, whoever got it; the rest is left alone. */
import { describe, expect, it } from 'vitest';
import { GOT_BY, hashBytes } from '#kernel';
import { entryOf, type LooseFields } from '../../kernel/testing/fields.ts';
import { CODE } from '../../kernel/testing/streams.ts';
import { ConnectionOracle } from './connections.ts';
import { DeliveryOracle } from './delivery.ts';
import { GarbledReader } from './garbled.ts';
import { testPlan } from './testing/plan.ts';
import { TimelineBuilder } from './timeline-builder.ts';

const payloadOf = (stream: Stream, n: number): string =>
  `{"n":${n},"e":1,"t":${n * 1000},"v":{"of":"${stream}"}}`;

type Stream = keyof typeof CODE;

const hashOf = (text: string): number => hashBytes(Buffer.from(text));

/** Five messages of each stream were sent, and five wills armed. */
class Lane {
  readonly connections = new ConnectionOracle({ devices: [] });
  readonly delivery: DeliveryOracle;
  readonly reader: GarbledReader;

  constructor() {
    const plan = testPlan({ devices: 1, readings: 5 });
    const { connections } = this;
    const timeline = new TimelineBuilder(plan).finish();
    this.delivery = new DeliveryOracle({ plan, timeline, devices: [0], connections });
    this.reader = new GarbledReader(plan, this.delivery, connections);
    for (let n = 0; n < 5; n++) {
      for (const stream of ['telemetry', 'status', 'command'] as const) {
        const hash = hashOf(payloadOf(stream, n));
        const fields = { device: 0, stream: CODE[stream], n, hash, flags: 1 };
        this.delivery.step(entryOf(1000, 'sent', fields));
      }
      const will = hashOf(payloadOf('will', n));
      connections.step(entryOf(1000, 'connect', { device: 0, will }));
    }
  }

  /** What becomes of bytes that cannot be read. */
  restored(
    stream: Stream,
    by: keyof typeof GOT_BY,
    arrived: string,
    more: LooseFields = {},
  ): [string, unknown] {
    const entry = entryOf(1000, 'garbled', {
      device: 0,
      stream: CODE[stream],
      by: GOT_BY[by],
      hash: hashOf(arrived),
      flags: 1,
      payload: Buffer.from(arrived).toString('base64'),
      ...more,
    });
    const restored = this.reader.restored(entry);
    return [restored.op, 'n' in restored ? restored.n : null];
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
    const hash = hashOf(payloadOf('telemetry', 3));
    lane.delivery.step(
      entryOf(1000, 'observed', { device: 0, stream: CODE.telemetry, n: 3, hash }),
    );
    const changed = payloadOf('telemetry', 3).replace('"e"', '"e!');
    expect(lane.restored('telemetry', 'observer', changed)).toEqual(['garbled', 0]);
  });

  it('keeps the number that it says only where nothing better is known', () => {
    const lane = new Lane();
    const numbered = (text: string): [string, unknown] =>
      lane.restored('telemetry', 'observer', text, { n: 7, numbered: true });
    expect(numbered(payloadOf('telemetry', 0).replace('"e"', '"e!'))).toEqual(['observed', 0]);
    expect(numbered('nothing like it')).toEqual(['observed', 7]);
  });

  it('is looked for as long as some are found, the first of a stream too', () => {
    const lane = new Lane();
    const changed = payloadOf('telemetry', 0).replace('"e"', '"e!');
    for (let k = 0; k < 250; k++) {
      expect(lane.restored('telemetry', 'observer', changed)).toEqual(['observed', 0]);
    }
  });

  it('is nobody knows what where its payload was too long to be kept whole', () => {
    const entry = { device: 0, stream: CODE.telemetry, hash: 1, payload: '' };
    expect(new Lane().reader.restored(entryOf(1, 'garbled', entry)).op).toBe('garbled');
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
