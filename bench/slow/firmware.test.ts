/** Faults of flash, broken servers and a roll-out that is steered, over sockets: judged alike. */
import { afterAll, expect, it } from 'vitest';
import { Sandbox } from '../../tests/sandbox.ts';
import { inShare } from '../../tests/share.ts';

const box = new Sandbox();
afterAll(() => box.close());
/** One of each road: the campaign over MQTT, over DDI, past broken servers, through a gateway. */
const EACH_ROAD = ['steered-roll-out', 'hawkbit-wave', 'bad-servers', 'relayed-firmware'];
/** Half an hour, one after the other: with FIRMWARE=all. */
const OTHERS = [
  'rotten-flash',
  'key-rotation',
  'delta-roll-out',
  'firmware-wave',
  'mixed-readings',
  'leaky-release',
  'model-roll-out',
  'wrong-releases',
];
const ASKED = process.env.FIRMWARE === 'all' ? [...EACH_ROAD, ...OTHERS] : EACH_ROAD;
const NAMES = ASKED.filter((name) => inShare(name));
for (const name of NAMES) box.library(name);

it.each(NAMES)('%s passes on sockets', { timeout: 600_000 }, async (name) => {
  const out = await box.unspoilt(name, 'run', `${name}.yaml`, '--gear', 'real', '--shards', '2');
  const { faults, checkers } = box.result(out);
  expect(faults.filter(({ effective }) => effective !== true)).toEqual([]);
  const firmware = checkers.filter(({ id }) => /^(ota-|inventory-true|patched)/.test(id));
  expect(firmware.length).toBeGreaterThan(6);
  expect(firmware.filter(({ verdict }) => verdict === 'fail')).toEqual([]);
});
