/** Requests of a passenger as they may come: damaged, cut, in pieces, or of no meaning at all. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { damaged, defineFuzz, type FuzzSource } from '../../../kernel/testing/fuzz.ts';
import { rangeRequest } from '../../firmware/range-client.ts';
import { BAD_REQUEST, RequestReader } from './requests.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

const asked = fc
  .tuple(fc.constantFrom('/ota/a', '/ota/a/delta', '/x?y=1#z'), fc.nat(900), fc.nat(900))
  .map(([path, from, length]) => rangeRequest(path, from, from + 1 + length));

const said = fc.oneof(
  asked,
  fc.constantFrom('PUT /a HTTP/1.1\r\n\r\n', 'GET /a HTTP/1.1\r\n\r\n', '\r\n\r\n\r\n\r\n'),
);

const source: FuzzSource = () => [
  defineFuzz({
    parser: 'relay-requests',
    about: 'requests for ranges that something happened to, in pieces',
    input: fc.tuple(
      damaged(fc.array(said, { maxLength: 12 }).map((all) => bytesOf(all.join('')))),
      fc.integer({ min: 1, max: 300 }),
    ),
    survives: ([bytes, piece]) => {
      const reader = new RequestReader();
      const found: unknown[] = [];
      for (let k = 0; k < bytes.length; k += piece) {
        for (const one of reader.take(bytes.slice(k, k + piece))) {
          // Nothing is read behind what ends the line.
          assert.ok(!found.includes(BAD_REQUEST));
          found.push(one);
          if (typeof one === 'number') continue;
          assert.ok(one.from >= 0 && one.to > one.from && one.to <= 1e9);
          assert.match(one.path, /^\S{1,512}$/);
        }
      }
    },
  }),
];

export default source;
