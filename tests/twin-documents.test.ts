/**
 * What an operator may ask of a twin, and what he is refused with which reason; and that two
 * thousand documents of any form crash nothing, lose nothing, and become what the oracle makes of
 * them.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isObject, type Json, mergePatch, sameJson } from '../twins/oracles/twin/document.ts';
import type { Platform } from '../twins/platform/platform.ts';
import {
  connect,
  type Folder,
  startTwin,
  temporaryFolder,
  topicOf,
} from '../twins/platform/testing/twin.ts';

const ID = 'fridges/north-1/17';
const OTHER = 'fridges/north-1/18';

let folder: Folder;
let platform: Platform;
beforeAll(async () => {
  folder = temporaryFolder();
  platform = await startTwin(folder.file('store.db'));
});
afterAll(async () => {
  await platform.close();
  folder.remove();
});

interface Twin {
  version: number;
  known: number;
  desired: Json;
  reported: Json;
}

const path = (id: string, below = ''): string => `/twin/${encodeURIComponent(id)}${below}`;
const NOTHING = new URLSearchParams();
const read = (id = ID): Twin => platform.request('GET', path(id), NOTHING).body as Twin;
const change = (body: unknown, id = ID) => platform.request('POST', path(id), NOTHING, body);

const nested = (depth: number): Json => (depth === 0 ? 1 : { a: nested(depth - 1) });

it.each<[string, number, unknown, RegExp]>([
  ['no body', 400, null, /a patch is an object/],
  ['no patch', 400, { desired: 7 }, /a patch is an object/],
  ['a list', 400, { desired: [1] }, /a patch is an object/],
  ['null in a list', 400, { desired: { a: [1, null] } }, /null stands in an array/],
  ['null deep in a list', 400, { desired: { a: [{ b: null }] } }, /null stands in an array/],
  ['too deep', 400, { desired: nested(9) }, /deeper than 8/],
  ['an empty key', 400, { desired: { '': 1 } }, /1 to 64 characters/],
  ['a long key', 400, { desired: { ['k'.repeat(65)]: 1 } }, /1 to 64 characters/],
  ['a key of no good', 400, { desired: JSON.parse('{"__proto__":{"x":1}}') }, /__proto__/],
  ['a version that is none', 400, { desired: {}, version: 'x' }, /version is a whole number/],
  ['a version below nothing', 400, { desired: {}, version: -1 }, /version is a whole number/],
  ['a long reason', 400, { desired: {}, why: 'y'.repeat(257) }, /why is text of up to 256/],
  ['no name of a writer', 400, { desired: {}, who: 7 }, /who is text/],
  ['too much', 413, { desired: { a: 'x'.repeat(9000) } }, /at most 8192 bytes/],
  ['a version that was never', 409, { desired: { a: 1 }, version: 99 }, /has the version \d+/],
])('%s is refused, counted, and changes nothing', (_, status, body, why) => {
  const [before, counted] = [read(), platform.stats().twinRefusals ?? 0];
  const answer = change(body);
  expect(answer.status).toBe(status);
  expect((answer.body as { error: string }).error).toMatch(why);
  expect(read()).toEqual(before);
  expect(platform.stats().twinRefusals).toBe(counted + 1);
});

it('knows no twin of a device that there is not', () => {
  expect(change({ desired: {} }, 'nobody').status).toBe(404);
  expect(platform.request('GET', path('nobody'), NOTHING).status).toBe(404);
});

it('takes a change on top of what it names, once, and keeps who made it and why', () => {
  const { version } = read(OTHER);
  const body = { desired: { lid: 3 }, version, who: 'ann', why: 'it was cold' };
  expect(change(body, OTHER)).toMatchObject({ status: 200, body: { version: version + 1 } });
  expect(change(body, OTHER).status).toBe(409);
  const { history } = platform.request('GET', path(OTHER, '/history'), NOTHING).body as {
    history: object[];
  };
  const told = { version: version + 1, who: 'ann', why: 'it was cold', patch: { lid: 3 } };
  expect(history.at(-1)).toMatchObject(told);
});

it('keeps a hundred changes of a device, the last ones', () => {
  for (let n = 0; n < 120; n++) change({ desired: { n } }, OTHER);
  const { history } = platform.request('GET', path(OTHER, '/history'), NOTHING).body as {
    history: { version: number }[];
  };
  expect(history).toHaveLength(100);
  expect(history.at(-1)?.version).toBe(read(OTHER).version);
});

it('believes the newest report, in whatever order they come, and passes over what is none', async () => {
  const device = await connect(platform, ID);
  const say = (n: number, e: number, v: unknown) =>
    device.publish(topicOf(ID, 'twin-report'), JSON.stringify({ n, e, t: 1, v }), 1);
  const settings = (lid: number) => ({ version: 0, settings: { lid }, refused: {}, ask: false });
  await say(5, 2, settings(5));
  await say(4, 1, settings(4));
  for (const none of [{}, { version: -1, settings: {} }, { version: 1, settings: [] }]) {
    await say(9, 3, none);
  }
  expect(read().reported).toEqual({ lid: 5 });
  await say(6, 2, settings(6));
  expect(read().reported).toEqual({ lid: 6 });
  await device.end();
});

it('survives two thousand documents, and makes of them what the oracle does', () => {
  const json = fc.jsonValue({ maxDepth: 10 }) as fc.Arbitrary<Json>;
  const short = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.jsonValue({ maxDepth: 2 }), {
    noNullPrototype: true,
  }) as fc.Arbitrary<Json>;
  const patches = fc.oneof(json, short, fc.constant({ a: null, b: null, c: null } as Json));
  let accepted = 0;
  fc.assert(
    fc.property(patches, (patch) => {
      const before = read();
      const { status, body } = change({ desired: patch });
      const after = read();
      if (status === 200) {
        accepted++;
        // What goes through JSON comes out of it without a sign before nothing.
        const sent = JSON.parse(JSON.stringify(patch)) as Json;
        expect(after.version).toBe(before.version + 1);
        expect(sameJson(after.desired, mergePatch(before.desired, sent))).toBe(true);
        expect(body).toMatchObject({ version: after.version });
      } else {
        expect([400, 413]).toContain(status);
        expect(isObject(patch) && status === 400 ? after.version : before.version).toBe(
          after.version,
        );
        expect(after).toEqual(before);
      }
    }),
    { numRuns: 2000, seed: 11 },
  );
  expect(accepted).toBeGreaterThan(500);
});

it('survives two thousand reports of any form, and keeps those that can be read', async () => {
  const device = await connect(platform, ID);
  const anything = fc.jsonValue({ maxDepth: 10 });
  const near = fc.record({
    version: fc.oneof(fc.nat(), fc.integer(), anything),
    settings: fc.oneof(fc.dictionary(fc.string({ maxLength: 70 }), fc.integer()), anything),
    refused: fc.oneof(fc.dictionary(fc.constantFrom('lid', 'light'), fc.string()), anything),
    ask: fc.oneof(fc.boolean(), anything),
  });
  let n = 100;
  let kept = 0;
  await fc.assert(
    fc.asyncProperty(fc.oneof(near, near, anything), async (v) => {
      const before = read();
      const isMap = isObject(v as Json);
      const text = JSON.stringify({ n: ++n, e: 3, t: 1, v: isMap ? v : { v } });
      await device.publish(topicOf(ID, 'twin-report'), text, 1);
      const after = read();
      if (sameJson(after.reported, before.reported) && after.known === before.known) return;
      kept++;
      const { version, settings } = (JSON.parse(text) as { v: { version: number; settings: Json } })
        .v;
      expect([after.known, after.version]).toEqual([version, before.version]);
      expect(sameJson(after.reported, settings)).toBe(true);
    }),
    { numRuns: 2000, seed: 12 },
  );
  expect(kept).toBeGreaterThan(100);
  await device.end();
});
