/** What may come in place of feedback. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { damaged, defineFuzz, type FuzzSource } from '../../../../kernel/testing/fuzz.ts';
import { endOf, readAttributes, readFeedback } from './feedback.ts';

const good = fc
  .record({
    id: fc.oneof(fc.nat(), fc.string()),
    status: fc.record({
      execution: fc.constantFrom('closed', 'proceeding', 'rejected', 'sideways'),
      result: fc.record({ finished: fc.constantFrom('success', 'failure', 'none', 'maybe') }),
      details: fc.array(fc.string({ maxLength: 90 }), { maxLength: 6 }),
    }),
    data: fc.dictionary(fc.constantFrom('version', 'x'), fc.constantFrom('2.1.0', 'x', '7')),
  })
  .map((one) => new TextEncoder().encode(JSON.stringify(one)));

const source: FuzzSource = () => [
  defineFuzz({
    parser: 'ddi-feedback',
    about: 'feedback that something happened to',
    input: fc.oneof(
      damaged(good),
      fc.json().map((text) => new TextEncoder().encode(text)),
    ),
    survives: (bytes) => {
      const read = readFeedback(bytes);
      if (read !== null) {
        assert.ok(['confirmed', 'failed', 'rolled-back'].includes(endOf(read).status));
        assert.ok(endOf(read).why.length <= 64);
      }
      assert.ok((readAttributes(bytes)?.uses.length ?? 0) <= 64);
    },
  }),
];

export default source;
