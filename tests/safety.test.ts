/**
 * Whatever kills a run, the fault is taken back and nothing of ours survives. The runner and the
 * warden are killed with -9 while a fault holds, and processes are counted by an inherited mark, so
 * one that fell to init is found as well. "Healed" is asked of the world and not of our own words:
 * the hands of a foreign target leave traces in files, and after the runner's death only the warden
 * can still have used them.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OF_A_RUN } from '../harness/processes/command-line.ts';
import { HOLDER } from '../harness/processes/holding.ts';
import { SOCKET_AEDES } from '../harness/testing/brokers.ts';
import {
  expectNothingToHeal,
  HELD,
  insideFault,
  killedByHand,
  LONG,
  pidOf,
  RUN_HELD,
} from './held-run.ts';
import { type Running, Sandbox } from './sandbox.ts';
import { scene } from './scenes.ts';

let box: Sandbox;
const planted: ChildProcess[] = [];
beforeEach(() => {
  box = new Sandbox();
});
afterEach(() => {
  for (const child of planted.splice(0)) child.kill('SIGKILL');
  box.close();
});

/** What the issue grants from the kill to the last process. */
const SLACK_S = 3;

/** In the sim gear: a day of virtual time, so that whatever happens to it comes first. */
async function insideDay(): Promise<Running> {
  const text = scene({ time: LONG.replace('100s', '24h'), chaos: [] });
  box.write('day.yaml', text.replace('chaos:\n', ''));
  const running = box.startInGroup(['run', 'day.yaml', '--out', 'run']);
  while (!running.stderr().includes('chaos')) {
    expect(running.child.exitCode, running.stderr()).toBeNull();
    await pause(20);
  }
  return running;
}

async function expectStopped(ended: Running['ended']): Promise<void> {
  const { code, stdout, stderr } = await ended;
  expect(code, stderr).toBe(130);
  expect(stderr).not.toMatch(/fault of the harness/);
  expect(stdout).toMatch(/replay/);
  const { messages, reasons } = box.result('run');
  expect(messages.intended).toBeGreaterThan(0);
  expect(reasons.join()).toContain('stopped before its time');
  box.expectClean();
}

describe('kill -9', () => {
  it('of the runner inside a fault leaves nothing', async () => {
    const { child, ended } = await insideFault(box);
    // Runner, warden, platform, proxy, two shards: without them the test would prove nothing.
    expect(box.processes().length).toBeGreaterThanOrEqual(6);
    expect(pidOf(box, 'runner')).toBe(child.pid);
    process.kill(pidOf(box, 'runner'), 'SIGKILL');
    expect(await box.vanished()).toBeLessThan(SLACK_S);
    expect((await ended).signal).toBe('SIGKILL');
    await expectNothingToHeal(box);
    expect(box.litter()).toEqual([]);
  });

  it('of the runner heals a foreign target whose broker it had killed', async () => {
    const broker = await SOCKET_AEDES.start();
    try {
      const running = await insideFault(box, killedByHand(box, broker.port));
      while (!existsSync(box.path('killed'))) await pause(20);
      expect(existsSync(box.path('started'))).toBe(false);
      process.kill(pidOf(box, 'runner'), 'SIGKILL');
      await box.vanished();
      await running.ended;
      expect(existsSync(box.path('started'))).toBe(true);
      await expectNothingToHeal(box);
    } finally {
      await broker.close();
    }
  });

  it('is not what hands do that fail: the fault never was, and the run is invalid', async () => {
    const broker = await SOCKET_AEDES.start();
    try {
      const target = `target: { url: 'mqtt://127.0.0.1:${broker.port}', hands: { kill: 'touch here; exit 3', start: 'true' } }`;
      const chaos = ['{ id: dark, at: chaos, for: 1s, fault: broker-kill }'];
      box.write('far/weak.yaml', scene({ chaos, more: [target] }));
      const result = await box.judged(4, 'run', 'far/weak.yaml', '--gear', 'real');
      expect(existsSync(box.path('far', 'here')), 'in the folder of the scenario').toBe(true);
      expect(result.reasons.join()).toMatch(/dark \(broker-kill\) .*could not be .*ended with 3/);
      const notes = await box.ledger('run', '--op', 'note');
      expect(notes.map(({ text }) => text).join()).toMatch(
        /hands\.kill \(touch here; exit 3\) ended with 3/,
      );
    } finally {
      await broker.close();
    }
  });

  it('of the warden ends the run with exit 4, healed', async () => {
    const { ended } = await insideFault(box);
    process.kill(pidOf(box, 'warden'), 'SIGKILL');
    const { code, stderr } = await ended;
    expect(code, stderr).toBe(4);
    expect(stderr).toMatch(/error\s+the warden of this run is gone/);
    expect(stderr).not.toMatch(/\n\s+at /);
    box.expectClean();
    await expectNothingToHeal(box);
  });

  it('of a shard ends the run with exit 4, healed', async () => {
    const { ended } = await insideFault(box);
    process.kill(await box.processOf(' shard-1'), 'SIGKILL');
    const { code, stdout, stderr } = await ended;
    expect(code, stderr).toBe(4);
    expect(stderr).toMatch(/error\s+shard-1 ended with SIGKILL/);
    expect(stderr).toMatch(/help\s+.*out of memory/);
    // What there is of the run is judged all the same, and says what became of it.
    expect(stdout).toMatch(/INVALID/);
    const { verdict, reasons } = box.result('run');
    expect(verdict).toBe('invalid');
    expect(reasons[0]).toMatch(/^The run broke off at .* s: shard-1 ended with SIGKILL\.$/);
    expect(readFileSync(box.path('run/log/shard-1.log'), 'utf8')).toMatch(/ended with SIGKILL/);
    box.expectClean();
    const again = await box.run('judge', 'run');
    expect([again.code, again.stdout.includes('SIGKILL')], again.stderr).toEqual([4, true]);
  });

  it('of the sim engine ends the run with exit 4 and a report of what there is', async () => {
    const { ended } = await insideDay();
    process.kill(await box.processOf('sim-engine'), 'SIGKILL');
    const { code, stdout, stderr } = await ended;
    expect(code, stderr).toBe(4);
    expect(stderr).toMatch(/error\s+the sim engine ended with SIGKILL/);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(stdout).toMatch(/INVALID/);
    expect(box.result('run').verdict).toBe('invalid');
    expect(box.json('run', 'environment.json')).toMatchObject({
      notes: expect.arrayContaining(['the sim engine ended with SIGKILL']),
    });
    box.expectClean();
  });
});

