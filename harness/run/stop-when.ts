/**
 * The conditions under which a run is halted: a figure beyond its bound for as long as the rule
 * says. A figure that comes back in between starts anew.
 */
import { connectionCount, formatDuration, type Plan } from '#kernel';
import { percentileOf, type TallySnapshot } from '../fleet/tally.ts';
import { connectedShare, percent } from './figures.ts';

type Rule = Plan['stopWhen'][number];

export class StopWhen {
  readonly #rules: readonly Rule[];
  readonly #connections: number;
  /** Since when a rule's condition holds, by the rule's place. */
  readonly #held = new Map<number, number>();

  constructor(plan: Pick<Plan, 'stopWhen' | 'devices'>) {
    this.#rules = plan.stopWhen;
    this.#connections = connectionCount(plan);
  }

  /** Why the run is to be halted now, or null. */
  look(snapshot: TallySnapshot, now: number): string | null {
    const figures = {
      connected: connectedShare(snapshot, this.#connections),
      lost: snapshot.missing,
      p99: percentileOf(snapshot.latency, 0.99) ?? 0,
    };
    let why: string | null = null;
    this.#rules.forEach((rule, index) => {
      if (!holds(rule, figures[rule.metric])) {
        this.#held.delete(index);
        return;
      }
      const since = this.#held.get(index) ?? now;
      this.#held.set(index, since);
      if (now - since >= rule.forMs) why ??= reasonOf(rule);
    });
    return why;
  }
}

const holds = ({ below, above }: Rule, figure: number): boolean =>
  (below !== null && figure < below) || (above !== null && figure > above);

function reasonOf({ metric, below, above, forMs }: Rule): string {
  const bound =
    below !== null ? `below ${boundOf(metric, below)}` : `above ${boundOf(metric, above ?? 0)}`;
  return `${metric} was ${bound} for ${formatDuration(forMs)}`;
}

function boundOf(metric: Rule['metric'], value: number): string {
  if (metric === 'connected') return percent(value);
  return metric === 'p99' ? formatDuration(value) : String(value);
}
