/**
 * The warden as the parent of all: what it started ends with it, also what was started twice; and
 * what is said to be gone is gone.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Processes } from './processes.ts';
import { isAlive, type RegisteredRun, registryFileOf } from './registry.ts';

let folder = '';
let processes: Processes;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'twinstorm-processes-'));
  vi.stubEnv('XDG_STATE_HOME', folder);
  processes = new Processes('test', folder, join(folder, 'warden.log'), '');
});
afterEach(async () => {
  await processes.end();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** Starts a shell's script and waits for its first line. */
function scripted(script: string): Promise<{ exits: string[] }> {
  const exits: string[] = [];
  const launch = { id: 'target', command: 'sh', args: ['-c', script], log: join(folder, 'log') };
  return new Promise((resolve) => {
    processes.start(
      launch,
      () => resolve({ exits }),
      (why) => exits.push(why),
    );
  });
}

/** By the letter of /proc; empty when it is gone. */
function stateOf(pid: number): string {
  try {
    return /[)] (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1] ?? '';
  } catch {
    return '';
  }
}

/** It hears no request to end, but for the one that nobody can refuse. */
const DEAF = 'trap "" TERM; echo up; while :; do sleep 0.05; done';

describe('a process', () => {
  it('that is killed is gone when the kill has ended', async () => {
    const { exits } = await scripted(DEAF);
    const pid = processes.pidOf('target');
    await processes.kill('target', 'SIGKILL');
    expect([exits, isAlive(pid)]).toEqual([['ended with SIGKILL'], false]);
    // Who is gone already needs no kill.
    await processes.kill('target', 'SIGKILL');
    await processes.kill('nobody', 'SIGKILL');
  });

  it('that lives on has not been killed, and whoever asked is told', async () => {
    const { exits } = await scripted(DEAF);
    await expect(processes.kill('target', 'SIGTERM', 100)).rejects.toMatchObject({
      message: 'target got SIGTERM and did not end',
      remedy: 'see log/target.log in the run directory',
    });
    expect([exits, isAlive(processes.pidOf('target'))]).toEqual([[], true]);
  });

  it('that will not go by itself is killed after a grace', async () => {
    const { exits } = await scripted(DEAF);
    await processes.stop('target', 100);
    expect(exits).toEqual(['ended with SIGKILL']);
  });

  it('that goes by itself is given the time for it', async () => {
    const { exits } = await scripted('trap "exit 7" TERM; echo up; while :; do sleep 0.05; done');
    await processes.stop('target', 60_000);
    expect(exits).toEqual(['ended with 7']);
  });
});

it('loses sight of nothing that was started twice under one name', async () => {
  const pids = new Set<number>();
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
  await processes.end();
  expect([...pids].filter(isAlive)).toEqual([]);
});

const file = (name: string): string => join(folder, name);

describe('on the list of runs', () => {
  const listed = (): RegisteredRun =>
    JSON.parse(readFileSync(registryFileOf('test'), 'utf8')) as RegisteredRun;

  it('stands what a crash of us all would leave behind, as long as it is there', async () => {
    const { wardenPid } = processes;
    await scripted('echo up; exec sleep 60');
    const ours = { run: 'test', directory: folder, runner: process.pid, warden: wardenPid };
    const target = processes.pidOf('target');
    processes.undo('first', 'echo first');
    processes.undo('taken', 'echo taken');
    processes.undo('last', 'echo last');
    processes.undo('taken', null);
    const undo = ['echo first', 'echo last'];
    expect(listed()).toMatchObject({ ...ours, processes: { target }, undo });
    await processes.kill('target', 'SIGKILL');
    processes.undo('first', null);
    processes.undo('last', null);
    expect(listed()).toMatchObject({ ...ours, processes: {}, undo: [] });
    let losses = 0;
    processes.onWardenLost = () => losses++;
    await processes.end();
    expect([losses, isAlive(wardenPid)]).toEqual([0, false]);
    expect(readdirSync(file('twinstorm/runs'))).toEqual([]);
  });
});

describe('without its warden', () => {
  it('takes back what was done, newest first, one at a time and before it has ended', async () => {
    await scripted('echo up; exec sleep 60');
    const pid = processes.pidOf('target');
    processes.undo('first', `echo "it's first" >> ${file('traces')}`);
    processes.undo('broken', 'exit 3; (');
    processes.undo('taken', `echo taken >> ${file('traces')}`);
    processes.undo('taken', null);
    processes.undo('last', `sleep 0.3; echo last >> ${file('traces')}`);
    const lost = new Promise<void>((resolve) => {
      processes.onWardenLost = resolve;
    });
    process.kill(processes.wardenPid, 'SIGKILL');
    await lost;
    await processes.end();
    // Whoever ends later than the list is taken back brings nothing onto it again.
    processes.undo('first', null);
    expect(readFileSync(file('traces'), 'utf8')).toBe("last\nit's first\n");
    // Who has lost its parent may wait for init to bury it.
    expect(stateOf(pid)).toMatch(/^[ZX]?$/);
    expect(readdirSync(file('twinstorm/runs'))).toEqual([]);
  });
});
