/** A file too many in the package, or one too few, is noticed; what README links to is there. */
import { existsSync, readFileSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from './house.ts';
import { packedFlaws } from './packed.ts';

const { files } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  files: string[];
};

it.each([
  ['dist/kernel/testing/fields.js', 'dist/kernel/testing/fields.js is no part'],
  ['dist/kernel/time.test.js', 'time.test.js is no part'],
  ['tools/packed.ts', 'tools/packed.ts is no part'],
  ['harness/authors.ts', 'harness/authors.ts is no part'],
])('finds %s', (file, words) => {
  expect(packedFlaws([file]).join('\n')).toContain(words);
});

it('takes declarations and the library, and misses what must be there', () => {
  const flaws = packedFlaws(['dist/harness/cli/main.d.ts', 'scenarios/library/flagship.yaml']);
  expect(flaws.filter((flaw) => flaw.endsWith('product'))).toEqual([]);
  expect(flaws).toContain('bin/twinstorm.js is missing');
});

it('brings along whatever the README links to', () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const links = [...readme.matchAll(/(?:\]\(|src(?:set)?=")([\w./-]+)(?:#[\w-]*)?[)"]/g)];
  const paths = links.map(([, path = '']) => path).filter((path) => !path.includes('://'));
  expect(paths.length).toBeGreaterThan(5);
  for (const path of paths) {
    expect(existsSync(join(ROOT, path)), path).toBe(true);
    const taken = files.some((one) => matchesGlob(path, one) || path.startsWith(`${one}/`));
    expect(taken, `${path} is in the package`).toBe(true);
  }
});