describe('Ctrl-C', () => {
  it('in the real gear undoes, reports what there is and ends with 130', async () => {
    const { child, ended } = await insideFault(box);
    child.kill('SIGINT');
    const { code, stdout, stderr } = await ended;
    expect(code, stderr).toBe(130);
    expect(stdout).toMatch(/replay/);
    expect(existsSync(box.path('run', 'result.json'))).toBe(true);
    const faults = await box.ledger('run', '--op', 'fault');
    expect(faults.map(({ fault }) => fault)).toEqual(['dark', 'dark']);
    // By the machine's clock as well, so that it can be laid beside the logs of others.
    const { zeroAt } = box.json('run', 'environment.json') as { zeroAt: string };
    for (const { t, at } of faults)
      expect(Date.parse(String(at))).toBe(Math.floor(Date.parse(zeroAt) + t));
    box.expectClean();
  });

  it('while things are brought up ends at once, with nothing left', async () => {
    box.write('held.yaml', HELD);
    const { child, ended, stderr } = box.start([...RUN_HELD, '--quiet']);
    await box.processOf('processes/warden');
    child.kill('SIGINT');
    const { code } = await ended;
    expect(code, stderr()).toBe(130);
    expect(await box.vanished()).toBeLessThan(SLACK_S);
    await expectNothingToHeal(box);
  });

  it('before anything has begun says so in one line', async () => {
    // It waits for its scenario to be written, and by then it is loaded.
    execFileSync('mkfifo', [box.path('late.yaml')]);
    const { child, ended } = box.start(['run', 'late.yaml', '--out', 'run']);
    const late = await open(box.path('late.yaml'), 'w');
    child.kill('SIGINT');
    await late.writeFile(HELD);
    await late.close();
    const { code, stdout, stderr } = await ended;
    expect([code, stdout]).toEqual([130, '']);
    expect(stderr.split('\n').slice(-2)).toEqual(['stopped by hand before the run began', '']);
  });

  it('in the sim gear does the same', async () => {
    const { child, ended } = await insideDay();
    child.kill('SIGINT');
    await expectStopped(ended);
  });

  // A terminal tells the whole group, and so the processes of the run as well.
  it.each([
    ['sim', () => insideDay()],
    ['real', () => insideFault(box)],
  ])('of a terminal in the %s gear reaches everybody, and is the same', async (_, inside) => {
    const { child, ended } = await inside();
    process.kill(-(child.pid ?? Number.NaN), 'SIGINT');
    await expectStopped(ended);
  });
});

