/** Laying links out takes one look at each device, however many cohorts there are. */
import { expect, it } from 'vitest';
import type { Plan } from '#kernel';
import { StandingLinks } from './standing.ts';
import { ManualClock } from './testing/manual-clock.ts';

const COHORTS = 300;
const EACH = 10;

it('looks at each device a few times, and names a radio by the first of its cohort', () => {
  let looks = 0;
  const profile = { name: 'air', radio: { stalls: { goodMs: 100, badMs: 100 } } };
  const device = (index: number): object => ({
    id: `d/${index}`,
    get cohort() {
      looks++;
      return Math.floor(index / EACH);
    },
  });
  const plan = {
    seed: 1,
    faults: [],
    cohorts: Array.from({ length: COHORTS }, () => ({ profile })),
    devices: Array.from({ length: COHORTS * EACH }, (_, index) => device(index)),
  } as unknown as Plan;
  const links = new StandingLinks(plan, {
    timers: new ManualClock(),
    clientIdOf: (id) => id,
    tell: () => {},
  });
  expect(links.on(COHORTS - 1, null)).not.toBeNull();
  expect(looks).toBeLessThanOrEqual(3 * COHORTS * EACH);
});
