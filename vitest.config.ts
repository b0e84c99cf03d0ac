/**
 * How the tests run: everything beside the code, one file per process. Time limits are generous,
 * since they only end what hangs; a slow machine must never fail a test.
 */
import { defineConfig } from 'vitest/config';
import Skips from './tools/skips.ts';

const json = process.env.TEST_JSON;

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', 'dist/**', 'tools/canary/**'],
    pool: 'forks',
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { requireAssertions: true },
    allowOnly: false,
    reporters: ['default', new Skips(), ...(json === undefined ? [] : [jsonTo(json)])],
  },
});

function jsonTo(outputFile: string): ['json', { outputFile: string }] {
  return ['json', { outputFile }];
}
