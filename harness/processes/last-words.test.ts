/** The last error line of a log, whatever stands around it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { lastWords } from './last-words.ts';

const folder = mkdtempSync(join(tmpdir(), 'last-words-'));
afterAll(() => rmSync(folder, { recursive: true }));

const UNCAUGHT = `file:///mine.ts:3
    throw new TypeError('out of ink');
          ^

TypeError: out of ink
    at take (file:///mine.ts:3:11)

Node.js v24.0.0
`;

it.each([
  ['', ''],
  [
    'ready\nplatform: the service mine threw in take: out of ink (see file:///mine.ts:3)\n',
    'the service mine threw in take: out of ink (see file:///mine.ts:3)',
  ],
  [UNCAUGHT, 'out of ink'],
  ['1: starting\n2: going away\n', '2: going away'],
])('of %j', (text, words) => {
  const log = join(folder, 'target.log');
  writeFileSync(log, text);
  expect(lastWords(log)).toBe(words);
  expect(lastWords(join(folder, 'no.log'))).toBe('');
});
