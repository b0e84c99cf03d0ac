import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nativeTopics, readJsonEnvelope } from './topics.ts';

const SEED = 20_260_101;

test('native topics read back what they were made of', () => {
  const { parse, prefixOf } = nativeTopics('r1');
  const stream = fc.constantFrom('telemetry', 'answer', 'status', 'echo', 'a-stream-of-tomorrow');
  const id = fc.array(fc.stringMatching(/^[a-z0-9-]{1,8}$/), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(id, fc.integer({ min: 0, max: 63 }), stream, (names, lane, name) => {
      const device = names.join('/');
      expect(parse(`${prefixOf(lane, device)}${name}`)).toEqual({ device, lane, stream: name });
    }),
    { seed: SEED },
  );
  for (const other of ['tw/r2/3/a/telemetry', 'tw/r1/64/a/telemetry', 'tw/r1/x/a/telemetry']) {
    expect(parse(other)).toBeNull();
  }
  for (const odd of ['', 'tw/r1/', 'tw/r1/3/telemetry', 'tw/r1/3//telemetry', 'tw/r1/3/a/']) {
    expect(parse(odd)).toBeNull();
  }
});

test('envelopes are read, and nothing else is', () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  expect(readJsonEnvelope(bytes('{"n":3,"e":1,"t":12.5,"v":{"x":1}}'))).toEqual({
    n: 3,
    e: 1,
    t: 12.5,
  });
  for (const bad of [
    '',
    'null',
    '[]',
    '{}',
    '{"n":-1,"e":1,"t":0,"v":{}}',
    '{"n":1.5,"e":1,"t":0,"v":{}}',
  ]) {
    expect(readJsonEnvelope(bytes(bad))).toBeNull();
  }
  for (const bad of [
    '{"n":1,"e":1,"t":"0","v":{}}',
    '{"n":1,"e":1,"t":0,"v":[]}',
    '{"n":1,"e":1,"t":1e999,"v":{}}',
  ]) {
    expect(readJsonEnvelope(bytes(bad))).toBeNull();
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (noise) => {
      expect(() => readJsonEnvelope(noise)).not.toThrow();
    }),
    { seed: SEED, numRuns: 1000 },
  );
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(() => readJsonEnvelope(bytes(text))).not.toThrow();
    }),
    { seed: SEED, numRuns: 500 },
  );
});
