/**
 * A fleet in which gateways carry other devices, without any gateway model yet: a plan of the
 * planner's, with `via` set by hand, goes through a run and is judged like any other.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { RunDirectory } from '#harness';
import { connectionsOf, type Gear, isCarried, laneOf, type Plan } from '#kernel';
import type { Result } from '#reports';
import { planCohorts } from '../harness/plan/cohorts.ts';
import { layLanes } from '../harness/plan/roster.ts';
import { type LedgerLine, Sandbox } from './sandbox.ts';
import { scene } from './scenes.ts';

const box = new Sandbox();
afterAll(() => box.close());

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

const TIME = '{ warmup: 6s, steady: 4s, chaos: 8s, settle: 20s, drain: 4s }';
/** A silent link is given up well within a fault, so that there is something to come back from. */
const FLEET =
  '{ id: rooms, model: room-thermostat, count: 12, every: 500ms, keep-alive: 1s, ' +
  'session: persistent, will: true, retain: status }';

const MORE = ['commands: { every: 2s, to: 100%, qos: 1 }'];

/** The scene as the planner lays it out is what is run again with carriers. */
async function carried(name: string, fault: string): Promise<Played> {
  const chaos = [`{ id: f, at: chaos+1s, for: 3s, ${fault} }`];
  const asks = ['recovered: { after: f, within: 15s }', 'presence'];
  const text = scene({ name, time: TIME, fleet: FLEET, chaos, expect: asks, more: MORE });
  const [played] = await play(name, text, ['sim']);
  return played as Played;
}

interface Played {
  plan: Plan;
  /** Its run directory. */
  into: string;
  result: Result;
}

async function play(name: string, text: string, gears: readonly Gear[]): Promise<Played[]> {
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

const checker = ({ checkers }: Result, id: string) => checkers.find((one) => one.id === id);

describe('gateways that carry others', () => {
  it.each([
    ['an outage', 'fault: outage, where: 50%'],
    ['a partition', 'fault: partition, where: 50%'],
    ['a loss of their power', 'fault: power-cut'],
  ])('bring what is theirs to rest, also over %s', async (what, fault) => {
    const name = what.split(' ').at(-1) ?? what;
    const { plan, into, result } = await carried(name, fault);
    const { intended, ...classes } = result.messages;
    const { delivered, lost, refused, notSent, info } = classes;
    expect(result.verdict).toBe('pass');
    expect(delivered + lost + refused + notSent + info).toBe(intended);
    expect(delivered).toBeGreaterThan(intended * 0.8);
    expect(result.faults).toMatchObject([{ effective: true }]);
    // Of connections: four of twelve.
    expect(checker(result, 'presence')).toMatchObject({ decided: 4, undecided: 0 });
    expect(checker(result, 'recovered')?.decided).toBe(plan.faults[0]?.devices.length);

    const lines = await box.ledger(into);
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

/** What became of each device's messages, and of who reaches the target by whom. */
async function livesIn(out: string, { devices, phases }: Plan) {
  const lines = await box.ledger(out);
  const drain = phases.find(({ name }) => name === 'drain')?.to ?? 0;
  return devices.map(({ id }, index) => {
    const own = lines.filter(({ device }) => device === id);
    const numbers = (op: string, stream: string): number[] =>
      [...new Set(of(own, op, stream).map(({ n = -1 }) => n))].sort((a, b) => a - b);
    return {
      id,
      isCarried: isCarried({ devices }, index),
      online: of(own, 'online').length,
      boots: of(own, 'boot').length,
      // Until the run takes the connections from them, carriers first.
      states: of(own, 'state').flatMap(({ state, t }) => (t < drain ? [state] : [])),
      acked: ['telemetry', 'status', 'answer'].map((stream) => numbers('acked', stream)),
      stored: ['telemetry', 'answer'].map((stream) => numbers('stored', stream)),
      unsent: numbers('not-sent', 'telemetry'),
      commands: numbers('received', 'command'),
    };
  });
}

const of = (lines: readonly LedgerLine[], op: string, stream?: string): LedgerLine[] =>
  lines.filter((line) => line.op === op && (stream ?? line.stream) === line.stream);

it('lives alike over sockets: a fault on a carrier is one on those it carries', async () => {
  // Cut and given back 150 ms from any sample and command: no outcome hangs on a race.
  const chaos = [
    '{ id: dark, at: chaos+500ms, for: 2s, fault: partition, where: 50% }',
    '{ id: gone, at: chaos+4800ms, for: 1150ms, fault: power-cut }',
  ];
  const asks = ['recovered: { after: gone, within: 7s }', 'presence'];
  const time = '{ warmup: 4s, steady: 3s, chaos: 8s, settle: 9s, drain: 3s }';
  // A silent link outlives this partition, so that a carrier is away once only.
  const fleet = FLEET.replace('500ms', '2s').replace('keep-alive: 1s', 'keep-alive: 4s');
  const text = scene({ name: 'alike', time, fleet, chaos, expect: asks, more: MORE });
  const [sim, real] = await play('alike', text, ['sim', 'real']);
  if (sim === undefined || real === undefined) throw new Error('one of the gears did not play');
  const lives = await livesIn(sim.into, sim.plan);
  expect(await livesIn(real.into, real.plan)).toEqual(lives);
  const children = lives.filter((life) => life.isCarried);
  expect(children).toHaveLength(8);
  // They keep their power, and have no way while their carrier has none.
  for (const { online, boots, states, acked } of children) {
    expect([online, boots]).toEqual([0, 1]);
    expect(states.filter((state) => state === 'connection.backoff')).toHaveLength(1);
    expect(acked[0]?.length).toBeGreaterThan(8);
  }
  for (const { result } of [sim, real]) {
    expect(result.verdict).toBe('pass');
    expect(result.faults.map(({ effective }) => effective)).toEqual([true, true]);
    expect(checker(result, 'recovered')).toMatchObject({ decided: 4, undecided: 0 });
    expect(checker(result, 'presence')).toMatchObject({ decided: 4, undecided: 0 });
  }
  box.expectClean();
});
