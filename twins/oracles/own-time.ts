/**
 * What the clocks of devices should have said of their readings: the time of each, and as much
 * before or behind it as the clock was set and stepped until then.
 */
import type { LedgerEntry, Plan } from '#kernel';
import { defineOracle, type OracleFold } from './oracle.ts';

declare module './oracle.ts' {
  interface Oracles {
    'own-time': OwnTimeOracle;
  }
}

export default defineOracle({
  kind: 'own-time',
  summary: 'what the clocks of devices should have said of their readings',
  scope: 'lane',
  ops: ['own-time/stepped', 'own-time/said'],
  start: ({ plan }) => new OwnTimeOracle(plan),
});

export interface Mistimed {
  t: number;
  n: number;
  stamp: number;
  expected: number;
}

export interface OwnTimeStory {
  readings: number;
  /** Of those, by a clock that told another time. */
  wrongly: number;
  mistimed: readonly Mistimed[];
}

interface Clock {
  ahead: number;
  story: { readings: number; wrongly: number; mistimed: Mistimed[] };
}

export class OwnTimeOracle implements OracleFold {
  readonly #plan: Plan;
  readonly #clocks = new Map<number, Clock>();

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  step(entry: LedgerEntry): void {
    const { t, device } = entry;
    const clock = this.#of(device);
    const fields = entry as unknown as Readonly<Record<'ahead' | 'n' | 'of' | 'stamp', number>>;
    if ((entry.op as string) === 'own-time/stepped') {
      clock.ahead = fields.ahead;
      return;
    }
    const { n, of, stamp } = fields;
    const expected = Math.max(0, of + clock.ahead);
    clock.story.readings++;
    if (expected !== of) clock.story.wrongly++;
    if (stamp !== expected) clock.story.mistimed.push({ t, n, stamp, expected });
  }

  /** Null of a device that says no times of its own. */
  of(device: number): OwnTimeStory | null {
    return this.#clocks.get(device)?.story ?? null;
  }

  #of(device: number): Clock {
    const clock = this.#clocks.get(device) ?? {
      ahead: this.#setAhead(device),
      story: { readings: 0, wrongly: 0, mistimed: [] },
    };
    this.#clocks.set(device, clock);
    return clock;
  }

  /** As its entry says. */
  #setAhead(device: number): number {
    const entry = this.#plan.entries[this.#plan.devices[device]?.entry ?? -1];
    const part = entry?.parts.find(({ kind }) => kind === 'own-time');
    return Number(part?.params.ahead ?? 0);
  }
}
