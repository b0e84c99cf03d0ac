/**
 * Gateways that carry others, through a run in virtual time that is judged like any other; the same
 * over sockets is a slow test.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { isCarried, laneOf } from '#kernel';
import { CARRIED_FLEET, CARRIED_MORE, checker, type Played, play } from './carriers.ts';
import { Sandbox } from './sandbox.ts';
import { scene } from './scenes.ts';

const box = new Sandbox();
afterAll(() => box.close());

const TIME = '{ warmup: 6s, steady: 4s, chaos: 8s, settle: 20s, drain: 4s }';

/** The scene as the planner lays it out is what is run again with carriers. */
async function carried(name: string, fault: string): Promise<Played> {
  const chaos = [`{ id: f, at: chaos+1s, for: 3s, ${fault} }`];
  const asks = ['recovered: { after: f, within: 15s }', 'presence'];
  const text = scene({
    name,
    time: TIME,
    fleet: CARRIED_FLEET,
    chaos,
    expect: asks,
    more: CARRIED_MORE,
  });
  const [played] = await play(box, name, text, ['sim']);
  return played as Played;
}

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
