/** TEST ONLY. What a server may send over WebSocket, cut as it likes, and what is read of it. */
import fc from 'fast-check';
import { FrameReader } from '../wire/websocket-frames.ts';

/** One message in one frame or many, and what control frame stands before each of them. */
export interface Message {
  payload: Uint8Array;
  /** Lengths of the first frames; the last one has the rest. */
  cuts: number[];
  ping: Uint8Array | null;
}

const SHORT = fc.uint8Array({ maxLength: 300 });
/** Around the length at which the head of a frame grows. */
const LONG = fc.uint8Array({ minLength: 65_500, maxLength: 65_600, size: 'max' });

const messagesOf = (payload: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Message[]> =>
  fc.array(
    fc.record({
      payload,
      cuts: fc.array(fc.nat(400), { maxLength: 3 }),
      ping: fc.option(fc.uint8Array({ maxLength: 125 })),
    }),
    { maxLength: 5 },
  );

export const shortMessages = messagesOf(SHORT);
export const messages = messagesOf(
  fc.oneof({ weight: 6, arbitrary: SHORT }, { weight: 1, arbitrary: LONG }),
);

/** Without a mask, as a server writes. */
export function serverFrame(first: number, payload: Uint8Array): Buffer {
  const { length } = payload;
  if (length < 126) return Buffer.of(first, length, ...payload);
  const head = Buffer.alloc(length < 0x1_00_00 ? 4 : 10);
  head[0] = first;
  head[1] = head.length === 4 ? 126 : 127;
  if (head.length === 4) head.writeUInt16BE(length, 2);
  else head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}

export function serverFrames(some: readonly Message[]): Buffer[] {
  const frames: Buffer[] = [];
  for (const { payload, cuts, ping } of some) {
    let at = 0;
    cuts.forEach((cut, k) => {
      frames.push(serverFrame(k === 0 ? 2 : 0, payload.subarray(at, at + cut)));
      if (ping !== null) frames.push(serverFrame(0x89, ping));
      at += cut;
    });
    frames.push(serverFrame(cuts.length === 0 ? 0x82 : 0x80, payload.subarray(at)));
  }
  return frames;
}

export function readAll(pieces: readonly Uint8Array[]) {
  const data: Uint8Array[] = [];
  const pings: Buffer[] = [];
  const goodbyes: (number | null)[] = [];
  const reader = new FrameReader({
    data: (bytes) => data.push(Uint8Array.from(bytes)),
    ping: (payload) => pings.push(Buffer.from(payload)),
    closed: (code) => goodbyes.push(code),
  });
  let wrong: string | null = null;
  for (const piece of pieces) wrong ??= reader.read(piece);
  return { data: Buffer.concat(data), pings, goodbyes, wrong };
}
