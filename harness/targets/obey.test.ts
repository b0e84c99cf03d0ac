/** A command that is given up does nothing more; one that may stay is left to itself. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { obey } from './obey.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'twinstorm-obey-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const late = (mayStay: boolean): Promise<void> =>
  obey({ place: 'do', shell: 'sleep 1; touch x', mayStay, cwd: folder, boundMs: 200 });

it('one that takes too long is ended with whom it started', async () => {
  await expect(late(false)).rejects.toThrow(/did not end within 0\.2 s/);
  await pause(1500);
  expect(existsSync(join(folder, 'x'))).toBe(false);
});

it('one that may stay goes on', async () => {
  await late(true);
  await expect.poll(() => existsSync(join(folder, 'x')), { timeout: 20_000 }).toBe(true);
});
