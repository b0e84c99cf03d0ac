/**
 * In sim the same plan gives the same bytes. Fresh processes prove that nothing leaks from one run
 * into the next; a busy loop beside the second proves that the machine's speed is no input; another
 * seed must differ, or equal bytes would only prove that nothing is recorded. The scene has every
 * source of disorder: back-off with jitter, a latency fault with jitter, resets, a killed broker,
 * power cuts, commands, wills and faulty radios.
 */
import { spawn } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type LedgerLine, Sandbox } from './sandbox.ts';
import { scene } from './scenes.ts';

const box = new Sandbox();
afterAll(() => box.close());

const BUSY = scene({
  name: 'busy',
  time: '{ warmup: 3s, steady: 3s, chaos: 14s, settle: 4s, drain: 2s }',
  fleet:
    '{ id: fridges, model: cold-chain-fridge, count: 24, every: 700ms, qos: 1, session: persistent, will: true, retain: status, health: real, keep-alive: 4s, backoff: { base: 500ms, cap: 2s } }',
  chaos: [
    '{ id: slow, at: chaos+1s, for: 2s, fault: latency, where: 50%, with: { delay: 100ms, jitter: 50ms } }',
    '{ id: torn, at: chaos+4s, for: 1s, fault: reset }',
    '{ id: killed, at: chaos+6s, for: 2s, fault: broker-kill }',
    '{ id: dark, at: chaos+10s, for: 2s, fault: power-cut, where: 30% }',
  ],
  more: ['commands: { every: 2s, to: 50%, qos: 1 }'],
});

const WATCHED = ['plan.json', 'result.json'];

beforeAll(() => {
  box.write('busy.yaml', BUSY);
});

it('gives the same bytes in fresh processes and under load, and others for another seed', async () => {
  const first = await box.run('run', 'busy.yaml', '--out', 'a', '--quiet');
  const load = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
  const second = await box.run('run', 'busy.yaml', '--out', 'b', '--quiet');
  load.kill('SIGKILL');
  expect([first.code, second.code], first.stderr + second.stderr).toEqual([0, 0]);
  expect(box.segments('a')).toEqual(['ledger/harness.twl', 'ledger/shard-0.twl']);
  const files = [...WATCHED, ...box.segments('a')];
  const [a, b] = [box.bytes('a', files), box.bytes('b', files)];
  for (const file of files) expect(a[file]?.equals(b[file] as Buffer), file).toBe(true);

  const other = await box.run('run', 'busy.yaml', '--out', 'c', '--quiet', '--seed', '6');
  expect(other.code, other.stderr).toBe(0);
  const c = box.bytes('c', files);
  for (const file of files) expect(a[file]?.equals(c[file] as Buffer), file).toBe(false);
});

it('replays a run directory to the same bytes', async () => {
  const replayed = await box.run('replay', 'a', '--out', 'r', '--quiet');
  expect(replayed.code, replayed.stderr).toBe(0);
  const files = [...WATCHED, ...box.segments('a')];
  const [a, r] = [box.bytes('a', files), box.bytes('r', files)];
  for (const file of files) expect(a[file]?.equals(r[file] as Buffer), file).toBe(true);
});

it('leaves the intended messages of every other device alone when one is added', async () => {
  const healthy = (count: number): string =>
    scene({
      name: 'healthy',
      fleet: `{ id: rooms, model: room-thermostat, count: ${count}, every: 400ms, health: signal }`,
    });
  box.write('ten.yaml', healthy(10));
  box.write('eleven.yaml', healthy(11));
  await box.judged(0, 'ten', 'ten.yaml');
  await box.judged(0, 'eleven', 'eleven.yaml');
  const before = byDevice(await box.ledger('ten', '--op', 'sent'));
  const after = byDevice(await box.ledger('eleven', '--op', 'sent'));
  expect([before.size, after.size]).toEqual([10, 11]);
  for (const [device, messages] of before) {
    expect(messages.length).toBeGreaterThan(5);
    expect(after.get(device), device).toEqual(messages);
  }
});

/** Number, intended time and payload hash of every telemetry message, per device. */
function byDevice(lines: readonly LedgerLine[]): Map<string, string[]> {
  const devices = new Map<string, string[]>();
  for (const { device, stream, n, intended, hash } of lines) {
    if (device === undefined || stream !== 'telemetry') continue;
    devices.set(device, [...(devices.get(device) ?? []), `${n} ${intended} ${hash}`]);
  }
  return devices;
}
