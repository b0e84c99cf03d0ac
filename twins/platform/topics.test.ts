import fc from 'fast-check';
import { expect, test } from 'vitest';
import { filterMatches, nativeTopics, readJsonEnvelope } from './topics.ts';

const SEED = 20_260_101;
const level = fc.constantFrom('', 'a', 'b', 'cc', '$s');
const topic = fc.array(level, { minLength: 1, maxLength: 5 }).map((levels) => levels.join('/'));
const filter = fc
  .tuple(fc.array(fc.oneof(level, fc.constant('+')), { minLength: 1, maxLength: 5 }), fc.boolean())
  .map(([levels, isOpen]) => [...levels, ...(isOpen ? ['#'] : [])].join('/'));

/** MQTT 3.1.1 §4.7, level by level. */
function naiveMatch(filterText: string, topicText: string): boolean {
  const wanted = filterText.split('/');
  const given = topicText.split('/');
  if (topicText.startsWith('$') && ['+', '#'].includes(wanted[0] ?? '')) return false;
  const isOpen = wanted.at(-1) === '#';
  if (isOpen) wanted.pop();
  if (isOpen ? given.length < wanted.length : given.length !== wanted.length) return false;
  return wanted.every((name, index) => name === '+' || name === given[index]);
}

test('a filter matches what the specification says', () => {
  fc.assert(
    fc.property(filter, topic, (f, t) => {
      expect(filterMatches(f, t)).toBe(naiveMatch(f, t));
    }),
    { seed: SEED, numRuns: 5000 },
  );
  expect(filterMatches('a/#', 'a')).toBe(true);
  expect(filterMatches('#', '$SYS/x')).toBe(false);
  expect(filterMatches('a/+', 'a')).toBe(false);
});

test('native topics read back what they were made of', () => {
  const { isTelemetry, prefixOf } = nativeTopics('r1');
  const id = fc.array(fc.stringMatching(/^[a-z0-9-]{1,8}$/), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(id, fc.integer({ min: 0, max: 63 }), (names, lane) => {
      const device = names.join('/');
      const parsed = { device, lane, stream: 'telemetry' };
      expect(isTelemetry(`${prefixOf(lane, device)}telemetry`)).toEqual(parsed);
      expect(isTelemetry(`${prefixOf(lane, device)}answer`)?.stream).toBe('answer');
      expect(isTelemetry(`${prefixOf(lane, device)}status`)).toBeNull();
    }),
    { seed: SEED },
  );
  for (const other of ['tw/r2/3/a/telemetry', 'tw/r1/64/a/telemetry', 'tw/r1/x/a/telemetry']) {
    expect(isTelemetry(other)).toBeNull();
  }
  for (const odd of ['', 'tw/r1/', 'tw/r1/3/telemetry', 'tw/r1/3//telemetry', 'tw/r1/3/a']) {
    expect(isTelemetry(odd)).toBeNull();
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
