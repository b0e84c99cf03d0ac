/**
 * What k6 says at its end of a script: its metrics, its thresholds, its checks. The summary says of
 * a threshold only where its metric had a sample; of one that had none, nothing is known.
 */
import type { Thresholds } from '../../../targets/components/k6.ts';

export interface K6Summary {
  metrics: { metric: string; values: Readonly<Record<string, number>> }[];
  thresholds: { metric: string; threshold: string; state: ThresholdState }[];
  checks: { check: string; passes: number; fails: number }[];
}

export type ThresholdState = 'held' | 'crossed' | 'unmeasured';

interface Group {
  groups?: Record<string, Group>;
  checks?: Record<string, { path?: string; name?: string; passes?: number; fails?: number }>;
}

interface Exported {
  root_group?: Group;
  metrics?: Record<string, Record<string, unknown>>;
}

/** Ours: a script that we do not know would not have it. */
const HIDDEN = 'twinstorm';

/** Of what `--summary-export` has written; null where it has written nothing. */
export function summaryOf(exported: unknown, declared: Thresholds): K6Summary {
  const { metrics = {}, root_group: root = {} } = (exported ?? {}) as Exported;
  const known = Object.entries(metrics).filter(([metric]) => metric !== HIDDEN);
  return {
    metrics: known.flatMap(([metric, said]) => {
      const values = numbersIn(said);
      return Object.keys(values).length === 0 ? [] : [{ metric, values }];
    }),
    thresholds: Object.entries(declared).flatMap(([metric, all]) =>
      all.map((threshold) => ({ metric, threshold, state: stateOf(metrics[metric], threshold) })),
    ),
    checks: checksIn(root),
  };
}

/** In this form of the summary, true says that a threshold is crossed. */
function stateOf(said: Record<string, unknown> | undefined, threshold: string): ThresholdState {
  const crossed = (said?.thresholds as Record<string, boolean> | undefined)?.[threshold];
  if (typeof crossed !== 'boolean') return 'unmeasured';
  return crossed ? 'crossed' : 'held';
}

const numbersIn = (said: Readonly<Record<string, unknown>>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(said).flatMap(([name, value]): [string, number][] =>
      typeof value === 'number' ? [[name, Math.round(value * 1000) / 1000]] : [],
    ),
  );

function checksIn({ groups = {}, checks = {} }: Group): K6Summary['checks'] {
  const own = Object.values(checks).map(({ path, name = '', passes = 0, fails = 0 }) => ({
    check: (path ?? name).replace(/^::/, '').replaceAll('::', ' · '),
    passes,
    fails,
  }));
  return [...own, ...Object.values(groups).flatMap(checksIn)];
}
