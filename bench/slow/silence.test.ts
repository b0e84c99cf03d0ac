/**
 * Who hangs or dies unasked in the midst of a run is noticed, named and cleaned up after: a shard
 * and a runner that stand still, a target of ours that nobody of ours has killed.
 */
import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SOCKET_AEDES } from '../../harness/testing/brokers.ts';
import {
  expectNothingToHeal,
  insideFault,
  killedByHand,
  pidOf,
  RUN_HELD,
} from '../../tests/held-run.ts';
import { Sandbox } from '../../tests/sandbox.ts';
import { scene } from '../../tests/scenes.ts';
import { real } from '../../tools/real.ts';

let box: Sandbox;
beforeEach(() => {
  box = new Sandbox();
});
afterEach(() => box.close());

describe('a target of ours that dies although nobody of ours killed it', () => {
  const mosquitto = real('mosquitto');

  it.for([
    ['the twin', '{ kind: embedded }', 'twins/platform/serve', 'the platform twin'],
    ['a binary', `{ process: ${mosquitto.path} }`, 'mosquitto.conf', 'mosquitto'],
  ] as const)('%s: it is told, and who told it', async ([, target, what, name], test) => {
    if (what === 'mosquitto.conf') test.skip(mosquitto.skip, mosquitto.reason);
    const time = '{ warmup: 2s, steady: 2s, chaos: 5s, settle: 2s, drain: 1s }';
    box.write('held.yaml', scene({ time, more: [`target: ${target}`] }));
    const running = box.start(RUN_HELD);
    while (!running.stderr().includes('chaos')) await pause(20);
    process.kill(await box.processOf(what), 'SIGKILL');
    const { code, stdout, stderr } = await running.ended;
    expect(code, stdout + stderr).toBe(1);
    const { verdict, checkers } = box.result('run');
    expect(verdict).toBe('fail');
    const alive = checkers.find(({ id }) => id === 'target-alive');
    expect(alive?.verdict).toBe('fail');
    expect(await box.ledger('run', '--op', 'lost')).toMatchObject([
      { why: expect.stringContaining(`${name} ended with SIGKILL`) },
    ]);
    expect(stdout).toContain(`${name} ended with SIGKILL`);
    box.expectClean();
  });
});

it('a shard that hangs is noticed by its silence, named, ended, and all is healed', async () => {
  // Nobody asks it anything for as long as the fault holds.
  const running = await insideFault(box);
  const shard = await box.processOf(' shard-1');
  process.kill(shard, 'SIGSTOP');
  const { code, stdout, stderr } = await running.ended;
  expect(code, stderr).toBe(4);
  expect(stderr).toMatch(/error\s+shard-1 said nothing for 20/);
  expect(stderr).toMatch(/log\/shard-1\.log/);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(stdout).toMatch(/INVALID/);
  const { verdict, reasons } = box.result('run');
  expect(verdict).toBe('invalid');
  expect(reasons[0]).toMatch(/^The run broke off at .* s: shard-1 said nothing for 20/);
  box.expectClean();
  await expectNothingToHeal(box);
});

it('a runner that hangs is as gone as a dead one: the lease ends, and all is healed', async () => {
  const broker = await SOCKET_AEDES.start();
  try {
    const running = await insideFault(box, killedByHand(box, broker.port));
    while (!existsSync(box.path('killed'))) await pause(20);
    process.kill(pidOf(box, 'runner'), 'SIGSTOP');
    const others = (): unknown[] =>
      box.processes().filter(({ pid }) => pid !== pidOf(box, 'runner'));
    // The warden and two shards: the broker is not ours.
    expect(others().length).toBe(3);
    while (others().length > 0) await pause(50);
    expect(existsSync(box.path('started'))).toBe(true);
    process.kill(pidOf(box, 'runner'), 'SIGCONT');
    // Awake again it finds itself without a warden.
    expect((await running.ended).code).toBe(4);
    box.expectClean();
  } finally {
    await broker.close();
  }
});
