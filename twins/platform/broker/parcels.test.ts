/** Packets as carriers write them, read by the platform's own reader: both must mean the same. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nativeTopics } from '../topics.ts';
import { isPacketOfParcels, readParcels, writeParcels } from './parcels.ts';

const topics = nativeTopics('r1');
const CARRIER = { device: 'gates/north-1/1', stream: '_parcels', lane: 7 };

const field = (bytes: Buffer): Buffer[] => {
  const length: number[] = [];
  for (let left = bytes.length; ; left = Math.floor(left / 128)) {
    length.push(left < 128 ? left : (left % 128) + 128);
    if (left < 128) return [Buffer.from(length), bytes];
  }
};

const packet = (...parcels: [name: string, payload: Buffer][]): Buffer =>
  Buffer.concat(
    parcels.flatMap(([name, payload]) => [...field(Buffer.from(name)), ...field(payload)]),
  );

const name = fc.stringMatching(/^[a-z]{1,6}\/[a-z0-9-]{1,8}\/[1-9]{1,3}\/[a-z]{1,9}$/);
const payload = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));

describe('a packet that holds several messages', () => {
  it('is read as it was written, and written as it was read', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(name, payload), { minLength: 1, maxLength: 20 }), (sent) => {
        const bytes = packet(...sent);
        const read = readParcels(topics, CARRIER, bytes) ?? [];
        expect(read.map(({ topic }) => topic)).toEqual(sent.map(([one]) => `tw/r1/7/${one}`));
        expect(read.map((one) => Buffer.from(one.payload))).toEqual(sent.map(([, one]) => one));
        expect(writeParcels(read)).toEqual(bytes);
      }),
      { seed: 31, numRuns: 300 },
    );
  });

  it.each([127, 128, 129, 255, 256, 257])('holds one of %i bytes', (length) => {
    const sent = Buffer.alloc(length, 7);
    const read = readParcels(topics, CARRIER, packet(['a/b-1/1/x', sent])) ?? [];
    expect(read.map((one) => Buffer.from(one.payload))).toEqual([sent]);
  });

  it('that was damaged is none, or others, and never throws', () => {
    const damaged = fc.tuple(
      fc.array(fc.tuple(name, payload), { maxLength: 4 }),
      fc.nat(),
      fc.nat(255),
    );
    fc.assert(
      fc.property(damaged, ([sent, at, byte]) => {
        const bytes = packet(...sent);
        if (bytes.length > 0) bytes[at % bytes.length] = byte;
        const read = readParcels(topics, CARRIER, bytes);
        expect(read === null || read.length > 0).toBe(true);
      }),
      { seed: 32, numRuns: 2000 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        readParcels(topics, CARRIER, bytes);
      }),
      { seed: 33, numRuns: 2000 },
    );
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['half of one', packet(['kids/north-1/1/telemetry', Buffer.from('{}')]).subarray(0, 20)],
    ['one without a stream', packet(['kids', Buffer.from('{}')])],
    ['one in a packet of its own', packet(['kids/north-1/1/_parcels', Buffer.from('{}')])],
  ])('is not %s', (_, bytes) => {
    expect(readParcels(topics, CARRIER, bytes)).toBeNull();
  });

  it('comes where a stream would', () => {
    expect(isPacketOfParcels(topics.parse('tw/r1/7/gates/north-1/1/_parcels') ?? CARRIER)).toBe(
      true,
    );
    expect(isPacketOfParcels({ ...CARRIER, stream: 'telemetry' })).toBe(false);
  });
});
