/**
 * Packets for every dialect that the catalog holds, in its own form, and in forms that scenarios
 * write: any topic, and payloads that are noise, JSON of no meaning, or its own with damage. A
 * dialect sees messages with an identity, or none; it never throws.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LANES, type Message } from '#kernel';
import { damaged, defineFuzz, type Fuzz, type FuzzSource } from '../../kernel/testing/fuzz.ts';
import { codecFamily } from './codec-family.ts';
import type { Dialect, Templates } from './dialect.ts';
import { dialectFamily } from './dialect-family.ts';

export const RUN = 'r-1.x';

const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
export const message: fc.Arbitrary<Message> = fc.record({
  device: fc.array(word, { minLength: 1, maxLength: 4 }).map((levels) => levels.join('/')),
  lane: fc.integer({ min: 0, max: LANES - 1 }),
  stream: fc.constantFrom('telemetry', 'status', 'will', 'command', 'answer', 'lid-count'),
  n: fc.nat(2_000_000_000),
  epoch: fc.nat(1000),
  intended: fc.oneof(fc.nat(1e9), fc.double({ min: 0, max: 1e9, noNaN: true })),
  qos: fc.constantFrom(0 as const, 1 as const, 2 as const),
  retain: fc.boolean(),
  values: fc.dictionary(
    fc.string({ maxLength: 8 }).filter((key) => key !== '__proto__'),
    fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.constant(null)),
    { maxKeys: 4, noNullPrototype: true },
  ),
});

/** Forms that a scenario may write; null is the dialect's own. */
export const FORMS: Readonly<Record<string, Templates>> = {
  'own form': { topic: null, payload: null },
  'flat topic': { topic: 'site/{run}/{device}/{stream}', payload: null },
  'lane in a level': { topic: '{run}/lane{lane}/dev-{device}/x/{stream}', payload: null },
  'stream first': { topic: '{stream}/{run}/{device}', payload: null },
  'own JSON': {
    topic: 'a/{device}/{stream}',
    payload: '{"seq":{n},"boot":{e},"ts":{t},"data":{values}}',
  },
  'identity in both': {
    topic: 'a/{device}/{stream}',
    payload: '{"id":"{device}","s":"{stream}","seq":{n},"at":{t},"e":{e},"v":{values}}',
  },
  lines: { topic: 'a/{device}/{stream}', payload: '{run};{lane};{n};{e};{t};{values}' },
  'no values': { topic: 'a/{lane}/{device}/{stream}', payload: 'n={n}&e={e}&t={t}' },
  'regex signs': { topic: 'a.*(b)/{device}/{stream}/$', payload: '[{n}|{e}|{t}]^{values}' },
};

interface Arrival {
  topic: string;
  sent: Message;
  payload: Uint8Array;
}

export const dialectFuzz = (name: string, dialects: readonly Dialect[]): Fuzz =>
  defineFuzz({
    parser: `dialect-${name}`,
    about: `packets of the dialect ${name}, damaged, and noise`,
    input: fc.constantFrom(...dialects).chain((dialect) =>
      fc.record({
        dialect: fc.constant(dialect),
        topic: fc.string({ maxLength: 40 }),
        sent: message,
        payload: fc.oneof(
          { weight: 1, arbitrary: fc.json().map((text): Uint8Array => Buffer.from(text)) },
          { weight: 3, arbitrary: damaged(message.map((one) => dialect.encode(one).payload)) },
        ),
      }),
    ),
    survives: ({ dialect, ...arrival }) => seesOrNot(dialect, arrival),
  });

function seesOrNot(dialect: Dialect, { topic, sent, payload }: Arrival): void {
  assert.deepEqual(dialect.decode(topic, new Uint8Array(0)), []);
  dialect.place(topic);
  dialect.decode(topic, payload);
  for (const sighting of dialect.decode(dialect.encode(sent).topic, payload)) {
    assert(Number.isSafeInteger(sighting.n) && sighting.n >= 0, `n is ${sighting.n}`);
    assert(Number.isSafeInteger(sighting.epoch) && sighting.epoch >= 0, `e is ${sighting.epoch}`);
    assert(Number.isFinite(sighting.intended), `t is ${sighting.intended}`);
  }
  for (const values of dialect.values(payload)) assert.equal(typeof values, 'object');
}

export default ((catalog) =>
  [...catalog.of(dialectFamily).values()].map((kind) => {
    const codec = catalog.of(codecFamily).get(kind.codec ?? '') ?? null;
    // One that can say what is wrong with templates takes them; any other has its own form alone.
    const taken = kind.problems === undefined ? [FORMS['own form']] : Object.values(FORMS);
    const forms = taken.filter((form) => form !== undefined);
    return dialectFuzz(
      kind.kind,
      forms.map((form) => kind.bind({ run: RUN, ...form, codec })),
    );
  })) satisfies FuzzSource;
