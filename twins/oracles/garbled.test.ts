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
    { stream: 'status', by: 'looker', op: 'glimpsed' },
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

  it('is handed over as retained again and again, and got by nobody else twice', () => {
    const lane = new Lane();
    const message = { device: 0, stream: CODE.status, n: 3, hash: hashOf(payloadOf('status', 3)) };
    lane.delivery.step(entryOf(1000, 'observed', message));
    const changed = payloadOf('status', 3).replace('"e"', '"e!');
    const by = (who: keyof typeof GOT_BY): string => lane.restored('status', who, changed)[0];
    expect([by('reader'), by('looker'), by('observer')]).toEqual([
      'retained',
      'glimpsed',
      'garbled',
    ]);
  });

  it('keeps when it came and with which bytes, and says no epoch', () => {
    const arrived = payloadOf('telemetry', 3).replace('"e"', '"e!');
    const came = { device: 0, stream: CODE.telemetry, hash: hashOf(arrived), flags: 9 };
    const payload = Buffer.from(arrived).toString('base64');
    const restored = new Lane().reader.restored(entryOf(77, 'garbled', { ...came, payload }));
    expect(restored).toEqual({ ...came, t: 77, op: 'observed', n: 3, epoch: 0 });
  });

  it('stays what it is where nobody that we know got it', () => {
    const arrived = payloadOf('telemetry', 3).replace('"e"', '"e!');
    const got = new Lane().restored('telemetry', 'observer', arrived, { by: 9 });
    expect(got).toEqual(['garbled', 0]);
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

  it('stays what it is where its payload was not kept whole', () => {
    const changed = payloadOf('telemetry', 3).replace('"e"', '"e!');
    const longer = hashOf(`${changed} and so on`);
    const got = new Lane().restored('telemetry', 'observer', changed, { hash: longer });
    expect(got).toEqual(['garbled', 0]);
  });

  it('may have its first byte changed, or its last', () => {
    const sent = payloadOf('telemetry', 3);
    for (const changed of [`[${sent.slice(1)}`, `${sent.slice(0, -1)}]`]) {
      expect(new Lane().restored('telemetry', 'observer', changed)).toEqual(['observed', 3]);
    }
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
