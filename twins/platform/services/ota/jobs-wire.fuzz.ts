/** What may come in place of a request for a job. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { damaged, defineFuzz, type FuzzSource } from '../../../../kernel/testing/fuzz.ts';
import { attributesIn, endOf, readRequest, tokenIn } from './jobs-wire.ts';

const details = fc.dictionary(
  fc.constantFrom('version', 'uses', 'fell', 'why', 'status', 'a b'),
  fc.oneof(fc.constantFrom('2.1.0', 'true', 'rolled-back'), fc.string({ maxLength: 90 })),
);

const good = fc
  .record({
    status: fc.constantFrom('IN_PROGRESS', 'SUCCEEDED', 'FAILED', 'DONE', { toString: 1 }),
    statusDetails: fc.oneof(details, fc.anything()),
    expectedVersion: fc.oneof(fc.nat(), fc.double()),
    executionNumber: fc.oneof(fc.nat(), fc.constant(null)),
    clientToken: fc.oneof(fc.string({ maxLength: 80 }), fc.nat()),
    includeJobDocument: fc.oneof(fc.boolean(), fc.constant('yes')),
  })
  .map((one) => new TextEncoder().encode(JSON.stringify(one)));

const source: FuzzSource = () => [
  defineFuzz({
    parser: 'job-request',
    about: 'requests that something happened to',
    input: fc.oneof(
      damaged(good),
      fc.json().map((text) => new TextEncoder().encode(text)),
    ),
    survives: (bytes) => {
      const token = tokenIn(bytes);
      assert.ok(token === undefined || Buffer.byteLength(token) <= 64);
      const read = readRequest(bytes);
      if (Array.isArray(read)) return assert.ok(read[1] !== '');
      assert.equal(read.clientToken, token);
      assert.ok((read.expectedVersion ?? 0) >= 0 && (read.executionNumber ?? 0) >= 0);
      assert.ok((attributesIn(read.details)?.uses.length ?? 0) <= 64);
      assert.ok(endOf('FAILED', read.details).why.length <= 64);
    },
  }),
];

export default source;
