/**
 * Faults that overlap on one device, through the whole product: a latency over all, a region that
 * goes dark under it, and devices there that lose their power meanwhile. Each begins and ends in its
 * turn, each is proved although another acts beside it, and the run passes.
 */
import { expect } from 'vitest';
import type { Gear } from '#kernel';
import type { Sandbox } from './sandbox.ts';
import { scene } from './scenes.ts';

const FLEET =
  '{ id: fridges, model: cold-chain-fridge, count: 8, per: site, every: 500ms, session: persistent, keep-alive: 20s, health: signal, backoff: { base: 200ms, cap: 1s } }';
const TOPOLOGY = ['topology: { regions: { north: { sites: 1 }, south: { sites: 1 } } }'];

const compound = (name: string, chaos: readonly string[]): string =>
  scene({
    name,
    time: '{ warmup: 2s, steady: 2s, chaos: 8s, settle: 4s, drain: 2s }',
    fleet: FLEET,
    chaos,
    more: TOPOLOGY,
  });

const SLOW = '{ id: slow, at: chaos+500ms, for: 7s, fault: latency, with: { delay: 100ms } }';
const DARK = '{ id: dark, at: chaos+2s, for: 3s, fault: partition, where: { region: north } }';
const CUT =
  '{ id: cut, at: chaos+3s, for: 1s, fault: power-cut, where: { region: north, share: 60% } }';

const SCENES = {
  'dark-and-cut': [SLOW, DARK, CUT],
  'slow-and-torn': [
    SLOW,
    '{ id: narrow, at: chaos+1s, for: 6s, fault: bandwidth, with: { rate: 40kB/s } }',
    '{ id: torn, at: chaos+3s, for: 1s, fault: reset, where: { region: south } }',
  ],
  'slow-and-killed': [
    SLOW,
    '{ id: gone, at: chaos+3s, for: 1s, fault: broker-kill }',
    '{ id: shut, at: chaos+2500ms, for: 3s, fault: outage, where: { region: south } }',
  ],
};

export const COMPOUNDS = Object.keys(SCENES) as (keyof typeof SCENES)[];

export async function playCompound(
  box: Sandbox,
  name: keyof typeof SCENES,
  gear: Gear,
): Promise<string> {
  const file = `${name}-${gear}.yaml`;
  box.write(file, compound(name, SCENES[name]));
  const out = await box.unspoilt(`${name}-${gear}`, 'run', file, '--gear', gear);
  const result = box.result(out);
  expect(result.verdict).toBe('pass');
  expect(result.faults.map(({ id, effective }) => [id, effective])).toEqual(
    box.plan(out).faults.map(({ id }) => [id, true]),
  );
  const planned = box
    .plan(out)
    .faults.flatMap(({ id, from, to }) => [
      { at: from, step: `+${id}` },
      { at: to, step: `-${id}` },
    ])
    .sort((a, b) => a.at - b.at);
  expect(await stepsIn(box, out)).toEqual(planned.map(({ step }) => step));
  return out;
}

/** When each fault began and ended, as the ledger has it: `+id` and `-id`. */
async function stepsIn(box: Sandbox, out: string): Promise<string[]> {
  const lines = await box.ledger(out, '--op', 'fault');
  return lines.map(({ fault, injected }) => `${injected === true ? '+' : '-'}${fault}`);
}
