/**
 * Bytes of a hostile server for the reader of frames: noise, and good frames with damage. Whatever
 * comes, reading ends, hands on no more than came, and says the same however it was cut up.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { damaged, defineFuzz, type FuzzSource } from '../../kernel/testing/fuzz.ts';
import { readAll, serverFrames, shortMessages } from '../testing/websocket-frames.ts';

const good = shortMessages.map((some) => Buffer.concat(serverFrames(some)));

export default (() => [
  defineFuzz({
    parser: 'websocket-frames',
    about: 'frames of a server, damaged, and noise',
    input: fc.record({ bytes: damaged(good), cuts: fc.array(fc.nat(200), { maxLength: 12 }) }),
    survives: ({ bytes, cuts }) => {
      const whole = readAll([bytes]);
      assert(
        whole.data.length + whole.pings.reduce((sum, { length }) => sum + length, 0) <=
          bytes.length,
      );
      const pieces = [];
      let at = 0;
      for (const cut of cuts) {
        pieces.push(bytes.subarray(at, at + cut));
        at += cut;
      }
      pieces.push(bytes.subarray(at));
      assert.deepEqual(readAll(pieces), whole);
    },
  }),
]) satisfies FuzzSource;
