/** What may come in place of packets of the ThingsBoard API. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { damaged, defineFuzz, type FuzzSource } from '../../../../kernel/testing/fuzz.ts';
import { downIn, type Heard, heard } from './forms.ts';

const TOPICS = [
  'devices/me/telemetry',
  'devices/me/attributes',
  'devices/me/attributes/request/1',
  'devices/me/rpc/response/1',
  'gateway/telemetry',
  'gateway/attributes',
  'gateway/attributes/request',
  'gateway/rpc',
];

const values = fc.record({
  temperature: fc.double({ noNaN: true }),
  'tw-telemetry': fc.constantFrom('r a/1 telemetry 3 0 40', 'r a/1 answer 9 1 -5', 'r a 1', ''),
});
const good = fc
  .oneof(
    values,
    fc.record({ ts: fc.nat(), values }),
    fc.dictionary(fc.string({ minLength: 1, maxLength: 5 }), fc.array(values, { maxLength: 3 })),
    fc.record({ device: fc.string({ maxLength: 5 }), id: fc.nat(), data: values }),
    fc.record({ n: fc.nat(), e: fc.nat(), t: fc.nat(), v: values }),
  )
  .map((one) => new TextEncoder().encode(JSON.stringify(one)));

/** What is read has a number that a row can have. */
function sound(read: Heard | null): void {
  const readings =
    read === null
      ? []
      : 'readings' in read
        ? read.readings
        : 'reading' in read
          ? [read.reading]
          : [];
  for (const { tag } of readings) {
    if (tag !== null) assert.ok(Number.isSafeInteger(tag.n) && Number.isFinite(tag.t));
  }
}

const source: FuzzSource = () => [
  defineFuzz({
    parser: 'thingsboard-forms',
    about: 'packets of the ThingsBoard API that something happened to',
    input: fc.oneof(
      damaged(good),
      fc.json().map((text) => new TextEncoder().encode(text)),
    ),
    survives: (bytes) => {
      for (const topic of TOPICS) sound(heard(`v1/${topic}`, bytes));
      assert.ok((downIn('command', bytes)?.tag.n ?? 0) >= 0);
    },
  }),
];

export default source;
