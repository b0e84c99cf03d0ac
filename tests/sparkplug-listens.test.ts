/**
 * Commands of Sparkplug go down at QoS 0, and nodes subscribe to them at QoS 1 all the same, as its
 * specification wants it (tck-id-message-flow-edge-node-ncmd-subscribe).
 */
import { afterAll, expect, it } from 'vitest';
import { Sandbox } from './sandbox.ts';

const box = new Sandbox();
afterAll(() => box.close());

const SCENE = `
twinstorm: 1
name: listens
about: Nodes and devices behind them take commands.
seed: 3
time: { warmup: 2s, steady: 2s, chaos: 2s, settle: 1s, drain: 1s }
target: { kind: embedded, dialect: sparkplug }
fleet:
  - { id: gates, model: gateway, count: 1, every: 1s, qos: 0 }
  - { id: fridges, model: cold-chain-fridge, count: 2, per: gateway, via: gates, every: 1s, qos: 0 }
  - { id: presses, model: room-thermostat, count: 1, every: 1s, qos: 0 }
commands: { every: 1s, qos: 0 }
expect: [sparkplug-kept]
`;

it('is at QoS 1, over commands that go at QoS 0', async () => {
  const file = box.write('listens.yaml', SCENE);
  const ended = await box.run('run', file, '--out', 'out', '--quiet', '--force');
  expect(ended.code, ended.stdout).toBe(0);
  const lines = await box.ledger('out', '--op', 'subscribed', '--op', 'received');
  const granted = lines.flatMap(({ op, device, granted: at }) =>
    op === 'subscribed' ? [[device, at]] : [],
  );
  expect(Object.fromEntries(granted)).toEqual({ 'gates/default-1/1': 1, 'presses/default-1/1': 1 });
  const came = lines.filter(({ op }) => op === 'received');
  expect(came.length).toBeGreaterThan(3);
  expect(came.filter(({ qos }) => qos !== 0)).toEqual([]);
});
