/** A relay in a changing world: what it answers must not depend on what it was asked before. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gridEndAfter, gridMiddle, RelayLoop, startPhase } from './relay-loop.ts';

const band = { onAt: 20.5, offAt: 21.5 };

const world = (t: number) => {
  const infOff = 5 + 5 * Math.sin(gridMiddle(t) / 1e7);
  return { tauS: 900, infOff, infOn: infOff + 20, until: gridEndAfter(t) };
};

const freshLoop = () => new RelayLoop(world, band, 300, { x: 21, on: true, lag: 20 });

describe('relay loop', () => {
  test('equal to the last bit whichever samples were taken, with commands and power cuts between', () => {
    const times = fc.array(fc.integer({ min: 0, max: 20_000_000 }), { maxLength: 40 });
    fc.assert(
      fc.property(times, times, (asked, changes) => {
        const quiet = freshLoop();
        const busy = freshLoop();
        const acts = [...changes].sort((a, b) => a - b);
        const looks = [...asked].sort((a, b) => a - b);
        acts.forEach((t, index) => {
          for (const look of looks) if (look <= t) busy.at(look);
          for (const loop of [quiet, busy]) {
            if (index % 3 === 0)
              loop.setBand({ onAt: 19 + (index % 5), offAt: 20 + (index % 5) }, t);
            else loop.setPower(index % 3 === 1, t);
          }
        });
        for (const look of looks) busy.at(look);
        expect(busy.at(20_000_000)).toEqual(quiet.at(20_000_000));
      }),
      { seed: 4, numRuns: 200 },
    );
  });

  test('dt against dt/7 at common times', () => {
    const coarse = freshLoop();
    const fine = freshLoop();
    const dt = 70_000;
    for (let step = 1; step <= 1000; step++) {
      for (let part = 1; part <= 7; part++) fine.at((step - 1) * dt + part * 10_000);
      expect(fine.at(step * dt)).toEqual(coarse.at(step * dt));
    }
  });

  test('a time before the last change is answered with the state at that change', () => {
    const loop = freshLoop();
    loop.setPower(false, 500_000);
    expect(loop.at(400_000)).toEqual(loop.at(500_000));
  });

  test('starting phases spread over the whole cycle', () => {
    const states = Array.from({ length: 200 }, (_, i) => startPhase(world(0), band, i / 200));
    const share = states.filter((state) => state.on).length / 200;
    expect(share).toBeGreaterThan(0.5);
    expect(share).toBeLessThan(0.99);
    for (const { x } of states) {
      expect(x).toBeGreaterThanOrEqual(20.5 - 1e-9);
      expect(x).toBeLessThanOrEqual(21.5 + 1e-9);
    }
    const stuck = startPhase({ ...world(0), infOn: 5, infOff: 5 }, band, 0.25);
    expect(stuck).toEqual({ x: 20.75, on: false, lag: 20.75 });
  });
});
