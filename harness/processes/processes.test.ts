/** The warden as the parent of all: what it started ends with it, also what was started twice. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Processes } from './processes.ts';
import { isAlive } from './registry.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'twinstorm-processes-'));
  vi.stubEnv('XDG_STATE_HOME', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

it('loses sight of nothing that was started twice under one name', async () => {
  const processes = new Processes('test', folder, join(folder, 'warden.log'), '');
  const pids = new Set<number>();
  try {
    for (const turn of [1, 2]) {
      const launch = { id: 'target', command: 'sleep', args: ['60'], log: join(folder, 'log') };
      processes.start(
        launch,
        () => {},
        () => {},
      );
      while (pids.size < turn) {
        const pid = processes.pidOf('target');
        if (pid !== 0) pids.add(pid);
        await pause(5);
      }
    }
  } finally {
    await processes.end();
  }
  expect([...pids].filter(isAlive)).toEqual([]);
});
