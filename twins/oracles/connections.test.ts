/** What random lives (connections.histories.ts) do not ask: an instant, and who is carried. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entryOf } from '../../kernel/testing/fields.ts';
import { ConnectionOracle, connectionAt } from './connections.ts';
import { testPlan } from './testing/plan.ts';

const FOREVER = Number.POSITIVE_INFINITY;

describe('the connection that stood at an instant', () => {
  it('is the one that had begun and had not ended, whenever it is asked', () => {
    // Instants at which it comes and goes, in turn.
    const turns = fc.uniqueArray(fc.nat({ max: 30 }), { maxLength: 9 });
    fc.assert(
      fc.property(turns, (drawn) => {
        const instants = drawn.toSorted((a, b) => a - b);
        const oracle = new ConnectionOracle({ devices: [] });
        instants.forEach((t, index) => {
          oracle.step(entryOf(t, index % 2 === 0 ? 'online' : 'offline', { device: 0 }));
        });
        for (let t = 0; t <= 31; t++) {
          const turned = instants.filter((one) => one <= t).length;
          const standing = turned % 2 === 0 ? undefined : instants[turned - 1];
          expect(connectionAt(oracle.of(0), t)?.from).toBe(standing);
        }
      }),
      { seed: 194, numRuns: 100 },
    );
  });
});

describe('a device that is carried', () => {
  /** Device 0 carries device 1. */
  const devices = testPlan({ devices: 2, readings: 1 }).devices.map((row, index) =>
    index === 1 ? { ...row, via: 0 } : row,
  );

  const lived = (device: number, ...states: string[]): ConnectionOracle => {
    const oracle = new ConnectionOracle({ devices });
    for (const [t, state] of states.entries()) {
      oracle.step(entryOf(t, 'state', { device, state }));
    }
    return oracle;
  };

  it('is absent while it is reset or asleep, each until that region goes on', () => {
    const states = ['power.on', 'connection.sleeping', 'power.resetting', 'connection.online'];
    expect(lived(1, ...states, 'power.on', 'power.resetting').of(1).absences).toEqual([
      { from: 1, to: 3, region: 'connection' },
      { from: 2, to: 4, region: 'power' },
      { from: 5, to: FOREVER, region: 'power' },
    ]);
    expect(lived(1, 'power.on', 'connection.online').of(1).absences).toBeUndefined();
  });

  it('goes over the connection of its carrier, which is not said to be absent', () => {
    const oracle = lived(0, 'connection.sleeping');
    oracle.step(entryOf(9, 'online', { device: 0 }));
    expect(oracle.over(1)).toBe(oracle.of(0));
    expect(oracle.over(1).connections).toHaveLength(1);
    expect(oracle.of(0).absences).toBeUndefined();
  });
});
