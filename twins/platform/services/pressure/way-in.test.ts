/**
 * The queue and the modes against models that are too simple to be wrong: a list of instants, and a
 * scan over everything that was seen so far.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Limits, readLimits } from './limits.ts';
import { type Look, type Mode, Modes } from './modes.ts';
import { TurnQueue } from './queue.ts';

const SEED = 1913;
const LIMITS: Limits = {
  ...{ capacity: 100, queue: 20, sheds: ['telemetry'], policy: 'refuse', keepOneOf: 4 },
  ...{ limitedAt: 0.5, normalAt: 0.2, holdMs: 100, readOnlyAfterMs: 500 },
};

/** Time that is moved by hand, to each timer in turn. */
class Hand {
  time = 0;
  #timers: { at: number; action: () => void }[] = [];
  now = (): number => this.time;
  after = (ms: number, action: () => void): (() => void) => {
    const timer = { at: this.time + ms, action };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer);
    };
  };
  to(until: number): void {
    for (;;) {
      const [next] = [...this.#timers].sort((a, b) => a.at - b.at);
      if (next === undefined || next.at > until) break;
      this.#timers = this.#timers.filter((one) => one !== next);
      this.time = next.at;
      next.action();
    }
    this.time = until;
  }
}

describe('the queue', () => {
  const comings = fc.array(
    fc.record({ waitMs: fc.integer({ min: 0, max: 9 }), isUrgent: fc.boolean() }),
    { maxLength: 120 },
  );

  it('lets in no more than its capacity, in order, and loses nobody', () => {
    fc.assert(
      fc.property(comings, fc.integer({ min: 0, max: 30 }), (all, commitMs) => {
        const clock = new Hand();
        const queue = new TurnQueue(clock, LIMITS, () => {});
        const entered: { index: number; at: number; came: number }[] = [];
        let done = 0;
        for (const [index, { waitMs, isUrgent }] of all.entries()) {
          clock.to(clock.time + waitMs);
          const came = clock.time;
          const enter = (committed: () => void): void => {
            entered.push({ index, at: clock.time, came });
            clock.after(commitMs, () => {
              done++;
              committed();
            });
          };
          if (isUrgent) queue.push(enter);
          else queue.put(enter);
        }
        clock.to(clock.time + 60_000);
        expect([entered.length, done, queue.depth]).toEqual([all.length, all.length, 0]);
        const urgent = entered.filter(({ index }) => all[index]?.isUrgent);
        for (const { at, came } of urgent) expect(at).toBe(came);
        const others = entered.filter(({ index }) => !all[index]?.isUrgent);
        expect(others.map(({ index }) => index)).toEqual(
          others.map(({ index }) => index).sort((a, b) => a - b),
        );
        // The naive model: none is let in sooner than the capacity allows after the one before.
        for (const [place, { at }] of others.entries()) {
          const first = others[place - 30];
          // Thirty of them take 300 ms, but for what is let in together.
          if (first !== undefined) expect(at - first.at).toBeGreaterThanOrEqual(300 - 15);
        }
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  it('lets in at the pace of its capacity, neither faster nor slower', () => {
    const clock = new Hand();
    const queue = new TurnQueue(clock, LIMITS, () => {});
    const at: number[] = [];
    for (let n = 0; n < 300; n++) {
      queue.put((committed) => {
        at.push(clock.time);
        committed();
      });
    }
    clock.to(10_000);
    expect(at).toHaveLength(300);
    for (const [n, time] of at.entries()) expect(Math.abs(time - n * 10)).toBeLessThanOrEqual(10);
  });

  it('lets nobody in while the store has all that it can bear', () => {
    const clock = new Hand();
    const queue = new TurnQueue(clock, LIMITS, () => {});
    const committed: (() => void)[] = [];
    for (let n = 0; n < 60; n++) queue.put((one) => committed.push(one));
    clock.to(10_000);
    expect([committed.length, queue.waiting, queue.depth]).toEqual([25, 35, 60]);
    expect(queue.stuckMs).toBeGreaterThan(9000);
    for (let n = 0; n < committed.length; n++) {
      committed[n]?.();
      // Told twice is told once.
      committed[n]?.();
      clock.to(clock.time + 20);
    }
    expect([committed.length, queue.depth]).toEqual([60, 0]);
  });
});

/** By looking at all that was seen: nothing is kept from one look to the next. */
function naive(looks: readonly Look[]): Mode[] {
  const modes: Mode[] = [];
  for (const [index, { now, depth, stuckMs }] of looks.entries()) {
    const before = modes.at(-1) ?? 'normal';
    const since = modes.findLastIndex((mode, at) => mode !== before && at < index) + 1;
    const isStuck = (look: Look): boolean => look.stuckMs >= 500;
    const isBetter = (look: Look): boolean =>
      before === 'limited' ? look.depth <= 4 && !isStuck(look) : !isStuck(look);
    // The look by which a mode was entered is of the mode before.
    const own = looks.slice(modes.length === 0 ? 0 : since + 1, index);
    const from = own.findLastIndex((look) => !isBetter(look)) + 1;
    const held = own[from] === undefined ? false : now - own[from].now >= 100;
    const look = { now, depth, stuckMs };
    if (before !== 'read-only' && isStuck(look)) modes.push('read-only');
    else if (before === 'normal') modes.push(depth >= 10 ? 'limited' : 'normal');
    else if (isBetter(look) && held) modes.push(before === 'limited' ? 'normal' : 'limited');
    else modes.push(before);
  }
  return modes;
}

describe('the modes', () => {
  const looks = fc.array(
    fc.record({
      waitMs: fc.integer({ min: 1, max: 60 }),
      depth: fc.constantFrom(0, 4, 5, 9, 10, 20),
      stuckMs: fc.constantFrom(0, 0, 0, 499, 500),
    }),
    { maxLength: 60 },
  );

  it('are those of a model that scans all it has seen', () => {
    fc.assert(
      fc.property(looks, (all) => {
        const modes = new Modes(LIMITS);
        let now = 0;
        const seen = all.map(({ waitMs, ...look }): Look => {
          now += waitMs;
          return { ...look, now };
        });
        const told = seen.map((look) => {
          const before = modes.mode;
          const change = modes.look(look);
          expect(change?.from ?? before).toBe(before);
          expect(change?.why ?? 'nothing').not.toBe('');
          return modes.mode;
        });
        expect(told).toEqual(naive(seen));
      }),
      { seed: SEED + 1, numRuns: 1000 },
    );
  });
});

describe('limits', () => {
  it('are taken whole, or refused by the name of what is wrong', () => {
    expect(readLimits(LIMITS)).toEqual(LIMITS);
    for (const name of Object.keys(LIMITS)) {
      const { [name as keyof Limits]: _, ...others } = LIMITS;
      expect(readLimits(others)).toMatch(new RegExp(`^${name} `));
    }
    for (const bad of [{ capacity: 0 }, { queue: 1.5 }, { limitedAt: 2 }, { policy: 'hope' }]) {
      expect(readLimits({ ...LIMITS, ...bad })).toMatch(/^\w+ is missing/);
    }
    expect(readLimits({ ...LIMITS, normalAt: 0.5 })).toMatch(/below/);
    for (const body of [null, 7, 'x', []]) expect(typeof readLimits(body)).toBe('string');
  });
});
