/** Who is watched by a probe, and by which way each goes. */
import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { PAST_EVERY_PROXY, PLAIN, type Plan } from '#kernel';
import { type ProbeParts, probesOf } from './probes.ts';

const planOf = (...ids: string[]): Plan =>
  ({
    cohorts: ids.map((id) => ({ id })),
    faults: [],
    target: { guarantees: PLAIN },
  }) as unknown as Plan;

/** Starts every probe, and says by which way each went. */
function waysOf(plan: Plan): Map<number, string> {
  const ways = new Map<number, string>();
  let now: number | null = null;
  const went = (way: string): PassThrough => {
    if (now !== null) ways.set(now, way);
    return new PassThrough();
  };
  const parts = {
    wheel: { add: () => {} },
    ledger: { write: () => 0 },
    clock: { now: () => 0 },
    links: { probe: (cohort: number) => went(`through ${cohort}`), direct: () => went('past') },
    credentials: { clientId: String, userName: String, password: String },
  } as unknown as ProbeParts;
  for (const [cohort, probe] of probesOf(plan, 'r', parts)) {
    now = cohort;
    probe.start();
    probe.end();
  }
  return ways;
}

it('sends one through the proxy of each cohort, and always one past them all', () => {
  expect(waysOf(planOf('cohort-0', 'direct', 'cohort-2'))).toEqual(
    new Map([
      [0, 'through 0'],
      [2, 'through 2'],
      [PAST_EVERY_PROXY, 'past'],
    ]),
  );
});

it('sends one past everything where there is no proxy and no fault', () => {
  expect(waysOf(planOf('direct'))).toEqual(new Map([[PAST_EVERY_PROXY, 'past']]));
});
