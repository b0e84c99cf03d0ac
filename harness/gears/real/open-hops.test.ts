/** Each link finds its hop at once, however many there are. */
import { expect, it } from 'vitest';
import { openHops } from './open-hops.ts';
import type { RealRun } from './real-run.ts';

const COHORTS = 1000;

it('finds the hop of each cohort without a look at all of them', async () => {
  let looks = 0;
  const hop = (cohort: number, channel: string | null): object => ({
    get cohort() {
      looks++;
      return cohort;
    },
    channel,
    address: `127.0.0.1:${cohort}${channel === null ? '' : '9'}`,
  });
  const cohorts = Array.from({ length: COHORTS }, (_, cohort) => cohort);
  const remote = {
    call: async () => cohorts.flatMap((cohort) => [hop(cohort, null), hop(cohort, 'http')]),
  };
  const run = {
    plan: {
      ...{ faults: [], devices: [], parts: [], entries: [] },
      cohorts: cohorts.map(() => ({ profile: { name: 'air', radio: {} }, channels: ['http'] })),
    },
    control: { expect: async () => remote, path: '' },
    processes: { start: () => {} },
    directory: { path: '', file: () => '' },
    undo: { register: () => {} },
  } as unknown as RealRun;
  const hops = await openHops(run, () => ({ host: '127.0.0.1', port: 1, tls: null }));
  for (const cohort of cohorts) {
    expect(hops?.addressOf(cohort, null)).toBe(`127.0.0.1:${cohort}`);
    expect(hops?.addressOf(cohort, 'http')).toBe(`127.0.0.1:${cohort}9`);
  }
  expect(hops?.addressOf(COHORTS, null)).toBeUndefined();
  expect(looks).toBeLessThanOrEqual(4 * COHORTS);
});