describe('heal', () => {
  it('ends what outlived its runner, runs its undo, and spares what only has its number', async () => {
    // A process that looks like a shard of ours, and one that merely got a number of ours again.
    const ours = plant(['-e', 'setInterval(() => {}, 1000)', 'shard-process']);
    const other = plant(['-e', 'setInterval(() => {}, 1000)', 'innocent']);
    const dead = plant(['-e', '']);
    await new Promise((resolve) => dead.once('exit', resolve));
    mkdirSync(box.path('state', 'twinstorm', 'runs'), { recursive: true });
    const entry = {
      run: 'abcdef',
      directory: box.path('run'),
      runner: dead.pid,
      warden: dead.pid,
      startedAt: '2026-01-01T00:00:00.000Z',
      processes: { 'shard-0': ours.pid, target: other.pid },
      undo: [
        `touch ${box.path('first')}`,
        `test -e ${box.path('first')} || touch ${box.path('last')}`,
      ],
    };
    writeFileSync(box.path('state/twinstorm/runs/abcdef.json'), JSON.stringify(entry));
    const gone = new Promise((resolve) => ours.once('exit', resolve));
    const healed = await box.run('heal');
    expect(healed.code, healed.stderr).toBe(0);
    expect(healed.stdout).toMatch(/ended shard-0/);
    await gone;
    expect(other.exitCode).toBe(null);
    // The last undo came first: it did not find the first one's file yet.
    expect([existsSync(box.path('first')), existsSync(box.path('last'))]).toEqual([true, true]);
    expect(box.litter()).toEqual([]);
    await expectNothingToHeal(box);
  });

  it('knows a Toxiproxy and a k6 of the run by more than their names', async () => {
    const live = ['-e', 'setInterval(() => {}, 1000)', '--'];
    const proxy = ['server', '-host', '127.0.0.1', '-port', '1', '-seed', '1'];
    const ours = [
      plant([...live, ...proxy, OF_A_RUN]),
      plant([...live, 'k6', 'run', '--env', 'TWINSTORM_USERS=/run/k6/load.users.json', 'x.ts']),
    ];
    const others = [
      plant([...live, 'toxiproxy-server', '-port', '8474']),
      plant([...live, 'k6', 'run', 'x.ts']),
    ];
    const dead = plant(['-e', '']);
    const gone = Promise.all(
      [dead, ...ours].map((one) => new Promise((resolve) => one.once('exit', resolve))),
    );
    await new Promise((resolve) => dead.once('exit', resolve));
    const all = [...ours, ...others].map(({ pid }, index) => [`process-${index}`, pid]);
    const entry = {
      ...{ run: 'abcdef', directory: box.path('run'), runner: dead.pid, warden: dead.pid },
      ...{ startedAt: '2026-01-01T00:00:00.000Z', undo: [], processes: Object.fromEntries(all) },
    };
    box.write('state/twinstorm/runs/abcdef.json', JSON.stringify(entry));
    const { stdout } = await box.run('heal');
    expect([0, 1, 2, 3].filter((index) => stdout.includes(`ended process-${index},`))).toEqual([
      ...[0, 1],
    ]);
    await gone;
    expect(others.map(({ exitCode }) => exitCode)).toEqual([null, null]);
    expect(others.map(({ signalCode }) => signalCode)).toEqual([null, null]);
  });

  it('leaves a run alone that is going on', async () => {
    const { child, ended } = await insideFault(box);
    await expectNothingToHeal(box);
    expect(box.processes().length).toBeGreaterThanOrEqual(6);
    child.kill('SIGKILL');
    await ended;
  });
});

describe('--force', () => {
  it.each([
    ['sim', () => insideDay()],
    ['real', () => insideFault(box)],
  ])('leaves the directory of a run alone that goes on in the %s gear', async (_, inside) => {
    const { child, ended } = await inside();
    box.write('next.yaml', scene({}));
    const next = ['run', 'next.yaml', '--out', 'run', '--quiet'];
    for (const flags of [[], ['--force']]) {
      const refused = await box.run(...next, ...flags);
      expect(refused.code, refused.stderr).toBe(3);
      expect(refused.stderr).toContain(`still goes on, process ${child.pid}`);
      expect(refused.stderr).toMatch(/help: .*kill -INT .*--out/);
    }
    child.kill('SIGINT');
    await expectStopped(ended);
    expect(existsSync(box.path('run', HOLDER))).toBe(false);
    const forced = await box.run(...next, '--force');
    expect(forced.code, forced.stderr).toBe(0);
  });

  it('takes the place of a run whose runner was killed', async () => {
    const { child, ended } = await insideDay();
    child.kill('SIGKILL');
    await ended;
    expect(existsSync(box.path('run', HOLDER))).toBe(true);
    box.write('next.yaml', scene({}));
    const forced = await box.run('run', 'next.yaml', '--out', 'run', '--quiet', '--force');
    expect(forced.code, forced.stderr).toBe(0);
  });
});

function plant(args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, args, { stdio: 'ignore' });
  planted.push(child);
  return child;
}
