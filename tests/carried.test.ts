/**
 * A fleet in which gateways carry other devices, without any gateway model yet: a plan of the
 * planner's, with `via` set by hand, goes through a run and is judged like any other.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { RunDirectory } from '#harness';
import { connectionsOf, isCarried, laneOf, type Plan } from '#kernel';
import type { Result } from '#reports';
import { planCohorts } from '../harness/plan/cohorts.ts';
import { layLanes } from '../harness/plan/roster.ts';
import { Sandbox } from './sandbox.ts';
import { scene } from './scenes.ts';

const box = new Sandbox();
afterAll(() => box.close());

/** Of the planner's twelve devices every third carries the two after it. */
function carry(plan: Plan): Plan {
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
    devices,
    faults,
    cohorts: planCohorts(devices, networks, faults, new Map(), []),
  };
}

const TIME = '{ warmup: 6s, steady: 4s, chaos: 8s, settle: 20s, drain: 4s }';
/** A silent link is given up well within a fault, so that there is something to come back from. */
const FLEET =
  '{ id: rooms, model: room-thermostat, count: 12, every: 500ms, keep-alive: 1s, ' +
  'session: persistent, will: true, retain: status }';

/** The scene as the planner lays it out is what is run again with carriers. */
async function carried(name: string, fault: string): Promise<{ plan: Plan; result: Result }> {
  const chaos = [`{ id: f, at: chaos+1s, for: 3s, ${fault} }`];
  const asks = ['recovered: { after: f, within: 15s }', 'presence'];
  const more = ['commands: { every: 2s, to: 100%, qos: 1 }'];
  box.write(`${name}.yaml`, scene({ name, time: TIME, fleet: FLEET, chaos, expect: asks, more }));
  await box.judged(0, `${name}-apart`, `${name}.yaml`);
  const plan = carry(box.plan(`${name}-apart`));
  const by = new RunDirectory(box.path(`${name}-by`));
  by.create();
  by.writePlan(plan);
  const { code, stdout, stderr } = await box.run('replay', `${name}-by`, '--out', name, '--quiet');
  expect(code, stdout + stderr).toBe(0);
  return { plan, result: box.result(name) };
}

const checker = ({ checkers }: Result, id: string) => checkers.find((one) => one.id === id);

describe('gateways that carry others', () => {
  it.each([
    ['an outage', 'fault: outage, where: 50%'],
    ['a partition', 'fault: partition, where: 50%'],
    ['a loss of their power', 'fault: power-cut'],
  ])('bring what is theirs to rest, also over %s', async (what, fault) => {
    const name = what.split(' ').at(-1) ?? what;
    const { plan, result } = await carried(name, fault);
    const { intended, ...classes } = result.messages;
    const { delivered, lost, refused, notSent, info } = classes;
    expect(result.verdict).toBe('pass');
    expect(delivered + lost + refused + notSent + info).toBe(intended);
    expect(delivered).toBeGreaterThan(intended * 0.8);
    expect(result.faults).toMatchObject([{ effective: true }]);
    // Of connections: four of twelve.
    expect(checker(result, 'presence')).toMatchObject({ decided: 4, undecided: 0 });
    expect(checker(result, 'recovered')?.decided).toBe(plan.faults[0]?.devices.length);

    const lines = await box.ledger(name);
    const idsOf = (op: string, stream?: string): Set<string | undefined> =>
      new Set(
        lines
          .filter((line) => line.op === op && (stream ?? line.stream) === line.stream)
          .map(({ device }) => device),
      );
    const own = plan.devices.filter((_, index) => !isCarried(plan, index)).map(({ id }) => id);
    const all = plan.devices.map(({ id }) => id);
    for (const op of ['connect', 'online', 'subscribed'])
      expect([...idsOf(op)].sort()).toEqual([...own].sort());
    for (const stream of ['telemetry', 'status', 'answer']) {
      expect([...idsOf('acked', stream)].sort()).toEqual([...all].sort());
      expect([...idsOf('observed', stream)].sort()).toEqual([...all].sort());
    }
    expect([...idsOf('received', 'command')].sort()).toEqual([...all].sort());
    const [gate, child] = plan.devices;
    expect(child?.lane).toBe(laneOf(gate?.id ?? ''));
  });
});
