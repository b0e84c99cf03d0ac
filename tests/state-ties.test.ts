/**
 * Faults that are tied to a state, over random lives of a device: what the ledger tells of each is
 * what a model says that has neither turns nor memory, and what watches over it agrees, and sees
 * whatever is bent.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FaultActions, FaultKind } from '#chaos';
import type { FaultPlan, LedgerEntry, StateTie } from '#kernel';
import { type FaultWindow, TimelineBuilder } from '#oracles';
import { ManualClock } from '../chaos/testing/manual-clock.ts';
import { TiedFault } from '../harness/run/tied-fault.ts';
import { entryOf } from '../kernel/testing/fields.ts';
import { type Flaw, TieWatch } from '../reports/judging/tie-watch.ts';
import { testPlan } from '../twins/oracles/testing/plan.ts';

const ARMED = { from: 100, to: 900 };
const END = 1000;
const STATES = ['ota.idle', 'ota.busy', 'ota.done'] as const;

/** When it enters which state, in milliseconds; each instant once. */
type Life = readonly (readonly [at: number, state: string])[];

const life: fc.Arbitrary<Life> = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 1, max: END - 1 }), fc.constantFrom(...STATES)), {
    selector: ([at]) => at,
    maxLength: 40,
    size: 'max',
  })
  // At the instants of the fault itself either may come first.
  .map((turns) => turns.filter(([at]) => at !== ARMED.from && at !== ARMED.to))
  .map((turns) => turns.sort(([a], [b]) => a - b));

const tie: fc.Arbitrary<StateTie> = fc
  .record({
    forMs: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 1000 })),
    ends: fc.boolean(),
    nth: fc.option(fc.integer({ min: 1, max: 4 })),
  })
  .map(({ ends, forMs, nth }) => ({
    state: 'ota.busy',
    forMs,
    ends: ends && nth === null,
    ...(nth === null ? {} : { nth }),
  }));

type Window = readonly [from: number, to: number];

/** Visit by visit: the state is entered at `at`, again or left at `next`, and left at `leftAt`. */
function model(turns: Life, { ends, forMs, nth, state }: StateTie): Window[] {
  const windows: Window[] = [];
  let free = ARMED.from;
  let entries = 0;
  turns.forEach(([at, entered], index) => {
    if (entered !== state) return;
    if (at >= ARMED.from && at < ARMED.to) entries++;
    const next = turns[index + 1]?.[0] ?? END;
    const leftAt = turns.slice(index).find(([, one]) => one !== state)?.[0] ?? END;
    const from = nth === undefined ? Math.max(at, free) : at;
    const isDue = nth === undefined || (nth === entries && windows.length === 0);
    if (!isDue || from < ARMED.from || from >= next || from >= ARMED.to) return;
    const to = Math.min(from + forMs, ends ? leftAt : END, ARMED.to);
    windows.push([from, to]);
    free = to;
  });
  return windows;
}

const faultOf = (tied: StateTie): FaultPlan =>
  ({ id: 'f', devices: [0], cohorts: [], tie: tied, toxics: [], ...ARMED }) as unknown as FaultPlan;

/** What is written while the device lives so, and how often the fault is on and off. */
async function live(turns: Life, tied: StateTie): Promise<{ entries: LedgerEntry[]; on: number }> {
  const clock = new ManualClock();
  const entries: LedgerEntry[] = [];
  let on = 0;
  const write = (op: string, fields: object): number => {
    entries.push(entryOf(clock.now() * 1000, op as never, fields as never));
    return clock.now();
  };
  const kind = {
    inject: async () => {
      on++;
      return async () => void on--;
    },
  } as unknown as FaultKind;
  const now = (): number => clock.now();
  const ports = { ledger: { write } as never, wheel: clock, actions: {} as FaultActions, now };
  const fault = new TiedFault(ports, kind, faultOf(tied), 0);
  const settled = async (): Promise<void> => {
    for (let i = 0; i < 12; i++) await Promise.resolve();
  };
  const to = async (ms: number): Promise<void> => {
    while (clock.now() < ms) {
      clock.advance(1);
      await settled();
      if (clock.now() === ARMED.from) {
        write('fault', { injected: true, fault: 'f' });
        fault.arm();
      }
      if (clock.now() === ARMED.to) {
        await fault.disarm();
        write('fault', { injected: false, fault: 'f' });
      }
    }
  };
  for (const [at, state] of turns) {
    await to(at);
    write('state', { device: 0, state });
    fault.entered(state);
    await settled();
  }
  await to(END);
  return { entries, on };
}

