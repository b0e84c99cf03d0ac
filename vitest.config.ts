/**
 * How the tests run: everything beside the code, one file per process; but those of rooms without a
 * clock, a file or a socket share one, since they leave nothing behind that another could meet. Time
 * limits are generous, since they only end what hangs; a slow machine must never fail a test. What
 * takes minutes lies in bench/slow and is run by `npm run test:slow`.
 */
import { availableParallelism } from 'node:os';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import Skips from './tools/skips.ts';

const json = process.env.TEST_JSON;

const NO_TESTS = ['**/node_modules/**', 'dist/**', 'tools/canary/**'];
const SLOW = 'bench/slow/**';
const PURE = ['kernel', 'devices', 'scenarios', 'reports', 'twins/oracles'].map(
  (room) => `${room}/**/*.test.ts`,
);

/** One after the other, each with the rest of what is said here. */
export const testsIn = (...projects: TestProjectInlineConfiguration[]) =>
  defineConfig({
    test: {
      root: import.meta.dirname,
      pool: 'forks',
      // Vitest leaves one core to itself, which of two is half.
      maxWorkers: availableParallelism(),
      testTimeout: 120_000,
      hookTimeout: 120_000,
      allowOnly: false,
      expect: { requireAssertions: true },
      reporters: ['default', new Skips(), ...(json === undefined ? [] : [jsonTo(json)])],
      projects,
    },
  });

export const group = (
  name: string,
  include: string[],
  exclude: string[] = [],
  isolate = true,
): TestProjectInlineConfiguration => ({
  extends: true,
  test: { name, include, exclude: [...NO_TESTS, ...exclude], isolate },
});

export default testsIn(
  group('alone', ['**/*.test.ts'], [SLOW, ...PURE]),
  group('together', PURE, [], false),
);

function jsonTo(outputFile: string): ['json', { outputFile: string }] {
  return ['json', { outputFile }];
}
