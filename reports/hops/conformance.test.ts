/** What all hops owe; and of one that keeps a duty badly each is seen to be found. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Catalog } from '#kernel';
import { soundness } from '../../kernel/testing/soundness.ts';
import { defineHops, type HopsKind } from '../hops.ts';
import { hopsFamily } from '../hops-family.ts';
import { ORACLES } from '../testing/oracles.ts';

const files = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .sort();

const kinds = await Promise.all(
  files.map(async (file) => {
    const module = (await import(join(import.meta.dirname, file))) as { default: HopsKind };
    return { file, hops: module.default };
  }),
);

const catalog = {
  of: ({ family }: { family: string }) =>
    new Map(family === 'oracle' ? ORACLES.map((one) => [one.kind, one]) : []),
  words: () => undefined,
} as unknown as Catalog;

const duties = await hopsFamily.duties();

describe.each(kinds)('$file', ({ file, hops }) => {
  it('is named after its kind, and whole', () => {
    expect(file).toBe(`${hops.kind}.ts`);
    expect(hopsFamily.check(hops)).toEqual([]);
  });

  it.each(duties)('$says', async (duty) => {
    expect(await duty.flaws(hops, catalog)).toEqual([]);
  });
});

it('no two name the same word, and none is a message', () => {
  const words = kinds.flatMap(({ hops }) => Object.keys(hops.names ?? {}));
  expect(new Set(words).size).toBe(words.length);
  expect(words).not.toContain('message');
});

const odd = (changed: Partial<HopsKind>): HopsKind =>
  defineHops({
    kind: 'odd',
    summary: 'what is odd',
    ops: ['sent'],
    names: { tide: 'tide@DEVICE@N' },
    start: ({ book }) => ({
      step: ({ t, device }) => {
        const thing = book.thing({ word: 'tide', name: '', device, key: '1' }, 'a tide');
        thing.hop({ t, where: 'device', who: 'sea', as: 'ebb', what: 'goes out' });
      },
    }),
    ...changed,
  });

it('finds nothing in a small one', async () => {
  expect(await soundness(hopsFamily, odd({}), catalog)).toBe('');
});

let times = 0;
const naming =
  (word: string): HopsKind['start'] =>
  ({ book }) => ({
    step: ({ t, device }) =>
      book
        .thing({ word, name: 'a b', device, key: 'x@y' }, 'a tide')
        .hop({ t, where: 'device', who: 'sea', as: 'ebb', what: 'goes out' }),
  });

it.each<[string, Partial<HopsKind>, RegExp]>([
  [
    'throws at the start',
    {
      start: () => {
        throw new Error('nothing works');
      },
    },
    /nothing works/,
  ],
  [
    'throws when it looks',
    {
      look: () => {
        throw new Error('sees nothing');
      },
    },
    /sees nothing/,
  ],
  ['asks an oracle that it does not name', { look: ({ of }) => of('twin') as never }, /not among/],
  [
    'tells otherwise the second time',
    {
      start: ({ book }) => ({
        step: ({ t, device }) =>
          book
            .thing({ word: 'tide', name: '', device, key: String(++times) }, 'a tide')
            .hop({ t, where: 'device', who: 'sea', as: 'ebb', what: 'goes out' }),
      }),
    },
    /tells otherwise the second time/,
  ],
  ['writes an id that nobody can read', { start: naming('tide') }, /too many @/],
  ['names a word by another', { names: { tide: 'ebb@DEVICE@N' } }, /no form of an id/],
])('finds one that %s', async (_, changed, words) => {
  expect(await soundness(hopsFamily, odd(changed), catalog)).toMatch(words);
});
