/** What a part finds wrong with what is asked of it, given the entry and whom it carries. */
import { describe, expect, it } from 'vitest';
import { plan } from '../testing/planned.ts';

it('a gateway with two kinds of bus is refused, with its place', () => {
  const bus = '{ sleepy: { wakes: 3s }, lorawan: { sf: 7 } }';
  const fleet = [
    `{ id: gates, model: gateway, count: 1, per: site, parts: [{ gateway: { bus: ${bus} } }] }`,
    '{ id: kids, model: room-thermostat, count: 2, via: gates }',
  ];
  const path = 'fleet[0].parts[0].gateway.bus.lorawan';
  expect(plan({ fleet })).toMatchObject({ problems: [{ path }] });
});

describe('what a part is asked for that could do nothing is refused, with its place', () => {
  const KIDS = '{ id: kids, model: room-thermostat, count: 2, via: gates }';
  const gates = (params: string): string =>
    `{ id: gates, model: gateway, count: 1, per: site, parts: [{ gateway: ${params} }] }`;
  const rooms = (parts: string): string =>
    `{ id: rooms, model: room-thermostat, count: 2, parts: [${parts}] }`;

  it.each([
    ['[0].gateway.priorities.nobody', [gates('{ priorities: { nobody: 5 } }'), KIDS], 'entry'],
    ['[0].gateway', [rooms('{ gateway: {} }')], 'no entry speaks through'],
    ['[0].gateway.bus.loss', [gates('{ bus: { loss: 100% } }'), KIDS], 'ever heard'],
    [
      '[0].gateway.bus.sleepy.loss',
      [gates('{ bus: { sleepy: { loss: 1 } } }'), KIDS],
      'ever heard',
    ],
    [
      '[0].gateway.bus.lorawan.loss',
      [gates('{ bus: { lorawan: { loss: 1 } } }'), KIDS],
      'ever heard',
    ],
    [
      '[0].gateway.bus.lorawan.duty',
      [gates('{ bus: { lorawan: { duty: 0 } } }'), KIDS],
      'ever send',
    ],
    ['[0].cadence.most', [rooms('{ cadence: { each: 20 } }')], 'one of 20'],
    [
      '[0].cadence',
      [rooms('{ cadence: {} }, { adaptive: { calm: { temperature: 1 } } }')],
      'adaptive',
    ],
  ])('%s', (place, fleet, message) => {
    expect(plan({ fleet })).toMatchObject({
      problems: [{ path: `fleet[0].parts${place}`, message: expect.stringContaining(message) }],
    });
  });

  it('at its edges it is not', () => {
    const bus = '{ lorawan: { duty: 0.1%, loss: 99% } }';
    expect(plan({ fleet: [gates(`{ bus: ${bus}, priorities: { kids: 5 } }`), KIDS] }).ok).toBe(
      true,
    );
    expect(plan({ fleet: [rooms('{ cadence: { each: 10 } }')] }).ok).toBe(true);
  });
});
