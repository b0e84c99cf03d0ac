/** Faults of flash, broken servers and a roll-out that is steered, over sockets: judged alike. */
import { afterAll, expect, it } from 'vitest';
import { Sandbox } from '../../tests/sandbox.ts';

const box = new Sandbox();
afterAll(() => box.close());
const NAMES = [
  'rotten-flash',
  'bad-servers',
  'key-rotation',
  'delta-roll-out',
  'steered-roll-out',
  'firmware-wave',
  'mixed-readings',
  'leaky-release',
  'hawkbit-wave',
  'model-roll-out',
  'wrong-releases',
  'relayed-firmware',
];
for (const name of NAMES) box.library(name);

it.each(NAMES)('%s passes on sockets', { timeout: 600_000 }, async (name) => {
  const out = await box.unspoilt(name, 'run', `${name}.yaml`, '--gear', 'real', '--shards', '2');
  const { faults, checkers } = box.result(out);
  expect(faults.filter(({ effective }) => effective !== true)).toEqual([]);
  const firmware = checkers.filter(({ id }) => /^(ota-|inventory-true|patched)/.test(id));
  expect(firmware.length).toBeGreaterThan(6);
  expect(firmware.filter(({ verdict }) => verdict === 'fail')).toEqual([]);
});
