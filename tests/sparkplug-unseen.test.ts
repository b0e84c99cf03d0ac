/**
 * Births of Sparkplug go at QoS 0. Where a fault swallows them, and nobody ever sees them, the nodes
 * are as honest as before, long after the fault is over.
 */
import { afterAll, expect, it } from 'vitest';
import { Sandbox } from './sandbox.ts';

const box = new Sandbox();
afterAll(() => box.close());

const SCENE = `
twinstorm: 1
name: unseen-births
about: Nodes connect again while their births are swallowed.
seed: 5
time: { warmup: 4s, steady: 2s, chaos: 12s, settle: 8s, drain: 2s }
target: { kind: embedded, dialect: sparkplug }
fleet:
  - { id: gates, model: gateway, count: 3, every: 1s, qos: 0, backoff: { base: 300ms, cap: 1s } }
  - { id: fridges, model: cold-chain-fridge, count: 2, per: gateway, via: gates, every: 1s, qos: 0 }
chaos:
  - id: drops
    at: chaos+1s
    for: 4s
    fault: packet-drop
    with: { packet: PUBLISH, direction: up, topic: 'spBv1.0/+/NBIRTH/#' }
    where: { entry: gates }
  - { id: resets, at: chaos+2s, for: 1s, fault: reset, where: { entry: gates } }
expect: [sparkplug-kept]
`;

it('is no finding', async () => {
  const file = box.write('unseen.yaml', SCENE);
  const ended = await box.run('run', file, '--out', 'out', '--quiet', '--force');
  const births = (await box.ledger('out', '--op', 'sparkplug/seen')).filter(
    ({ type }) => type === 'NBIRTH',
  );
  expect(births).toHaveLength(3);
  const onlines = await box.ledger('out', '--op', 'online');
  expect(new Set(onlines.map(({ device }) => device)).size).toBe(3);
  expect(onlines.length).toBeGreaterThanOrEqual(6);
  expect(ended.code, ended.stdout).toBe(0);
});
