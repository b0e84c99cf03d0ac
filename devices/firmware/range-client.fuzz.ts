/** Answers of a server as they may come: damaged, cut, in any pieces, or of no meaning at all. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { damaged, defineFuzz, type FuzzSource } from '../../kernel/testing/fuzz.ts';
import { RangeReader } from './range-client.ts';

const SIZE = 600;

interface Asked {
  from: number;
  to: number;
}

const asked: fc.Arbitrary<Asked> = fc
  .tuple(fc.nat(SIZE - 1), fc.integer({ min: 1, max: SIZE }))
  .map(([from, length]) => ({ from, to: Math.min(SIZE, from + length) }));

const text = (head: string, body: number): Uint8Array =>
  Uint8Array.of(...new TextEncoder().encode(`${head}\r\n\r\n`), ...new Uint8Array(body).fill(7));

/** What an honest server says, one that ignores ranges, and others. */
const answer = fc
  .tuple(asked, fc.constantFrom(200, 206, 206, 206, 404, 416, 503), fc.nat(20))
  .map(([{ from, to }, status, more]) => {
    const length = status === 200 ? SIZE : status === 206 ? to - from : 0;
    const range = `content-range: bytes ${from}-${to - 1}/${SIZE}`;
    const again = status === 503 ? `\r\nretry-after: ${more}` : '';
    const head = `HTTP/1.1 ${status} x\r\ncontent-length: ${length}\r\n${range}${again}`;
    return text(head, length + (more > 15 ? more : 0));
  });

const source: FuzzSource = () => [
  defineFuzz({
    parser: 'range-client',
    about: 'answers to a range that something happened to, in pieces',
    input: fc.tuple(asked, damaged(answer), fc.integer({ min: 1, max: 300 })),
    survives: ([{ from, to }, bytes, piece]) => {
      let at = from;
      const ends: string[] = [];
      const reader = new RangeReader(
        from,
        to,
        {
          bytes: (where, taken) => {
            // Only what was asked for or all of it, in its order, and nothing after the end.
            assert.equal(where, at);
            assert.deepEqual(ends, []);
            at += taken.length;
            assert.ok(at <= SIZE);
          },
          again: (known) => assert.ok(known <= from),
          done: () => ends.push('done'),
          whole: (size) => assert.ok(Number.isSafeInteger(size) && size >= 0),
          later: (ms) => ends.push(`later ${ms}`),
          failed: (why) => ends.push(why),
        },
        SIZE,
      );
      for (let k = 0; k < bytes.length; k += piece) reader.take(bytes.slice(k, k + piece));
      // It ends once; after a good end it may be told of what came too much.
      assert.ok(ends.length <= (ends[0] === 'done' ? 2 : 1), ends.join(', '));
      assert.ok(!ends.slice(1).includes('done'));
    },
  }),
];

export default source;
