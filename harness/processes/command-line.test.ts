/** Whose process it is can be told with /proc and without, as on macOS. */
import { afterEach, expect, it, vi } from 'vitest';
import { commandLineOf } from './command-line.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

it.each([true, false])('tells what this process was started from, with /proc: %s', (hasProc) => {
  expect(commandLineOf(process.pid, hasProc)).toContain('node');
});

it.each([true, false])(
  'tells nothing of a process that is not there, with /proc: %s',
  (hasProc) => {
    expect(commandLineOf(2 ** 22 + 1, hasProc)).toBe('');
  },
);

it('tells nothing where there is neither /proc nor ps', () => {
  vi.stubEnv('PATH', '');
  expect(commandLineOf(process.pid, false)).toBe('');
});
