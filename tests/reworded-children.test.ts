/** Children that say readings otherwise than as values are refused where nobody could read them. */
import { expect, it } from 'vitest';
import { definePart, partFamily } from '#devices';
import type { Catalog, Plan } from '#kernel';
import type { Scenario } from '#scenarios';
import edge from '../devices/parts/edge.ts';
import gateway from '../devices/parts/gateway.ts';
import { partProblems } from '../harness/plan/part-problems.ts';

const shortens = definePart({
  kind: 'shortens',
  summary: 'says it otherwise',
  rewords: true,
  start: () => ({}),
});
const plain = definePart({ kind: 'plain', summary: 'does nothing', start: () => ({}) });

const catalog = {
  of: ({ family }: { family: string }) =>
    family === partFamily.family
      ? new Map([shortens, plain, gateway, edge].map((one) => [one.kind, one] as const))
      : new Map([['thing', { signals: { level: {} }, commands: { heat: { low: 0, high: 1 } } }]]),
} as unknown as Catalog;

function told(part: string, params: object, ofChild: string): string[] {
  const scenario = {
    fleet: [
      { id: 'gates', parts: [{ part }] },
      { id: 'kids', via: 'gates', parts: [{ part: ofChild }] },
    ],
  };
  const entries = [
    { id: 'gates', model: 'thing', parts: [{ kind: part, params: { priorities: {}, ...params } }] },
    { id: 'kids', model: 'thing', parts: [{ kind: ofChild, params: {} }] },
  ];
  const devices = [
    { id: 'g', entry: 0, lane: 0 },
    { id: 'k', entry: 1, lane: 0, via: 0 },
  ];
  const plan = { entries, devices } as unknown as Plan;
  const around = { scenario: scenario as unknown as Scenario, catalog };
  return partProblems(around, plan).map(({ path, message }) => `${path}: ${message}`);
}

const register = { signal: 'level', address: 0, type: 'int16', scale: 1, offset: 0 };
const modbus = { bus: { modbus: { maps: { kids: [register] } } } };

it('a register has no place for a value that is said otherwise', () => {
  expect(told('gateway', modbus, 'shortens')).toEqual([
    'fleet[0].parts[0].gateway.bus.modbus.maps.kids: ' +
      'the part shortens of kids says readings otherwise, and a register holds values alone',
  ]);
  expect(told('gateway', modbus, 'plain')).toEqual([]);
  expect(told('gateway', { bus: { poll: 1000 } }, 'shortens')).toEqual([]);
});

it('and a loop cannot read it', () => {
  const loop = { reads: 'level', switches: 'heat', setpoint: 20 };
  expect(told('edge', loop, 'shortens')).toEqual([
    'fleet[0].parts[0].edge: ' +
      'the part shortens of kids says readings otherwise, and the loop reads values alone',
  ]);
  expect(told('edge', loop, 'plain')).toEqual([]);
});
