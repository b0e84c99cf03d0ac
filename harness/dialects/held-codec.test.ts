/** A codec that loses an identity, or writes what is no payload, is told before anything runs. */
import { expect, it } from 'vitest';
import type { Catalog, Message, TargetPlan } from '#kernel';
import type { Codec } from './codec.ts';
import { codecFamily } from './codec-family.ts';
import json from './codecs/json.ts';
import { chooseDialect, dialectOf } from './dialect-choice.ts';
import { dialectFamily } from './dialect-family.ts';
import native from './native.ts';

const mine = (over: Partial<Codec>): Codec => ({ ...json, kind: 'mine', ...over });

const catalogOf = (codec: Codec): Catalog =>
  ({
    of: (family: unknown) => {
      if (family === dialectFamily) return new Map([['native', native]]);
      return family === codecFamily ? new Map([['mine', codec]]) : new Map();
    },
  }) as unknown as Catalog;

const problemsOf = (codec: Codec) =>
  chooseDialect({ dialect: 'native', codec: 'mine', topic: null, payload: null }, catalogOf(codec))
    .problems;

it.each<[string, Partial<Codec>, RegExp]>([
  [
    'forgets the epoch',
    { head: (bytes) => ({ ...(json.head(bytes) ?? { n: 0, e: 0, t: 0 }), e: 0 }) },
    /codec mine reads another identity than it wrote: .*"e":1.* came back as .*"e":0/,
  ],
  [
    'keeps sixteen bits of a number',
    {
      head: (bytes) => ({
        e: 0,
        t: 0,
        ...json.head(bytes),
        n: (json.head(bytes)?.n ?? 0) % 65_536,
      }),
    },
    /reads another identity than it wrote: .*"n":70000/,
  ],
  ['reads nothing', { head: () => null }, /came back as null/],
  ['forgets to answer', { head: () => undefined as never }, /came back as undefined/],
  [
    'reads numbers that are none of JSON',
    { head: () => ({ n: 0n as never, e: 1, t: 0 }) },
    /reads another identity than it wrote: .*"n":0,.* came back as .*"n":"0n"/,
  ],
  [
    'writes text',
    { encode: () => 'n=1' as never },
    /the codec mine, in encode: what it returns must be a Uint8Array, not 'n=1'/,
  ],
  ['writes nothing', { encode: () => undefined as never }, /in encode: what it returns is missing/],
  [
    'throws',
    {
      encode: () => {
        throw new Error('out of ink');
      },
    },
    /the codec mine threw in encode: out of ink/,
  ],
])('one that %s', (_, over, message) => {
  expect(problemsOf(mine(over))).toEqual([
    expect.objectContaining({
      code: 'codec',
      path: 'target.codec',
      message: expect.stringMatching(message),
    }),
  ]);
});

it('one that is its own inverse', () => {
  expect(problemsOf(mine({}))).toEqual([]);
});

it('what is no mistake of the codec is told of nobody', () => {
  const broken = mine({});
  Object.defineProperty(broken, 'summary', {
    enumerable: true,
    get: () => {
      throw new TypeError('ours');
    },
  });
  expect(() => problemsOf(broken)).toThrow(TypeError);
});

it('what is no payload ends a run under the name of the codec', () => {
  const target = { dialect: 'native', codec: 'mine', topic: null, payload: null } as TargetPlan;
  const late = mine({ encode: () => 'later' as never });
  const dialect = dialectOf(target, 'r1', catalogOf(late));
  const message = { device: 'd/1', stream: 'telemetry', n: 1 } as Message;
  expect(() => dialect.encode(message)).toThrow(
    expect.objectContaining({
      code: 'plug-in',
      message: expect.stringMatching(
        "the codec mine, in encode: what it returns must be a Uint8Array, not 'later'",
      ),
    }),
  );
});
