import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { real } from './real.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'real-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/**
 * A machine on which only `folder` holds anything. The variable wins over the folders of Debian.
 */
const bare = (more: Record<string, string> = {}): Record<string, string> => ({
  PATH: folder,
  HOME: folder,
  MOSQUITTO_BIN: join(folder, 'mosquitto'),
  ...more,
});

describe('a real component', () => {
  it('that is missing skips, with the command that brings it', () => {
    expect(real('mosquitto', bare())).toEqual({
      path: null,
      skip: true,
      reason: 'mosquitto is missing: apt-get install mosquitto',
    });
  });

  it('that is missing fails when it is required', () => {
    expect(() => real('mosquitto', bare({ REQUIRE_REAL: '1' }))).toThrow(/apt-get install/);
  });

  it('is found where it lies, and only when it can be run', () => {
    const path = join(folder, 'mosquitto');
    writeFileSync(path, '', { mode: 0o644 });
    expect(real('mosquitto', bare()).skip).toBe(true);
    rmSync(path);
    writeFileSync(path, '', { mode: 0o755 });
    const found = { path, skip: false, reason: '' };
    expect(real('mosquitto', bare({ REQUIRE_REAL: '1' }))).toEqual(found);
    expect(real('mosquitto', { PATH: `/nowhere:${folder}`, HOME: folder })).toEqual(found);
  });
});
