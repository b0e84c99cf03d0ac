/**
 * The tests that take minutes, most of it waiting for sockets: `npm run test:slow`, or a third of
 * them by `SHARE=2/3 npm run test:slow`. A file of many runs alike takes its share of them itself.
 */
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { inShare } from '../../tests/share.ts';
import { group, testsIn } from '../../vitest.config.ts';

const SHARED_WITHIN = ['firmware', 'frozen', 'mutants'].map((name) => `${name}.test.ts`);

const files = globSync('**/*.test.ts', { cwd: import.meta.dirname }).sort();
const chosen = files.filter((file) => SHARED_WITHIN.includes(file) || inShare(file));

export default testsIn(
  group(
    'slow',
    chosen.map((file) => join('bench/slow', file)),
  ),
);
