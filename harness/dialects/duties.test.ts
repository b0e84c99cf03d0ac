/** The duties of codecs and dialects find who breaks one of them, and nobody else. */
import { describe, expect, it } from 'vitest';
import type { Catalog } from '#kernel';
import { soundness } from '../../kernel/testing/soundness.ts';
import { loadCatalog } from '../catalog/load-catalog.ts';
import type { Codec, EnvelopeHead } from './codec.ts';
import { codecFamily } from './codec-family.ts';
import json from './codecs/json.ts';
import type { Dialect, DialectKind } from './dialect.ts';
import { dialectFamily } from './dialect-family.ts';
import native from './native.ts';

const catalog: Catalog = await loadCatalog([codecFamily, dialectFamily]);

/** Reads what JSON reads, and makes something of it. */
const reads = (of: (head: EnvelopeHead) => EnvelopeHead | null): Partial<Codec> => ({
  head: (payload) => {
    const head = json.head(payload);
    return head === null ? null : of(head);
  },
});

describe('a codec', () => {
  const told = (over: Partial<Codec>): Promise<string> =>
    soundness(codecFamily, { ...json, kind: 'mine', ...over });

  it('that keeps its duties is told nothing', async () => {
    expect(await told({})).toBe('');
  });

  it.each<[string, Partial<Codec>, RegExp]>([
    ['another number', reads((head) => ({ ...head, n: head.n + 1 })), /of {"n":.* it reads back/],
    ['another epoch', reads((head) => ({ ...head, e: head.e + 1 })), /of {"n":.* it reads back/],
    ['another time', reads((head) => ({ ...head, t: head.t + 1 })), /of {"n":.* it reads back/],
    [
      'small numbers as 0',
      reads((head) => ({ ...head, n: head.n < 10 ? 0 : head.n })),
      /reads back/,
    ],
    ['only whole times', reads((head) => ({ ...head, t: Math.floor(head.t) })), /reads back/],
    ['nothing', { head: () => null }, /it reads back null/],
  ])('that reads %s', async (_, over, words) => {
    expect(await told(over)).toMatch(words);
  });

  it.each<[string, EnvelopeHead]>([
    ['a number below 0', { n: -1, e: 0, t: 0 }],
    ['an epoch below 0', { n: 0, e: -1, t: 0 }],
    ['half an epoch', { n: 0, e: 0.5, t: 0 }],
    ['a time that is none', { n: 0, e: 0, t: Number.POSITIVE_INFINITY }],
  ])('that reads %s from garbage', async (_, head) => {
    const over = { head: (payload: Uint8Array) => json.head(payload) ?? head };
    const found = await told(over);
    expect(found).toContain('garbage reads as');
    expect(found).toContain('it reads an identity from no bytes');
  });

  it('that reads no map from garbage, or loses a value', async () => {
    expect(await told({ values: () => null as never })).toContain('of garbage, values are null');
    expect(await told({ values: () => ({}) })).toContain('it does not carry');
    const other = (payload: Uint8Array) =>
      Object.fromEntries(Object.keys(json.values(payload)).map((name) => [name, 'x']));
    expect(await told({ values: other })).toContain('it reads "x"');
  });

  it('that writes other bytes the second time, or none', async () => {
    let turn = 0;
    const spaced: Codec['encode'] = (sent) =>
      Buffer.concat([json.encode(sent), Buffer.from(' '.repeat(turn++ % 2))]);
    expect(await told({ encode: spaced })).toContain('the second time it writes other bytes');
    expect(await told({ encode: () => 'text' as never })).toContain('encode gives no bytes');
  });
});

describe('a dialect', () => {
  const told = (over: Partial<DialectKind>): Promise<string> =>
    soundness(dialectFamily, { ...native, kind: 'mine', ...over }, catalog);
  /** The native one but for some of it. */
  const speaking = (of: (honest: Dialect) => Partial<Dialect>): Partial<DialectKind> => ({
    bind: (wish) => {
      const honest = native.bind(wish);
      return { ...honest, ...of(honest) };
    },
  });
  const hearing = (change: (n: number) => object): Partial<DialectKind> =>
    speaking(({ decode }) => ({
      decode: (...given) => decode(...given).map((one) => ({ ...one, ...change(one.n) })),
    }));

  it.each([...catalog.of(dialectFamily).values()])(
    'that comes with the product: $kind',
    async (kind) => {
      expect(await soundness(dialectFamily, kind, catalog)).toBe('');
    },
  );

  it('may subscribe to more than it needs', async () => {
    const more = speaking(({ subscriptions, downFilters }) => ({
      subscriptions: (lanes) => ['news/of/all', ...subscriptions(lanes)],
      downFilters: (...given) => [...downFilters(...given), '+/broadcast'],
    }));
    expect(await told(more)).toBe('');
  });

  it.each<[string, Partial<DialectKind>, string]>([
    ['names a codec of nobody', { codec: 'jsn' }, "there is no codec 'jsn'"],
    ['loses a device', hearing(() => ({ device: 'x' })), 'does not read back device of'],
    ['loses small numbers', hearing((n) => (n < 10 ? { n: 10 } : {})), 'does not read back n of'],
    ['loses an epoch', hearing(() => ({ epoch: -1 })), 'does not read back epoch of'],
    [
      'hears everything twice',
      speaking(({ decode }) => ({
        decode: (...given) => [...decode(...given), ...decode(...given)],
      })),
      'reads more than it wrote',
    ],
    [
      'writes at QoS 0',
      speaking(({ encode }) => ({ encode: (sent) => ({ ...encode(sent), qos: 0 }) })),
      'changes QoS or retain',
    ],
    [
      'listens nowhere',
      speaking(() => ({ subscriptions: () => ['a/b'] })),
      'no subscription covers',
    ],
    [
      'listens a level too high',
      speaking(() => ({ subscriptions: () => ['+/+/+/+'] })),
      'no subscription covers',
    ],
    ['listens to others', speaking(() => ({ downFilters: () => ['a/#'] })), 'does not hear'],
    ['says another topic', speaking(() => ({ topicOf: () => 'a/b' })), 'topicOf names another'],
  ])('that %s', async (_, over, words) => {
    expect(await told(over)).toContain(words);
  });

  it.each([{ n: -1 }, { epoch: -1 }, { epoch: 0.5 }, { intended: Number.NaN }])(
    'that makes %j of garbage',
    async (change) => {
      // Of what it has written itself it reads everything.
      const strange = speaking(({ decode }) => ({
        decode: (topic, payload) => {
          const heard = decode(topic, payload);
          if (heard.length > 0) return heard;
          const nobodys = { device: 'd', stream: 's', n: 0, epoch: 0, intended: 0 };
          return [{ ...nobodys, ...change }];
        },
      }));
      expect(await told(strange)).toContain('garbage reads as');
    },
  );
});
