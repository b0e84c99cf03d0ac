/**
 * A fleet in which gateways carry other devices, without any gateway model yet: a plan of the
 * planner's, with `via` set by hand, that is run again.
 */
import { RunDirectory } from '#harness';
import { connectionsOf, type Gear, isCarried, type Plan } from '#kernel';
import type { Result } from '#reports';
import { planCohorts } from '../harness/plan/cohorts.ts';
import { layLanes } from '../harness/plan/roster.ts';
import type { Sandbox } from './sandbox.ts';

/** Of the planner's twelve devices every third carries the two after it. */
function carry(plan: Plan, gear: Gear): Plan {
  const devices = structuredClone(plan.devices);
  devices.forEach((device, index) => {
    if (index % 3 > 0) device.via = index - (index % 3);
  });
  layLanes(devices);
  const faults = plan.faults.map((fault) => ({
    ...fault,
    devices:
      fault.acts === 'link'
        ? connectionsOf({ devices }, fault.devices)
        : fault.devices.filter((device) => !isCarried({ devices }, device)),
  }));
  const networks = devices.map(() => null);
  return {
    ...plan,
    gear,
    devices,
    faults,
    cohorts: planCohorts(devices, networks, faults, new Map(), []),
  };
}

/** A silent link is given up well within a fault, so that there is something to come back from. */
export const CARRIED_FLEET =
  '{ id: rooms, model: room-thermostat, count: 12, every: 500ms, keep-alive: 1s, ' +
  'session: persistent, will: true, retain: status }';

export const CARRIED_MORE = ['commands: { every: 2s, to: 100%, qos: 1 }'];

export interface Played {
  plan: Plan;
  /** Its run directory. */
  into: string;
  result: Result;
}

export async function play(
  box: Sandbox,
  name: string,
  text: string,
  gears: readonly Gear[],
): Promise<Played[]> {
  box.write(`${name}.yaml`, text);
  await box.judged(0, `${name}-apart`, `${name}.yaml`);
  const played: Played[] = [];
  for (const gear of gears) {
    const plan = carry(box.plan(`${name}-apart`), gear);
    const out = `${name}-${gear}`;
    const by = new RunDirectory(box.path(`${out}-by`));
    by.create({ overwrites: false });
    by.writePlan(plan);
    const into = await box.unspoilt(out, 'replay', `${out}-by`);
    played.push({ plan, into, result: box.result(into) });
  }
  return played;
}

export const checker = ({ checkers }: Result, id: string) => checkers.find((one) => one.id === id);