function told(entries: readonly LedgerEntry[], tied: StateTie) {
  const plan = { ...testPlan({ devices: 1, readings: 1 }), faults: [faultOf(tied)] };
  const builder = new TimelineBuilder(plan);
  builder.open({ schema: 'twinstorm.ledger/1', segment: 's', planSha256: '', lanes: [0] }, '');
  for (const entry of entries) builder.step(entry);
  builder.close({ damage: [], isClosed: true });
  return builder.finish();
}

/** What watches over it finds. */
function watched(entries: readonly LedgerEntry[], tied: StateTie): Flaw[] {
  const timeline = told(entries, tied);
  const [fault] = timeline.faults;
  const watch = new TieWatch(fault as FaultWindow, tied, timeline, 0);
  const flaws = entries.flatMap((entry): Flaw[] => {
    if (entry.op === 'state') return watch.entered(entry.t, entry.state);
    if (entry.op === 'struck') return watch.struck(entry.t, entry.n);
    return entry.op === 'relieved' ? watch.relieved(entry.t) : [];
  });
  return [...flaws, ...watch.end()];
}

describe('a fault that is tied to a state', () => {
  it('acts when a model says that it must, and the ledger tells so', async () => {
    let strikes = 0;
    await fc.assert(
      fc.asyncProperty(life, tie, async (turns, tied) => {
        const wanted = model(turns, tied);
        // Where its time is over as the device turns, either may come first.
        fc.pre(!turns.some(([at]) => wanted.some(([from]) => from + tied.forMs === at)));
        const { entries, on } = await live(turns, tied);
        const windows = told(entries, tied)
          .faultsOn(0)
          .map(({ from, to }): Window => [from / 1000, to / 1000]);
        strikes += windows.length;
        expect(windows).toEqual(wanted);
        expect(on).toBe(0);
        expect(watched(entries, tied)).toEqual([]);
      }),
      { seed: 12, numRuns: 2000 },
    );
    expect(strikes).toBeGreaterThan(2000);
  });

  /** A window of the ledger, bent in one of the ways in which a fault could go wrong. */
  const BENDS: Record<string, (entries: LedgerEntry[], first: number, last: number) => boolean> = {
    'is never struck': (entries, first, last) => {
      entries.splice(last, 1);
      entries.splice(first, 1);
      return true;
    },
    'is not relieved': (entries, _, last) => {
      entries.splice(last, 1);
      return true;
    },
    'is struck after it has left the state': (entries, first) => {
      const left = entries.findIndex(
        (one, at) => at > first && one.op === 'state' && one.state !== 'ota.busy',
      );
      const struck = entries[first];
      const leaves = entries[left];
      if (struck === undefined || leaves === undefined) return false;
      entries.splice(left + 1, 0, { ...struck, t: leaves.t });
      entries.splice(first, 1);
      return true;
    },
    'is struck twice': (entries, first) => {
      entries.splice(first, 0, entries[first] as LedgerEntry);
      return true;
    },
    'is relieved too late': (entries, _, last) => {
      const [relieved] = entries.splice(last, 1);
      entries.push({ ...(relieved as LedgerEntry), t: (ARMED.to + 50) * 1000 });
      return true;
    },
  };

  it.each(Object.entries(BENDS))('is seen where a device %s', async (_, bend) => {
    let bent = 0;
    await fc.assert(
      fc.asyncProperty(life, tie, async (turns, tied) => {
        const { entries } = await live(turns, tied);
        const first = entries.findIndex(({ op }) => op === 'struck');
        const last = entries.findIndex(({ op }) => op === 'relieved');
        if (first < 0 || last < 0 || !bend(entries, first, last)) return;
        bent++;
        expect(watched(entries, tied)).not.toEqual([]);
      }),
      { seed: 13, numRuns: 300 },
    );
    expect(bent).toBeGreaterThan(50);
  });
});
