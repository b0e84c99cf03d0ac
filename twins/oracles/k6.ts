/**
 * What k6 said at its end of each script of load. It is the only one who measured it, so nothing
 * can be reckoned again here; but which scripts there are, and so of which nothing was said, the
 * plan knows.
 */
import { K6_OPS, type LedgerEntry, type LoadEntry, loadsOf } from '#kernel';
import { defineOracle, type OracleFold } from './oracle.ts';

declare module './oracle.ts' {
  interface Oracles {
    k6: K6Oracle;
  }
}

export default defineOracle({
  kind: 'k6',
  summary: 'what k6 measured of each script of load, and which thresholds it found crossed',
  scope: 'fleet',
  ops: Object.keys(K6_OPS) as (keyof typeof K6_OPS)[],
  start: ({ plan }) => new K6Oracle(loadsOf(plan)),
});

export interface K6Threshold {
  metric: string;
  threshold: string;
  state: 'held' | 'crossed' | 'unmeasured';
}

export interface K6Script {
  load: string;
  /** Null where k6 did not come to its end, or never began. */
  code: number | null;
  /** When it said all this, in microseconds. */
  at: number;
  metrics: { metric: string; values: Readonly<Record<string, number>> }[];
  thresholds: K6Threshold[];
  checks: { check: string; passes: number; fails: number }[];
}

export class K6Oracle implements OracleFold {
  /** In the order of the plan. */
  readonly scripts: readonly K6Script[];

  constructor(loads: readonly LoadEntry[]) {
    this.scripts = loads.map(({ id }) => ({
      ...{ load: id, code: null, at: 0 },
      ...{ metrics: [], thresholds: [], checks: [] },
    }));
  }

  step(entry: LedgerEntry): void {
    const { op, t } = entry as { op: string; t: number };
    const told = entry as unknown as Record<string, string>;
    const script = this.scripts.find(({ load }) => load === told.load);
    if (script === undefined) return;
    const { metric = '', threshold = '', check = '' } = told;
    script.at = t;
    if (op === 'k6/ended') script.code = Number(told.code);
    else if (op === 'k6/metric') script.metrics.push({ metric, values: numbersIn(told.values) });
    else if (op === 'k6/threshold') {
      script.thresholds.push({ metric, threshold, state: told.state as K6Threshold['state'] });
    } else if (op === 'k6/check') {
      const { passes, fails } = told;
      script.checks.push({ check, passes: Number(passes), fails: Number(fails) });
    }
  }
}

/** A ledger may hold anything. */
function numbersIn(text = ''): Record<string, number> {
  try {
    const all = Object.entries(JSON.parse(text) as Record<string, unknown>);
    return Object.fromEntries(
      all.flatMap(([name, value]): [string, number][] =>
        typeof value === 'number' ? [[name, value]] : [],
      ),
    );
  } catch {
    return {};
  }
}
