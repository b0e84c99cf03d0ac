/**
 * A broker by `process:` that keeps what it has on disk: killed without warning and started again
 * by the run, it is held to the durable sessions that its preset promises.
 */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Sandbox } from '../../tests/sandbox.ts';
import { scene } from '../../tests/scenes.ts';
import { real } from '../../tools/real.ts';

let box: Sandbox;
beforeEach(() => {
  box = new Sandbox();
});
afterEach(() => box.close());

it('nats-server is started, killed, started again, and loses nothing', async (context) => {
  const { path, skip, reason } = real('nats-server');
  context.skip(skip, reason);
  const more = [
    `target: { process: ${path} }`,
    'chaos: [{ id: gone, at: chaos, for: 1s, fault: broker-kill }]',
  ];
  const file = box.write('own.yaml', scene({ more }));
  const ended = await box.run('run', file, '--gear', 'real', '--out', 'run', '--quiet');
  expect([0, 4], ended.stderr + ended.stdout).toContain(ended.code);
  const result = box.result('run');
  expect(result.checkers.filter(({ verdict }) => verdict === 'fail')).toEqual([]);
  expect(result.faults.map(({ effective }) => effective)).toEqual([true]);
  expect(box.plan('run').target).toMatchObject({
    broker: 'nats',
    guarantees: { durableSessions: true, filtersPerSession: 31, willOnTakeOver: 'none' },
  });
  box.expectClean();
});
