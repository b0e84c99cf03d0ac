/**
 * How the tests run: everything beside the code, one file per process. Time limits are generous,
 * since they only end what hangs; a slow machine must never fail a test. What takes
 * minutes lies in bench/slow and is run by `npm run test:slow`.
 */
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import Skips from './tools/skips.ts';

const json = process.env.TEST_JSON;

const SLOW = 'bench/slow/**';

export const testsIn = (include: string[], exclude: string[]) =>
  defineConfig({
    test: {
      root: import.meta.dirname,
      include,
      exclude: ['**/node_modules/**', 'dist/**', 'tools/canary/**', ...exclude],
      pool: 'forks',
      // Vitest leaves one core to itself, which of two is half.
      maxWorkers: availableParallelism(),
      testTimeout: 120_000,
      hookTimeout: 120_000,
      allowOnly: false,
      expect: { requireAssertions: true },
      reporters: ['default', new Skips(), ...(json === undefined ? [] : [jsonTo(json)])],
    },
  });

export default testsIn(['**/*.test.ts'], [SLOW]);

function jsonTo(outputFile: string): ['json', { outputFile: string }] {
  return ['json', { outputFile }];
}
