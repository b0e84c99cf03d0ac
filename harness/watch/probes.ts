/**
 * The witnesses of a run: one probe per proxied cohort, and one for direct devices where it counts.
 */
import { type Clock, heldTo, type Plan } from '#kernel';
import type { PacingWheel } from '../fleet/pacing.ts';
import type { LedgerWriter } from '../record/ledger-writer.ts';
import type { Credentials, Links } from '../wire/links.ts';
import { loginOf } from '../wire/login.ts';
import { Probe } from './probe.ts';

/** What a publish that measures a rate carries, and what of its packet is not that. */
const RATE_BYTES = 8192;
const AROUND_BYTES = 100;

export interface ProbeParts {
  wheel: PacingWheel;
  ledger: LedgerWriter;
  clock: Clock;
  links: Pick<Links, 'probe'>;
  credentials: Credentials;
}

/** By cohort. A direct cohort is only watched where the target itself is killed. */
export function probesOf(plan: Plan, run: string, parts: ProbeParts): Map<number, Probe> {
  const { wheel, ledger, clock, links, credentials } = parts;
  const killed = plan.faults.some((fault) => fault.acts === 'target');
  return new Map(
    plan.cohorts.flatMap((cohort, index): [number, Probe][] => {
      if (cohort.id === 'direct' && !killed) return [];
      const name = `probe/${index}`;
      const ports = {
        wheel,
        ledger,
        now: () => clock.now(),
        open: () => links.probe(index),
        topic: `tw/${run}/probe/${index}`,
        rateBytes: Math.min(RATE_BYTES, heldTo(plan).packetBytes - AROUND_BYTES),
        login: loginOf(credentials, name),
      };
      return [[index, new Probe(ports, index)]];
    }),
  );
}
