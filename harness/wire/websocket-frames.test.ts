/**
 * The framing by itself: bytes come through exactly, however messages are cut into frames and
 * frames into reads; `ws` reads what is written here; and a hostile server costs nothing.
 */
import type { Writable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as ws from 'ws';
import { survived } from '../../kernel/testing/fuzz.ts';
import { messages, readAll, serverFrame, serverFrames } from '../testing/websocket-frames.ts';
import fuzzes from './websocket-frames.fuzz.ts';
import { clientFrame, OPCODE } from './websocket-frames.ts';

/** How ws reads; its types leave it out. */
const { Receiver } = ws as unknown as {
  Receiver: new (options: { isServer: boolean; allowSynchronousEvents: boolean }) => Writable;
};

it('hands on the bytes of every message exactly, however they are cut', () => {
  const cuts = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 10 });
  const property = fc.property(messages, cuts, (some, sizes) => {
    const bytes = Buffer.concat(serverFrames(some));
    const pieces: Buffer[] = [];
    for (let at = 0, k = 0; at < bytes.length; k++) {
      const end = at + (sizes[k % sizes.length] ?? 1);
      pieces.push(bytes.subarray(at, end));
      at = end;
    }
    const read = readAll(pieces);
    expect(read.wrong).toBe(null);
    expect(read.data.equals(Buffer.concat(some.map(({ payload }) => payload)))).toBe(true);
    const pings = some.flatMap(({ ping, cuts: { length } }) =>
      ping === null ? [] : Array.from({ length }, () => Buffer.from(ping)),
    );
    expect(read.pings).toEqual(pings);
  });
  fc.assert(property, { seed: 14, numRuns: 300 });
});

it('is read by ws as it was written, whatever its length', () => {
  const mask = fc.uint8Array({ minLength: 4, maxLength: 4 });
  const property = fc.property(mask, fc.nat(70_000), fc.nat(255), (key, length, fill) => {
    const payload = Buffer.alloc(length, fill);
    if (length > 3) payload.writeUInt16BE(length & 0xffff, length - 3);
    const got: Buffer[] = [];
    const receiver = new Receiver({ isServer: true, allowSynchronousEvents: true });
    receiver.on('message', (data: Buffer, isBinary: boolean) => {
      expect(isBinary).toBe(true);
      got.push(data);
    });
    const half = length >> 1;
    const parts = [payload.subarray(0, half), payload.subarray(half)];
    receiver.write(clientFrame(OPCODE.binary, key, ...parts));
    expect(Buffer.concat(got).equals(payload)).toBe(true);
    expect(parts[0]?.equals(payload.subarray(0, half))).toBe(true);
  });
  fc.assert(property, { seed: 14, numRuns: 200 });
});

describe('a server that breaks RFC 6455', () => {
  const long = Buffer.alloc(126);
  const huge = (...length: number[]) => Buffer.of(0x82, 127, ...length);
  it.each([
    ['text', Buffer.of(0x81, 1, 65), 'a text frame'],
    ['an extension', Buffer.of(0xc2, 0), 'bits of an extension that nobody asked for'],
    ['a mask', Buffer.of(0x82, 0x81, 1, 2, 3, 4, 5), 'a mask on a frame of a server'],
    ['an unknown kind', Buffer.of(0x83, 0), 'a frame of kind 3'],
    ['an unknown control frame', Buffer.of(0x8b, 0), 'a frame of kind 11'],
    ['a torn ping', Buffer.of(0x09, 0), 'a control frame in pieces'],
    ['a long ping', serverFrame(0x89, long), 'a control frame that is too long'],
    ['a continuation', Buffer.of(0x80, 0), 'a continuation of nothing'],
    ['two at once', Buffer.of(0x02, 0, 0x82, 0), 'a message within another'],
    ['a length', huge(0x80, 0, 0, 0, 0, 0, 0, 0), 'a length that no frame has'],
  ])('with %s', (_, bytes, wrong) => {
    const pieces = [...bytes].map((byte) => Buffer.of(byte));
    expect(readAll([bytes])).toMatchObject({ wrong, goodbyes: [] });
    expect(readAll(pieces)).toEqual(readAll([bytes]));
  });

  it('cannot make the reader gather what it claims to send', () => {
    const head = huge(0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff);
    expect(readAll([head, Buffer.from('ab')])).toMatchObject({
      data: Buffer.from('ab'),
      wrong: null,
    });
  });

  it('is not read beyond its goodbye', () => {
    const bye = serverFrame(0x88, Buffer.of(0x03, 0xe9));
    expect(readAll([Buffer.concat([bye, Buffer.of(0x81, 1, 65)])])).toMatchObject({
      goodbyes: [1001],
      wrong: null,
    });
  });
});

it.each(fuzzes().map((fuzz) => [fuzz.about, fuzz] as const))('survives %s', (_, fuzz) => {
  expect(survived(fuzz, 14, 2000)).toBe(2000);
});
