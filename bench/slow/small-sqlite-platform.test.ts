/**
 * A platform that is not ours, judged from its own table: what its broker acknowledged must be in
 * there. A row that somebody deletes is found, a consumer that is killed is given back, and a table
 * that cannot be read at the end is never a pass.
 */
import { existsSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MOSQUITTO, type MortalBroker } from '../../harness/testing/brokers.ts';
import { Sandbox } from '../../tests/sandbox.ts';
import type { Scene } from '../../tests/scenes.ts';
import {
  consumerLog,
  platformScene,
  QUERY,
  type SmallPlatform,
} from '../../tests/small-platform/platform.ts';

const STORE = `{ sql: { file: platform.sqlite, query: '${QUERY}', within: 1s } }`;
const PLATFORM: SmallPlatform = {
  table: '--sqlite platform.sqlite',
  store: STORE,
  session: 'kept',
  isDurable: true,
};
const KILLED = '{ at: chaos, for: 2s, fault: consumer }';
const IN_TIME = '{ stored-in-time: { max: 30s, during: all } }';

let box: Sandbox;
let broker: MortalBroker;
beforeEach(async (context) => {
  box = new Sandbox();
  const { skip, reason } = MOSQUITTO.look();
  context.skip(skip, reason);
  broker = await MOSQUITTO.start();
});
afterEach(async () => {
  await broker?.close();
  box.close();
});

const write = (platform: SmallPlatform, scenery: Scene = {}): string =>
  box.write('mine.yaml', platformScene(box, broker, platform, { expect: [IN_TIME], ...scenery }));

const LOOKS_MAX = 600;
const ONE = 'rooms/default-1/3';

/** Does something to the table as soon as a message of the run is in it. */
async function onceKept(file: string, act: (database: DatabaseSync) => void): Promise<void> {
  for (let look = 0; look < LOOKS_MAX; look++) {
    await pause(100);
    if (!existsSync(file)) continue;
    const database = new DatabaseSync(file, { timeout: 5000 });
    try {
      const found = database
        .prepare(`select count(*) as kept from rows where n = 9 and device = '${ONE}'`)
        .get();
      if (Number(found?.kept) < 1) continue;
      return act(database);
    } catch {
      // There is no table yet.
    } finally {
      database.close();
    }
  }
}

describe('a platform with a table of its own', () => {
  it('passes while it keeps its promises, also over the death of its consumer', async () => {
    write(PLATFORM, { chaos: [KILLED] });
    const out = await box.unspoilt('run', 'run', 'mine.yaml', '--gear', 'real');
    const { messages, faults } = box.result(out);
    expect(messages.delivered, consumerLog(box)).toBe(messages.intended);
    expect(faults).toMatchObject([{ fault: 'hand', effective: true }]);
    const hands = await box.ledger(out, '--op', 'hand');
    expect(hands.map(({ is }) => is)).toEqual(['taking', 'down', 'giving', 'up']);
    // What came while it was dead waited for it.
    const late = await box.ledger(out, '--op', 'stored-at');
    const waits = late.map(({ came, intended }) => Number(came) / 1000 - Number(intended));
    expect(Math.max(...waits)).toBeGreaterThan(1500);
    expect(readdirSync(box.folder).some((name) => name.startsWith('ended-'))).toBe(true);
    box.expectClean();
  });

  it('fails for a row that is deleted behind our back', async () => {
    write(PLATFORM);
    const running = box.start(['run', 'mine.yaml', '--gear', 'real', '--out', 'run', '--quiet']);
    const deleting = onceKept(box.path('platform.sqlite'), (database) =>
      database.exec(`delete from rows where n = 9 and device = '${ONE}'`),
    );
    const [{ code, stderr }] = await Promise.all([running.ended, deleting]);
    expect(code, stderr).toBe(1);
    const lost = box.result('run').checkers.find(({ id }) => id === 'no-acked-loss');
    expect(lost).toMatchObject({ verdict: 'fail', findingCount: 1 });
    expect(lost?.findings[0]?.message).toMatch(
      /^rooms\/default-1\/3, reading 9, acknowledged at .*, never stored$/,
    );
  });

  it('is not decided where the table cannot be read at the end', async () => {
    write(PLATFORM);
    const running = box.start(['run', 'mine.yaml', '--gear', 'real', '--out', 'run', '--quiet']);
    const file = box.path('platform.sqlite');
    const moving = onceKept(file, () => renameSync(file, `${file}.away`));
    const [{ code, stdout, stderr }] = await Promise.all([running.ended, moving]);
    expect([2, 4], stderr + stdout).toContain(code);
    const unread = await box.ledger('run', '--op', 'unread');
    expect(unread[0]?.why).toMatch(/there is no file .*platform\.sqlite/);
    const lost = box.result('run').checkers.find(({ id }) => id === 'no-acked-loss');
    expect(lost?.verdict).toBe('unknown');
  });
});

