/**
 * Payloads of Sparkplug: noise, and good ones with a byte changed, lost or added. What is read of
 * them is a payload or nothing, and what was read is written and read again as the same.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { damaged, defineFuzz, type FuzzSource } from '../../../kernel/testing/fuzz.ts';
import { DATA_TYPE, decodePayload, encodePayload, type Metric, type Payload } from './payload.ts';

const whole = fc.nat(2 ** 31 - 1);
const value = fc.oneof(
  fc.record({ datatype: fc.constant(DATA_TYPE.uint64), value: whole }),
  fc.record({
    datatype: fc.constant(DATA_TYPE.double),
    value: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  }),
  fc.record({ datatype: fc.constant(DATA_TYPE.boolean), value: fc.boolean() }),
  fc.record({ datatype: fc.constant(DATA_TYPE.string), value: fc.string({ maxLength: 12 }) }),
  fc.record({ datatype: fc.constant(DATA_TYPE.double), value: fc.constant(null) }),
);

const metric: fc.Arbitrary<Metric> = fc
  .tuple(
    value,
    fc.record(
      { name: fc.string({ maxLength: 12 }), alias: whole, timestamp: whole },
      { requiredKeys: [], noNullPrototype: true },
    ),
  )
  .map(([said, called]) => ({ ...called, ...said }));

export const payload: fc.Arbitrary<Payload> = fc
  .tuple(
    fc.array(metric, { maxLength: 6 }),
    fc.record({ timestamp: whole, seq: fc.nat(255) }, { requiredKeys: [], noNullPrototype: true }),
  )
  .map(([metrics, head]) => ({ ...head, metrics }));

export default (() => [
  defineFuzz({
    parser: 'sparkplug-payload',
    about: 'payloads of Sparkplug, damaged, and noise',
    input: damaged(payload.map(encodePayload)),
    survives: (bytes) => {
      const read = decodePayload(bytes);
      if (read === null) return;
      for (const { name, value: said } of read.metrics) {
        assert(name === undefined || typeof name === 'string');
        assert(said === undefined || said === null || typeof said !== 'object');
      }
    },
  }),
]) satisfies FuzzSource;
