/**
 * The small parts that a fleet's honesty rests on, held against naive models: the wheel that fires
 * on time and never early, the outbox that loses only what it says, the cap on handshakes, the live
 * counts.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Clock } from '#kernel';
import { Handshakes } from './handshakes.ts';
import { Outbox, type Outgoing } from './outbox.ts';
import { PacingWheel } from './pacing.ts';
import { addSnapshots, percentileOf, Tally } from './tally.ts';

/** A clock of one heap, which also counts how many timers are armed at one time. */
class HandClock implements Clock {
  #now = 0;
  #timers: { at: number; action: () => void }[] = [];
  most = 0;

  now(): number {
    return this.#now;
  }

  after(delayMs: number, action: () => void): () => void {
    const timer = { at: this.#now + delayMs, action };
    this.#timers.push(timer);
    this.most = Math.max(this.most, this.#timers.length);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Time passes and nothing runs. */
  hold(ms: number): void {
    this.#now += ms;
  }

  runTo(end: number): void {
    for (;;) {
      this.#timers.sort((a, b) => a.at - b.at);
      const [next] = this.#timers;
      if (next === undefined || next.at > end) break;
      this.#timers.shift();
      this.#now = Math.max(this.#now, next.at);
      next.action();
    }
    this.#now = end;
  }
}

describe('the pacing wheel', () => {
  const item = fc.record({
    due: fc.nat({ max: 2000 }),
    repeats: fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 4 }),
    cancelled: fc.boolean(),
  });

  it('fires everything in the first quantum at or after its time, by one timer', () => {
    fc.assert(
      fc.property(
        fc.array(item, { maxLength: 60 }),
        fc.constantFrom(1, 10, 20),
        (items, quantum) => {
          const clock = new HandClock();
          const wheel = new PacingWheel(clock, quantum);
          const fired: number[][] = items.map(() => []);
          const due = items.map(({ due }) => [due]);
          items.forEach(({ due: first, repeats, cancelled }, i) => {
            let turn = 0;
            const cancel = wheel.add(first, {
              fire: (now) => {
                fired[i]?.push(now);
                const wait = repeats[turn++];
                if (wait === undefined) return Infinity;
                // A second firing never falls into the same quantum.
                due[i]?.push(Math.max(now + wait, now + quantum));
                return now + wait;
              },
            });
            if (cancelled) cancel();
          });
          clock.runTo(20_000);
          expect(clock.most).toBeLessThanOrEqual(1);
          items.forEach(({ repeats, cancelled }, i) => {
            expect(fired[i]).toHaveLength(cancelled ? 0 : 1 + repeats.length);
            fired[i]?.forEach((at, k) => {
              const wanted = due[i]?.[k] ?? 0;
              expect(at).toBeGreaterThanOrEqual(wanted);
              expect(at - wanted).toBeLessThan(quantum);
              expect(at % quantum).toBe(0);
            });
          });
        },
      ),
      { seed: 31, numRuns: 200 },
    );
  });

  it('counts a delay from the quantum in which it is asked for', () => {
    const firedAfter = (askedAt: number, delay: number): number => {
      const clock = new HandClock();
      const wheel = new PacingWheel(clock, 10);
      let fired = -1;
      clock.runTo(askedAt);
      wheel.after(delay, () => {
        fired = clock.now();
      });
      clock.runTo(1000);
      return fired;
    };
    // An answer that took a socket two milliseconds puts nothing off.
    for (const askedAt of [200, 202, 209.9]) {
      expect(firedAfter(askedAt, 50)).toBe(250);
      expect(firedAfter(askedAt, 55)).toBe(260);
    }
    expect(firedAfter(209.9, 0)).toBe(209.9);
    expect(firedAfter(210, 50)).toBe(260);
  });

  it('tells the instant of the quantum, or the time itself when that is long past', () => {
    const clock = new HandClock();
    const wheel = new PacingWheel(clock, 10);
    const told: number[] = [];
    const note = {
      fire: (at: number) => {
        told.push(at);
        return Number.POSITIVE_INFINITY;
      },
    };
    for (const due of [100, 110]) wheel.add(due, note);
    // Somebody else keeps the process busy from 95 to 112.5.
    clock.after(95, () => clock.hold(17.5));
    clock.runTo(200);
    expect(told).toEqual([112.5, 110]);
  });

  it.each([0, 99, 100, 101])('fires what asks for %i ms again in the next quantum', (again) => {
    const clock = new HandClock();
    const wheel = new PacingWheel(clock, 10);
    const told: number[] = [];
    wheel.add(100, {
      fire: (at) => {
        told.push(at);
        return told.length < 3 ? again : Number.POSITIVE_INFINITY;
      },
    });
    clock.runTo(500);
    expect(told).toEqual([100, 110, 120]);
  });

  it('fires nothing after it was stopped', () => {
    const clock = new HandClock();
    const wheel = new PacingWheel(clock, 10);
    let fired = 0;
    wheel.after(50, () => fired++);
    wheel.stop();
    wheel.after(50, () => fired++);
    clock.runTo(1000);
    expect(fired).toBe(0);
  });
});

describe('the outbox', () => {
  const message = (n: number): Outgoing => ({
    stream: 0,
    n,
    intended: 0,
    hash: 0,
    topic: '',
    payload: new Uint8Array(),
    qos: 1,
    retain: false,
    wired: false,
    epoch: 1,
    values: null,
    next: null,
  });

  it.each(['oldest', 'newest'] as const)('drops the %s, and nothing without saying so', (drop) => {
    const steps = fc.array(fc.constantFrom('put', 'put', 'put', 'take', 'clear'), {
      maxLength: 400,
    });
    fc.assert(
      fc.property(fc.nat({ max: 20 }), steps, (limit, script) => {
        const box = new Outbox(limit, drop);
        let model: number[] = [];
        let n = 0;
        for (const step of script) {
          if (step === 'put') {
            const gone = box.put(message(++n))?.n;
            model.push(n);
            const over = model.length > limit;
            const expected = !over ? undefined : drop === 'oldest' ? model.shift() : model.pop();
            expect(gone).toBe(expected);
          } else if (step === 'take') expect(box.take()?.n).toBe(model.shift());
          else {
            expect(box.clear().map((one) => one.n)).toEqual(model);
            model = [];
          }
        }
      }),
      { seed: 32 },
    );
  });
});

describe('handshakes', () => {
  it('are capped while warming up, in order, and free once warm', () => {
    let warm = false;
    const gate = new Handshakes(3, () => warm);
    const begun: number[] = [];
    for (let k = 0; k < 10; k++) gate.begin(() => begun.push(k));
    expect(begun).toEqual([0, 1, 2]);
    gate.end();
    expect(begun).toEqual([0, 1, 2, 3]);
    warm = true;
    gate.begin(() => begun.push(99));
    gate.end();
    expect([...begun].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 99]);
  });

  it('pass over a whole fleet that no longer wants to connect, in order', () => {
    const gate = new Handshakes(1, () => false);
    const begun: number[] = [];
    gate.begin(() => begun.push(0));
    for (let k = 1; k <= 100_000; k++) {
      gate.begin(() => {
        begun.push(k);
        gate.end();
      });
    }
    gate.begin(() => begun.push(100_001));
    gate.begin(() => begun.push(100_002));
    gate.end();
    expect(begun.length).toBe(100_002);
    expect(begun.every((k, at) => k === at)).toBe(true);
    gate.end();
    expect(begun.at(-1)).toBe(100_002);
  });
});