it('is given back where the runner is killed, and the commands after it run', async () => {
  const time = '{ warmup: 2s, steady: 2s, chaos: 100s, settle: 2s, drain: 1s }';
  write(PLATFORM, { time, chaos: ['{ at: chaos, for: 90s, fault: consumer }'] });
  const running = box.start(['run', 'mine.yaml', '--gear', 'real', '--out', 'run', '--quiet']);
  for (const isThere of [true, false]) {
    while (existsSync(box.path('pid')) !== isThere) {
      expect(running.child.exitCode, running.stderr()).toBeNull();
      await pause(50);
    }
  }
  const starts = (): number => readFileSync(box.path('starts'), 'utf8').split('\n').length - 1;
  expect(starts()).toBe(1);
  process.kill(Number((box.json('run', 'run.json') as { runner: number }).runner), 'SIGKILL');
  await running.ended;
  await box.vanished();
  expect(starts()).toBe(2);
  expect(readdirSync(box.folder).some((name) => name.startsWith('ended-'))).toBe(true);
  expect(box.litter()).toEqual([]);
});

describe('what stands behind a target', () => {
  const refused = async (): Promise<string> => {
    const { code, stdout, stderr } = await box.run('run', 'mine.yaml', '--out', 'run', '--quiet');
    expect(code, stdout + stderr).toBe(4);
    box.expectClean();
    return stderr;
  };

  it('is one clear error where a command before the run fails, with what it printed', async () => {
    write({ ...PLATFORM, before: ['echo no database here; exit 3'] });
    const said = await refused();
    expect(said).toMatch(
      /the command before the run \(echo no database here; exit 3\) ended with 3/,
    );
    expect(said).toContain('it printed: no database here');
    // Those after it run all the same.
    expect(readdirSync(box.folder).some((name) => name.startsWith('ended-'))).toBe(true);
  });

  it.each([
    [
      'no such table',
      STORE.replace('from rows', 'from raws'),
      /cannot be read: no such table: raws/,
    ],
    [
      'a file that is not there',
      STORE.replace('platform.sqlite', 'other.sqlite'),
      /there is no file/,
    ],
    [
      'a variable that is not set',
      STORE.replace('file: platform.sqlite', 'url-env: NOBODY_SET_THIS'),
      /the environment has no NOBODY_SET_THIS, which url-env of the store names/,
    ],
  ])('is one clear error for %s', async (_, store, said) => {
    write({ ...PLATFORM, store });
    expect(await refused()).toMatch(said);
  });

  it('keeps the password of its database to itself', async () => {
    const store = STORE.replace('file: platform.sqlite', 'url-file: secret.txt');
    box.write('secret.txt', 'postgres://me:hush-hush@127.0.0.1:9/none\n');
    write({ ...PLATFORM, store });
    const said = await refused();
    expect(said).toMatch(/the store of the target cannot be read/);
    const files = readdirSync(box.path('run'), { recursive: true, withFileTypes: true });
    expect(files.length).toBeGreaterThan(1);
    expect(said).not.toContain('hush-hush');
    expect(JSON.stringify(box.plan('run'))).not.toContain('hush-hush');
  });
});
