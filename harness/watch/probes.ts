/**
 * The witnesses of a run: one probe per proxied cohort, and one that goes past every proxy. Only
 * the latter can tell a target that is gone from a way to it that is.
 */
import type { Duplex } from 'node:stream';
import { bulkBytesOf, type Clock, PAST_EVERY_PROXY, type Plan } from '#kernel';
import type { PacingWheel } from '../fleet/pacing.ts';
import type { LedgerWriter } from '../record/ledger-writer.ts';
import type { Credentials, Links } from '../wire/links.ts';
import { loginOf } from '../wire/login.ts';
import { Probe } from './probe.ts';

export interface ProbeParts {
  wheel: PacingWheel;
  ledger: LedgerWriter;
  clock: Clock;
  links: Pick<Links, 'probe' | 'direct'>;
  credentials: Credentials;
}

/** What the one past every proxy is called on the wire; the others have a number. */
export const DIRECT_PROBE = 'direct';

/** By cohort. */
export function probesOf(plan: Plan, run: string, parts: ProbeParts): Map<number, Probe> {
  const { wheel, ledger, clock, links, credentials } = parts;
  const probe = (cohort: number, word: number | string, open: () => Duplex): [number, Probe] => {
    const ports = {
      wheel,
      ledger,
      now: () => clock.now(),
      open,
      topic: `tw/${run}/probe/${word}`,
      rateBytes: bulkBytesOf(plan),
      login: loginOf(credentials, `probe/${word}`),
    };
    return [cohort, new Probe(ports, cohort)];
  };
  const proxied = plan.cohorts.flatMap(({ id }, index) =>
    id === 'direct' ? [] : [probe(index, index, () => links.probe(index))],
  );
  return new Map([...proxied, probe(PAST_EVERY_PROXY, DIRECT_PROBE, () => links.direct())]);
}
