/**
 * What the clocks of devices should have said of their readings: the time of each, and as much
 * before or behind it as the clock was set and stepped until then. And whether that is what came:
 * what a device says it said is held against what the target has, where that was read.
 */
import { type LedgerEntry, type Plan, STAMP } from '#kernel';
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
  ops: ['own-time/stepped', 'own-time/said', 'rules/input'],
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
  /** So many were held against what the target has. */
  held: number;
  otherwise: readonly Otherwise[];
}

/** A reading that the target has with another time; null for none. */
export interface Otherwise {
  t: number;
  n: number;
  stamp: number;
  has: number | null;
}

interface Clock {
  ahead: number;
  story: { readings: number; wrongly: number; mistimed: Mistimed[] };
  /** By number, of what the device said when. */
  said: Map<number, { t: number; stamp: number }>;
  /** By number, what the target has; null for none. */
  has: Map<number, number | null>;
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
    if ((entry.op as string) === 'rules/input') {
      const has = stampIn((entry as unknown as { values: string }).values);
      // What has no room in one entry is in others, and one of them has it.
      if (has != null || (has === null && !clock.has.has(n))) clock.has.set(n, has);
      return;
    }
    clock.said.set(n, { t, stamp });
    const expected = Math.max(0, of + clock.ahead);
    clock.story.readings++;
    if (expected !== of) clock.story.wrongly++;
    if (stamp !== expected) clock.story.mistimed.push({ t, n, stamp, expected });
  }

  /** Null of a device that says no times of its own. */
  of(device: number): OwnTimeStory | null {
    const clock = this.#clocks.get(device);
    if (clock === undefined || clock.said.size === 0) return null;
    const both = [...clock.said].flatMap(([n, { t, stamp }]) => {
      const has = clock.has.get(n);
      return has === undefined ? [] : [{ t, n, stamp, has }];
    });
    const otherwise = both.filter(({ stamp, has }) => stamp !== has);
    return { ...clock.story, held: both.length, otherwise };
  }

  #of(device: number): Clock {
    const clock = this.#clocks.get(device) ?? {
      ahead: this.#setAhead(device),
      story: { readings: 0, wrongly: 0, mistimed: [] },
      ...{ said: new Map(), has: new Map() },
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

/** Null where a reading has none; undefined where nobody can read it. */
function stampIn(values: string): number | null | undefined {
  try {
    const { [STAMP]: stamp } = JSON.parse(values) as Record<string, unknown>;
    return typeof stamp === 'number' ? stamp : null;
  } catch {
    return undefined;
  }
}
