/** For a third of the capabilities the first planted bug; the others are among the slow tests. */
import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { areCaught, nearMutants } from './mutants.ts';
import { mutantFolder } from './planted.ts';

const mutants = await mutantFolder();
const inFirmware = new Set(
  readdirSync(new URL('../devices/mutants/', import.meta.url)).map((file) => file.slice(0, -3)),
);

it('has a mutant for every promise worth planting against', () => {
  expect(mutants.length).toBeGreaterThanOrEqual(20);
});

it('says what it breaks, and where it sits', () => {
  for (const { kind, word, sits } of mutants) {
    expect(kind.startsWith(`${word}-`), kind).toBe(true);
    expect(sits, kind).toBe(inFirmware.has(kind) ? 'device' : 'platform');
  }
});

areCaught(await nearMutants());
