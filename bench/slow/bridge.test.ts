/**
 * Two Mosquittos with a bridge between them: the fleet speaks to the one, observers look at the
 * other, by an address of their own.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { awaitListener, freePort } from '../../harness/targets/tcp-ports.ts';
import { Sandbox } from '../../tests/sandbox.ts';
import { scene } from '../../tests/scenes.ts';
import { real } from '../../tools/real.ts';

const mosquitto = real('mosquitto');
let box: Sandbox;
let brokers: ChildProcess[];
beforeEach(() => {
  box = new Sandbox();
  brokers = [];
});
afterEach(() => {
  for (const broker of brokers) broker.kill('SIGKILL');
  box.close();
});

async function start(name: string, port: number, more: readonly string[] = []): Promise<void> {
  const lines = [`listener ${port} 127.0.0.1`, 'allow_anonymous true', ...more, ''];
  const config = box.write(`${name}.conf`, lines.join('\n'));
  const args = ['-c', box.path(config)];
  brokers.push(spawn(mosquitto.path ?? '', args, { stdio: 'ignore' }));
  expect(await awaitListener('127.0.0.1', port, 30_000)).toBe(true);
}

/** A run over both, with or without the bridge. */
async function over(bridge: boolean) {
  const [near, far] = [await freePort(), await freePort()];
  await start('far', far);
  const to = ['connection far', `address 127.0.0.1:${far}`, 'topic # out 2', 'try_private true'];
  await start('near', near, bridge ? [...to, 'notifications false'] : []);
  const target = `{ url: 'mqtt://127.0.0.1:${near}', observe: 'mqtt://127.0.0.1:${far}' }`;
  const fleet = '{ id: rooms, model: room-thermostat, count: 8, every: 500ms, retain: status }';
  const more = [`target: ${target}`, 'commands: { every: 1s, to: 50%, qos: 1 }'];
  box.write('bridged.yaml', scene({ fleet, more }));
  const ended = await box.run('run', 'bridged.yaml', '--out', 'run', '--quiet');
  return { ended, result: box.result('run') };
}

it('what crosses the bridge is seen at its far end', async (context) => {
  context.skip(mosquitto.skip, mosquitto.reason);
  const { ended, result } = await over(true);
  // A slow machine may make a run invalid, which is no matter of the bridge.
  expect([0, 4], ended.stdout + ended.stderr).toContain(ended.code);
  expect(result.checkers.filter(({ verdict }) => verdict === 'fail')).toEqual([]);
  expect(result.messages.delivered).toBeGreaterThan(50);
});

it('and without a bridge nothing is, whatever the near end acknowledged', async (context) => {
  context.skip(mosquitto.skip, mosquitto.reason);
  const { ended } = await over(false);
  expect(ended.code, ended.stdout + ended.stderr).toBe(1);
  expect((await box.ledger('run', '--op', 'acked')).length).toBeGreaterThan(50);
  expect(await box.ledger('run', '--op', 'observed')).toEqual([]);
});
