/**
 * Children that fall off the bus of their gateway, through whole runs: what they would have said
 * comes afterwards or is gone, as declared, and the gateway says who is lost and who is there.
 */
import { afterAll, describe, expect, it } from 'vitest';
import type { LedgerLine } from './sandbox.ts';
import { Sandbox } from './sandbox.ts';
import { scene } from './scenes.ts';

const box = new Sandbox();
afterAll(() => box.close());

const FLEET =
  '{ id: gates, model: gateway, count: 2, every: 1s, session: persistent, keep-alive: 4s, ' +
  'parts: [{ gateway: { bus: { poll: 250ms, misses: 3 } } }] }\n' +
  '  - { id: kids, model: room-thermostat, count: 3, per: gateway, via: gates, every: 500ms }';
const TIME = '{ warmup: 3s, steady: 3s, chaos: 8s, settle: 5s, drain: 3s }';

async function lost(meanwhile: string): Promise<{ lines: LedgerLine[]; ids: Set<string> }> {
  const chaos = [
    `{ id: off, at: chaos+1s, for: 4s, fault: child-lost, with: { meanwhile: ${meanwhile} }, where: { device: kids/default-1/1 } }`,
  ];
  const text = scene({
    name: 'bus',
    time: TIME,
    fleet: FLEET,
    chaos,
    expect: ['gateway-children'],
  });
  box.write('bus.yaml', text);
  const out = `bus-${meanwhile}`;
  const result = await box.judged(0, out, 'bus.yaml', '--gear', 'sim');
  expect(result.faults).toMatchObject([{ fault: 'child-lost', effective: true }]);
  const lines = await box.ledger(out);
  const struck = lines.filter(({ op }) => op === 'struck').map(({ device }) => device ?? '');
  return { lines, ids: new Set(struck) };
}

const about = (lines: readonly LedgerLine[], op: string, ids: ReadonlySet<string>): LedgerLine[] =>
  lines.filter((line) => line.op === op && ids.has(String(line.child ?? line.device)));

describe('a child that is off the bus', () => {
  it('says afterwards what it kept, each reading with its own time', async () => {
    const { lines, ids } = await lost('keeps');
    expect(ids.size).toBe(1);
    expect(lines.filter(({ why }) => why === 'off-bus')).toEqual([]);
    const acked = about(lines, 'acked', ids).filter(({ stream }) => stream === 'telemetry');
    const numbers = acked.map(({ n }) => n ?? -1);
    expect(numbers).toEqual(numbers.map((_, at) => (numbers[0] ?? 0) + at));
  });

  it('or has lost it, where that is declared, and nothing else', async () => {
    const { lines, ids } = await lost('loses');
    const gone = lines.filter(({ why }) => why === 'off-bus');
    // Four seconds, two readings each.
    expect(gone.length).toBeGreaterThanOrEqual(7);
    expect(gone.length).toBeLessThanOrEqual(9);
    expect(new Set(gone.map(({ device }) => device))).toEqual(ids);
  });

  it('is told lost after three questions and there again after one, and nobody else is', async () => {
    const { lines, ids } = await lost('keeps');
    const [struck] = about(lines, 'struck', ids);
    const since = struck?.t ?? 0;
    const told = lines.filter(({ op, t }) => op === 'gateway/told' && t >= since);
    expect(told.map(({ lost }) => lost)).toEqual([true, false]);
    expect(new Set(told.map(({ child }) => child)).size).toBe(1);
  });
});
