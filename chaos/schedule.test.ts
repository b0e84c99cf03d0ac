/** When what is injected and healed, and which faults would hide each other. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FaultPlan } from '#kernel';
import { conflictsOf, schedule } from './schedule.ts';

const SEED = 20_260_112;

const plan = (more: Partial<FaultPlan>): FaultPlan => ({
  id: 'f',
  fault: 'partition',
  from: 0,
  to: 1000,
  acts: 'link',
  cohorts: [0],
  devices: [0],
  params: {},
  proof: { kind: 'swallowed' },
  toxics: [{ type: 'bandwidth', stream: 'upstream', attributes: { rate: 0 } }],
  down: false,
  ...more,
});

const latency: Partial<FaultPlan> = {
  fault: 'latency',
  toxics: [{ type: 'latency', stream: 'upstream', attributes: { latency: 5, jitter: 0 } }],
};
const outage: Partial<FaultPlan> = { fault: 'outage', toxics: [], down: true };
const target: Partial<FaultPlan> = { fault: 'broker-kill', acts: 'target', toxics: [] };
const device: Partial<FaultPlan> = { fault: 'power-cut', acts: 'device', toxics: [] };

const faults = fc
  .array(
    fc.record({
      from: fc.nat({ max: 30 }),
      length: fc.integer({ min: 1, max: 20 }),
      of: fc.constantFrom(latency, outage, target, device, {}),
      cohorts: fc.uniqueArray(fc.nat({ max: 4 }), { maxLength: 3 }),
      devices: fc.uniqueArray(fc.nat({ max: 4 }), { maxLength: 3 }),
    }),
    { maxLength: 12 },
  )
  .map((all) =>
    all.map(({ from, length, of, cohorts, devices }, n) =>
      plan({ id: `f${n}`, from, to: from + length, cohorts, devices, ...of }),
    ),
  );

describe('schedule', () => {
  it('injects and heals every fault once, in the order of time, healing first', () => {
    fc.assert(
      fc.property(faults, (all) => {
        const steps = schedule(all);
        expect(steps).toHaveLength(all.length * 2);
        for (const fault of all) {
          const own = steps.filter((step) => step.fault === fault);
          expect(own.map(({ at, kind }) => [at, kind])).toEqual([
            [fault.from, 'inject'],
            [fault.to, 'heal'],
          ]);
        }
        for (const [index, step] of steps.entries()) {
          const before = steps[index - 1];
          if (before === undefined) continue;
          expect(before.at).toBeLessThanOrEqual(step.at);
          if (before.at === step.at && before.kind === 'inject') expect(step.kind).toBe('inject');
        }
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  it('does not depend on the order in which the faults are written', () => {
    fc.assert(
      fc.property(faults, (all) => {
        const said = (list: readonly FaultPlan[]): string[] =>
          schedule(list).map(({ at, kind, fault }) => `${at} ${kind} ${fault.id}`);
        expect(said([...all].reverse())).toEqual(said(all));
      }),
      { seed: SEED + 1, numRuns: 200 },
    );
  });

  it('heals a fault without duration after it was injected', () => {
    const steps = schedule([plan({ id: 'a', from: 5, to: 5 }), plan({ id: 'b', from: 1, to: 5 })]);
    expect(steps.map(({ kind, fault }) => `${kind} ${fault.id}`)).toEqual([
      'inject b',
      'heal b',
      'inject a',
      'heal a',
    ]);
  });
});

describe('conflictsOf', () => {
  const clash = (a: Partial<FaultPlan>, b: Partial<FaultPlan>): boolean =>
    conflictsOf([plan({ id: 'a', ...a }), plan({ id: 'b', ...b })]).length > 0;

  it('finds the same pairs whatever the order, and only pairs that overlap in time', () => {
    fc.assert(
      fc.property(faults, (all) => {
        const pairs = (list: readonly FaultPlan[]): string[] =>
          conflictsOf(list)
            .map(({ first, second }) => [first, second].sort().join('+'))
            .sort();
        expect(pairs([...all].reverse())).toEqual(pairs(all));
        expect(new Set(pairs(all)).size).toBe(pairs(all).length);
        for (const { first, second } of conflictsOf(all)) {
          const [a, b] = [first, second].map((id) => all.find((fault) => fault.id === id));
          expect(a !== undefined && b !== undefined && a.from < b.to && b.from < a.to).toBe(true);
        }
      }),
      { seed: SEED + 2, numRuns: 300 },
    );
  });

  it('lets nothing act on one device at once that hides the other', () => {
    fc.assert(
      fc.property(faults, (all) => {
        const found = conflictsOf(all).map(({ first, second }) => `${first}+${second}`);
        for (const [n, b] of all.entries()) {
          for (const a of all.slice(0, n)) {
            const stops = [a, b].some((one) => one.acts === 'link' && one.fault !== 'latency');
            const together = a.cohorts.some((cohort) => b.cohorts.includes(cohort));
            const links = a.acts === 'link' && b.acts === 'link';
            const now = a.from < b.to && b.from < a.to;
            if (links && stops && together && now) expect(found).toContain(`${a.id}+${b.id}`);
            if (links && !together) expect(found).not.toContain(`${a.id}+${b.id}`);
          }
        }
      }),
      { seed: SEED + 3, numRuns: 300 },
    );
  });

  it('lets one fault begin when another ends', () => {
    expect(clash({ to: 500 }, { from: 500 })).toBe(false);
    expect(clash({ to: 501 }, { from: 500 })).toBe(true);
  });

  it('knows what hides what', () => {
    expect(clash(latency, latency)).toBe(false);
    expect(clash(latency, {})).toBe(true);
    expect(clash(latency, outage)).toBe(true);
    expect(clash(outage, { ...outage, cohorts: [1] })).toBe(false);
    expect(clash(target, {})).toBe(true);
    expect(clash(target, { ...latency, cohorts: [9] })).toBe(true);
    expect(clash(target, target)).toBe(true);
    expect(clash(target, device)).toBe(false);
    expect(clash(device, device)).toBe(true);
    expect(clash(device, { ...device, devices: [7] })).toBe(false);
    expect(clash(device, {})).toBe(false);
  });

  it('looks at each device once, however large the fleet', () => {
    const looksAt = (count: number): number => {
      let looks = 0;
      const watched = (from: number): number[] =>
        new Proxy(
          Array.from({ length: count }, (_, k) => from + 2 * k),
          {
            get: (devices, key, self) => {
              looks++;
              return Reflect.get(devices, key, self);
            },
          },
        );
      expect(clash({ ...device, devices: watched(0) }, { ...device, devices: watched(1) })).toBe(
        false,
      );
      return looks;
    };
    expect(looksAt(1000)).toBeGreaterThan(1000);
    expect(looksAt(2000)).toBeLessThan(2.5 * looksAt(1000));
  });

  it('says who, when and why', () => {
    const [conflict, ...more] = conflictsOf([
      plan({ id: 'north-dark', from: 1000, to: 5000 }),
      plan({ id: 'blink', from: 3000, to: 9000, ...outage }),
    ]);
    expect(more).toEqual([]);
    expect(conflict).toMatchObject({ first: 'north-dark', second: 'blink' });
    expect(conflict?.message).toContain('from 3s to 5s');
  });
});