describe('the tally', () => {
  const event = fc.record({
    kind: fc.constantFrom('acked', 'observed'),
    device: fc.nat({ max: 3 }),
    stream: fc.nat({ max: 1 }),
    n: fc.nat({ max: 20 }),
    latency: fc.integer({ min: 0, max: 3000 }),
  });

  it('counts as plain sets do', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 300 }), (events) => {
        const tally = new Tally(4);
        const acked = new Set<string>();
        const seen = new Set<string>();
        let [duplicates, late] = [0, 0];
        for (const { kind, device, stream, n, latency } of events) {
          const key = `${device}/${stream}/${n}`;
          if (kind === 'acked') {
            tally.noteAcked(device, stream, n);
            acked.add(key);
          } else {
            tally.noteObserved(device, stream, n, latency);
            if (seen.has(key)) duplicates++;
            else if (latency > 1000) late++;
            seen.add(key);
          }
        }
        expect(tally.snapshot()).toMatchObject({
          duplicates,
          late,
          observed: seen.size,
          missing: [...acked].filter((key) => !seen.has(key)).length,
        });
      }),
      { seed: 33 },
    );
  });

  it('begins with nothing, and counts as late what took more than a second', () => {
    const tally = new Tally(4);
    const { devices, latency, ...counts } = tally.snapshot();
    expect([devices, latency.reduce((a, b) => a + b, 0)]).toEqual([4, 0]);
    expect(Object.entries(counts).filter(([, count]) => count !== 0)).toEqual([]);
    for (const [n, ms] of [0, 999.9, 1000, 1000.1].entries()) tally.noteObserved(0, 0, n, ms);
    expect(tally.snapshot()).toMatchObject({ observed: 4, late: 1 });
  });

  it('knows percentiles to a bucket of 5 %, also over shards', () => {
    const delays = fc.array(fc.double({ min: 0.2, max: 60_000, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(delays, fc.constantFrom(0.5, 0.9, 0.99), (latencies, share) => {
        const tallies = [new Tally(1), new Tally(1)];
        latencies.forEach((latency, n) => {
          tallies[n % 2]?.noteObserved(0, 0, n, latency);
        });
        const { latency } = addSnapshots(tallies.map((tally) => tally.snapshot()));
        const sorted = latencies.toSorted((a, b) => a - b);
        const exact = sorted[Math.max(0, Math.ceil(sorted.length * share - 1e-9) - 1)] ?? 0;
        const told = percentileOf(latency, share) ?? 0;
        expect(told / exact).toBeGreaterThan(0.999);
        expect(told / exact).toBeLessThan(1.051);
      }),
      { seed: 34 },
    );
    expect(percentileOf(new Tally(1).snapshot().latency, 0.5)).toBe(null);
  });
});
