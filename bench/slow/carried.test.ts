/**
 * Gateways that carry others live alike in both gears: whatever befalls a carrier befalls those it
 * carries, over sockets as in virtual time.
 */
import { afterAll, expect, it } from 'vitest';
import { isCarried, type Plan } from '#kernel';
import { CARRIED_FLEET, CARRIED_MORE, checker, play } from '../../tests/carriers.ts';
import { type LedgerLine, Sandbox } from '../../tests/sandbox.ts';
import { scene } from '../../tests/scenes.ts';

const box = new Sandbox();
afterAll(() => box.close());

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
  const fleet = CARRIED_FLEET.replace('500ms', '2s').replace('keep-alive: 1s', 'keep-alive: 4s');
  const text = scene({ name: 'alike', time, fleet, chaos, expect: asks, more: CARRIED_MORE });
  const [sim, real] = await play(box, 'alike', text, ['sim', 'real']);
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
