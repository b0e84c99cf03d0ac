/**
 * What CONTRIBUTING promises of adding a thing: each family of plug-ins has its row, with the folder
 * that the catalog reads and a contract that exports what makes one.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { FAMILIES } from '../harness/cli/families.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const guide = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');

interface Row {
  folder: string;
  define: string;
  contract: string;
}

/** Rows that name one file after its kind. */
const rows: Row[] = guide.split('\n').flatMap((line) => {
  const [, , file = '', made = ''] = line.split('|').map((cell) => cell.trim());
  const folder = /`([^`]+)\/<kind>\.ts`/.exec(file)?.[1];
  const [define, contract] = [...made.matchAll(/`([^`<]+)(?:<[^`]*)?`/g)].map(([, name]) => name);
  if (folder === undefined || define === undefined || contract === undefined) return [];
  return [{ folder, define, contract }];
});

it.each(FAMILIES.map(({ family, folders, define }) => ({ family, folders, define })))(
  'says where a $family goes, and what makes it',
  ({ folders, define }) => {
    const makers = folders.map((folder) => {
      const row = rows.find((one) => one.folder === folder);
      expect(row, `the row of ${folder}`).toBeDefined();
      const contract = join(ROOT, row?.contract ?? '');
      expect(existsSync(contract), contract).toBe(true);
      expect(readFileSync(contract, 'utf8')).toMatch(new RegExp(`export const ${row?.define}\\b`));
      return row?.define;
    });
    // Where a family lies in several rooms, each may have a maker of its own.
    expect(makers).toContain(define);
  },
);

it('promises no folder that the catalog does not read', () => {
  const folders: readonly string[] = FAMILIES.flatMap((family) => family.folders);
  expect(rows.length).toBeGreaterThanOrEqual(FAMILIES.length);
  for (const { folder } of rows) expect(folders).toContain(folder);
});
