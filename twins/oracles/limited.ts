/**
 * In which mode each device should have been: from what it measured of itself, reading by reading,
 * and from the two limits of the plan. What it did is told by what it held back, and in which state
 * its statechart was.
 */
import { type EntryPlan, type LedgerEntry, type Plan, streamNamed } from '#kernel';
import { defineOracle } from './oracle.ts';

declare module './oracle.ts' {
  interface Oracles {
    limited: LimitedOracle;
  }
}

export default defineOracle({
  kind: 'limited',
  summary: 'in which mode devices should have been, and what they were to leave out',
  scope: 'lane',
  ops: ['limited/measured', 'not-sent', 'state'],
  start: ({ plan }) => new LimitedOracle(plan),
});

interface Wrong {
  t: number;
  n: number;
  /** What it held and should have said, or the other way round; or its mode was another. */
  what: 'held' | 'said' | 'not-limited' | 'limited';
  value: number | null;
}

export interface LimitedStory {
  readings: number;
  held: number;
  /** How often it had to go into limited mode, and out of it. */
  entered: number;
  left: number;
  wrong: readonly Wrong[];
  /** Held, and nobody accounts for it as such. */
  unaccounted: readonly number[];
}

const HELD = 'limited';

export class LimitedOracle {
  readonly #plan: Plan;
  readonly #stream: number;
  readonly #devices = new Map<number, Mode>();

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#stream = streamNamed(plan, 'telemetry')?.code ?? -1;
  }

  step(entry: LedgerEntry): void {
    const { op, t, device } = entry;
    const mode = this.#at(device);
    if (mode === null) return;
    if (op === 'state') mode.entered(entry.state);
    else if (op === 'not-sent') {
      if (entry.stream === this.#stream && entry.why === HELD) mode.accounted(entry.n);
    } else {
      const { n, value, held } = entry as unknown as { n: number; value: string; held: boolean };
      mode.measured(t, n, value === '' ? null : Number(value), held);
    }
  }

  /** Null of a device that has no limited mode. */
  of(device: number): LimitedStory | null {
    return this.#at(device)?.story() ?? null;
  }

  #at(device: number): Mode | null {
    const known = this.#devices.get(device);
    if (known !== undefined) return known;
    const rules = rulesOf(this.#plan.entries[this.#plan.devices[device]?.entry ?? -1]);
    if (rules === null) return null;
    const mode = new Mode(rules);
    this.#devices.set(device, mode);
    return mode;
  }
}

interface Rules {
  enters: number;
  leaves: number;
  factor: number;
}

function rulesOf(entry: EntryPlan | undefined): Rules | null {
  const params = entry?.parts.find(({ kind }) => kind === 'limited')?.params;
  if (params === undefined) return null;
  const { enters, leaves, factor } = params;
  return { enters: Number(enters), leaves: Number(leaves), factor: Number(factor) };
}

/** One device. */
class Mode {
  readonly #rules: Rules;
  readonly #counts = { readings: 0, held: 0, entered: 0, left: 0 };
  readonly #wrong: Wrong[] = [];
  readonly #owed = new Set<number>();
  #isLimited = false;
  /** By the word of its statechart. */
  #says = false;
  #wasTold = false;

  constructor(rules: Rules) {
    this.#rules = rules;
  }

  entered(state: string): void {
    if (state === 'limited.limited') this.#says = true;
    else if (state === 'limited.normal') this.#says = false;
  }

  accounted(n: number): void {
    this.#owed.delete(n);
  }

  measured(t: number, n: number, value: number | null, held: boolean): void {
    this.#counts.readings++;
    if (value !== null) this.#turn(value);
    // One mode too long is one mistake, however many readings it lasts.
    if (this.#says === this.#isLimited) this.#wasTold = false;
    else if (!this.#wasTold) {
      this.#wasTold = true;
      this.#wrong.push({ t, n, what: this.#isLimited ? 'not-limited' : 'limited', value });
    }
    if (held) {
      this.#counts.held++;
      this.#owed.add(n);
    }
    const isLeftOut = this.#says && n % this.#rules.factor !== 0;
    if (held !== isLeftOut) this.#wrong.push({ t, n, what: held ? 'held' : 'said', value });
  }

  story(): LimitedStory {
    return { ...this.#counts, wrong: this.#wrong, unaccounted: [...this.#owed] };
  }

  #turn(value: number): void {
    const { enters, leaves } = this.#rules;
    const sign = enters < leaves ? 1 : -1;
    if (!this.#isLimited && sign * (value - enters) <= 0) {
      this.#isLimited = true;
      this.#counts.entered++;
    } else if (this.#isLimited && sign * (value - leaves) >= 0) {
      this.#isLimited = false;
      this.#counts.left++;
    }
  }
}
