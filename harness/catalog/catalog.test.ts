/**
 * A plug-in that lies about its name, or is none, must be refused where it is found and not where
 * it is used.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { AuthorError } from '#kernel';
import { loadFolder, loadPluginFile } from './catalog.ts';

const folder = mkdtempSync(join(tmpdir(), 'catalog-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** As the catalog names folders: relative to the repository. */
function plural(name: string, files: Readonly<Record<string, string>>): string {
  mkdirSync(join(folder, name));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, name, file), text);
  return relative(fileURLToPath(new URL('../..', import.meta.url)), join(folder, name));
}

it('finds plug-ins in sorted order, and passes over tests and files without a default', async () => {
  const found = await loadFolder(
    plural('good', {
      'b.ts': "export default { kind: 'b' };",
      'a.ts': "export default { kind: 'a' };",
      'a.test.ts': "throw new Error('must not be loaded');",
      'words.ts': 'export const words = 1;',
      'notes.md': '',
    }),
  );
  expect([...found.keys()]).toEqual(['a', 'b']);
});

it('refuses a file whose kind is not its name', async () => {
  const bad = plural('bad', { 'mine.ts': "export default { kind: 'yours' };" });
  await expect(loadFolder(bad)).rejects.toThrow(/mine\.ts says it is 'yours'/);
});

it('says what is wrong with a file of a user', async () => {
  plural('own', {
    'none.ts': 'export const x = 1;',
    'thrown.ts': "throw new Error('on purpose');",
  });
  const load = (file: string): Promise<unknown> => loadPluginFile(join(folder, 'own', file));
  await expect(load('none.ts')).rejects.toThrow(AuthorError);
  await expect(load('none.ts')).rejects.toThrow(/no default export/);
  await expect(load('thrown.ts')).rejects.toThrow(/on purpose/);
  await expect(load('absent.ts')).rejects.toThrow(AuthorError);
});
