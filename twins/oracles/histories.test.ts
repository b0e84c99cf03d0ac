/** Every oracle that has histories agrees with the naive reading of a few hundred of them. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { randomStream } from '#kernel';
import type { Histories } from './histories.ts';
import { foldHistory } from './testing/fold-history.ts';
import { kindsOfFolder } from './testing/kinds.ts';

const COUNT = 300;
const kinds = await kindsOfFolder();
const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.histories.ts'));

it('reads the folder', () => {
  const wanted = ['connections.histories.ts', 'delivery.histories.ts'];
  expect(files).toEqual(expect.arrayContaining(wanted));
});

describe.each(files.sort())('%s', async (file) => {
  const { default: histories } = (await import(join(import.meta.dirname, file))) as {
    default: Histories;
  };
  const { oracle } = histories;

  it('belongs to the oracle beside it, and makes up the same again', () => {
    expect(file).toBe(`${oracle}.histories.ts`);
    expect([...kinds.keys()]).toContain(oracle);
    expect(histories.about).toMatch(/^\S.{10,}[^.]$/);
    const again = (): unknown => histories.history(randomStream(3, oracle));
    expect(again()).toEqual(again());
  });

  it('is agreed with', () => {
    for (let number = 1; number <= COUNT; number++) {
      const history = histories.history(randomStream(number, `histories/${oracle}`));
      const found = histories.differences(foldHistory(kinds, oracle, history), history);
      expect(found, `history ${number}`).toEqual([]);
    }
  });

  it('is not agreed with by an oracle that was shown half of it', () => {
    const blind = Array.from({ length: 20 }, (_, number) => {
      const history = histories.history(randomStream(number, 'blind'));
      const half = history.entries.slice(0, history.entries.length >> 1);
      const oracleOfHalf = foldHistory(kinds, oracle, { ...history, entries: half });
      return histories.differences(oracleOfHalf, history);
    });
    expect(blind.flat()).not.toEqual([]);
  });
});
