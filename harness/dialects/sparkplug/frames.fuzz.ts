/**
 * Packets of Sparkplug whose numbers are of all sizes that 64 bits hold, whole and damaged: what an
 * observer makes of one can be written down as the op declares it.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { layOps, layoutFor, opTable, SPARKPLUG_OPS, SPARKPLUG_SEEN } from '#kernel';
import { damaged, defineFuzz, type FuzzSource } from '../../../kernel/testing/fuzz.ts';
import { frameOf } from './frames.ts';
import { DATA_TYPE, encodePayload, type Metric } from './payload.ts';
import { NAMES, Vocabulary } from './vocabulary.ts';

const RUN = 'r1';
const nobody = new Vocabulary(null);
const ops = opTable(layOps([SPARKPLUG_OPS]));

/** Those about a limit most of all. */
const number = fc.oneof(
  fc.nat(300),
  fc
    .tuple(fc.constantFrom(51, 52, 53, 63), fc.integer({ min: -2, max: 2 }))
    .map(([bits, off]) => 2 ** bits + off),
);

const metric: fc.Arbitrary<Metric> = fc.record(
  {
    name: fc.constantFrom(NAMES.session, NAMES.rebirth, 'x'),
    alias: number,
    datatype: fc.constantFrom(DATA_TYPE.int64, DATA_TYPE.uint64),
    value: number,
  },
  { requiredKeys: ['datatype'], noNullPrototype: true },
);

export const packet = fc.record(
  { seq: number, metrics: fc.array(metric, { maxLength: 5 }) },
  { requiredKeys: ['metrics'], noNullPrototype: true },
);

export default (() => [
  defineFuzz({
    parser: 'sparkplug-frames',
    about: 'packets of Sparkplug with numbers of 64 bits, damaged, and noise',
    input: fc.oneof(packet.map(encodePayload), damaged(packet.map(encodePayload))),
    survives: (bytes) => {
      const frame = frameOf(RUN, nobody, `spBv1.0/${RUN}:7/NDATA/gates:n-1`, bytes);
      if (frame === null) return;
      assert.equal(frame.op, SPARKPLUG_SEEN);
      layoutFor(ops, frame.op, { ...frame.fields, device: 0, about: -1 });
    },
  }),
]) satisfies FuzzSource;
