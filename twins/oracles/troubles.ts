/**
 * What kept the fleet from standing, until its steady state was judged: connections that ended
 * unplanned, attempts that came to nothing and subscriptions that were refused, counted by the
 * reason that each device wrote down.
 */
import { type LedgerEntry, type Plan, SUBSCRIPTION_REFUSED } from '#kernel';
import { isPlannedEnd, isSilentEnd } from './endings.ts';

export interface Trouble {
  kind: 'ended' | 'failed' | 'refused';
  why: string;
  count: number;
}

/** Different reasons that are kept apart; a target may make up new ones for ever. */
const REASONS_MAX = 100;

export class Troubles {
  readonly #until: number;
  readonly #byName = new Map<string, Trouble>();

  constructor({ gate }: Pick<Plan, 'gate'>) {
    this.#until = gate.at * 1000;
  }

  step(entry: LedgerEntry): void {
    if (entry.t > this.#until) return;
    if (entry.op === 'connect-failed') this.#count('failed', entry.why);
    else if (entry.op === 'offline') {
      if (!isPlannedEnd(entry.why) && !isSilentEnd(entry.why)) this.#count('ended', entry.why);
    } else if (entry.op === 'subscribed' && entry.granted >= SUBSCRIPTION_REFUSED) {
      this.#count('refused', '');
    }
  }

  /** The most frequent first, whichever segment was read before another. */
  get list(): Trouble[] {
    return [...this.#byName]
      .sort(([a, one], [b, other]) => other.count - one.count || (a < b ? -1 : 1))
      .map(([, trouble]) => trouble);
  }

  #count(kind: Trouble['kind'], why: string): void {
    const name = `${why}\n${kind}`;
    const known = this.#byName.get(name);
    if (known !== undefined) known.count++;
    else if (this.#byName.size < REASONS_MAX) this.#byName.set(name, { kind, why, count: 1 });
  }
}
