/**
 * Fleets that are not like the ones of the library must get through a run all the same: what the
 * gate asks for has to be something that they can give.
 */
import { afterAll, expect, it } from 'vitest';
import { Sandbox } from './sandbox.ts';
import { scene } from './scenes.ts';

const box = new Sandbox();
afterAll(() => box.close());

const FLEETS: [what: string, fleet: string][] = [
  [
    'only fires and forgets',
    '{ id: rooms, model: room-thermostat, count: 12, every: 500ms, qos: 0 }',
  ],
  [
    'sleeps most of the time, and is awake for less than a boot takes',
    '{ id: rooms, model: room-thermostat, count: 12, every: 500ms, session: persistent, sleep: { every: 2s, awake: 300ms } }',
  ],
];

it.each(FLEETS)('a fleet that %s', async (_, fleet) => {
  const name = `fleet-${FLEETS.findIndex(([, one]) => one === fleet)}`;
  const time = '{ warmup: 6s, steady: 6s, chaos: 4s, settle: 4s, drain: 4s }';
  const chaos = ['{ id: dark, at: chaos, for: 2s, fault: partition }'];
  box.write(`${name}.yaml`, scene({ name, time, fleet, chaos }));
  const result = await box.judged(0, name, `${name}.yaml`);
  expect(result.verdict).toBe('pass');
  expect(result.messages.delivered).toBeGreaterThan(100);
});
