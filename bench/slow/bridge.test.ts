/**
 * Two Mosquittos with a bridge between them: the fleet speaks to the one, observers look at the
 * other, by an address of their own. When the near one dies, a standby of its region takes its
 * place.
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

/** The near broker is killed, and what comes in its place is another one, bridged or not. */
async function failedOver(isBridged: boolean) {
  const [near, far] = [await freePort(), await freePort()];
  await start('far', far);
  const bridge = (name: string): string[] => [
    ...[`connection ${name}`, `address 127.0.0.1:${far}`, 'topic # out 2', 'try_private true'],
    ...['notifications false', 'restart_timeout 1'],
  ];
  await start('near', near, bridge('region'));
  const standby = [`listener ${near} 127.0.0.1`, 'allow_anonymous true'];
  box.write('standby.conf', [...standby, ...(isBridged ? bridge('standby') : []), ''].join('\n'));
  const hands = [
    `kill: 'kill -9 ${brokers.at(-1)?.pid}'`,
    `start: '"${mosquitto.path}" -d -c "${box.path('standby.conf')}"'`,
  ];
  const target = [
    'target:',
    `  url: 'mqtt://127.0.0.1:${near}'`,
    `  observe: 'mqtt://127.0.0.1:${far}'`,
    `  hands: { ${hands.join(', ')} }`,
  ];
  const time = '{ warmup: 3s, steady: 3s, chaos: 8s, settle: 8s, drain: 3s }';
  const fleet = '{ id: rooms, model: room-thermostat, count: 8, every: 500ms }';
  const chaos = ['{ id: region-lost, at: chaos+1s, for: 3s, fault: broker-kill }'];
  box.write('failed-over.yaml', scene({ time, fleet, chaos, more: target }));
  const ended = await box.run('run', 'failed-over.yaml', '--out', 'run', '--quiet');
  return { ended, result: box.result('run') };
}

it('a region fails over to a standby, and its far end sees on', async (context) => {
  context.skip(mosquitto.skip, mosquitto.reason);
  const { ended, result } = await failedOver(true);
  expect([0, 4], ended.stdout + ended.stderr).toContain(ended.code);
  expect(result.checkers.filter(({ verdict }) => verdict === 'fail')).toEqual([]);
  expect(result.faults).toMatchObject([{ id: 'region-lost', effective: true }]);
  // What was sent after the standby took over is seen as well.
  const seen = await box.ledger('run', '--op', 'observed');
  const last = Math.max(...seen.map(({ intended }) => intended ?? 0));
  expect(last).toBeGreaterThan(18_000);
});

it('and one whose standby leads nowhere loses what that acknowledges', async (context) => {
  context.skip(mosquitto.skip, mosquitto.reason);
  const { ended, result } = await failedOver(false);
  expect(ended.code, ended.stdout + ended.stderr).toBe(1);
  const lost = result.checkers.find(({ id }) => id === 'no-acked-loss');
  expect(lost?.verdict).toBe('fail');
});
