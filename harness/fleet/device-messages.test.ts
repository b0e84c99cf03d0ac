/** A device keeps no more on the wire than the target declares that it holds of one session. */
import { expect, it } from 'vitest';
import { type DevicePlan, type EntryPlan, SEND_WINDOW } from '#kernel';
import { testPlan } from '../../twins/oracles/testing/plan.ts';
import { DeviceMessages } from './device-messages.ts';
import type { FleetContext } from './fleet-context.ts';

function publishedTo(inflightLimit: number): number {
  const plan = testPlan({ devices: 1, readings: 1 });
  plan.target.guarantees.inflightLimit = inflightLimit;
  const [device, entry] = [plan.devices[0] as DevicePlan, plan.entries[0] as EntryPlan];
  entry.buffer.limit = 100;
  const fleet = {
    plan,
    clock: { now: () => 0, after: () => () => {} },
    tally: { intended: 0 },
    dialect: { encode: () => ({ topic: 't', payload: Buffer.of(1), qos: 2, retain: false }) },
  } as unknown as FleetContext;
  const messages = new DeviceMessages(fleet, 0, device, entry);
  for (let n = 0; n < 100; n++) messages.put(messages.make({ stream: 0, n, values: {} }, 1));
  let published = 0;
  messages.pump({ publish: () => ++published > 0 });
  return published;
}

it.each([
  [20, 20],
  [1, 1],
  [1000, SEND_WINDOW],
])('towards a target that holds %i of a session it is %i', (limit, window) => {
  expect(publishedTo(limit)).toBe(window);
});
