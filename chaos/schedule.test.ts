/** When what is injected and healed, and which faults exclude each other. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FaultPlan } from '#kernel';
import { type Conflict, conflictsOf, schedule } from './schedule.ts';

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
const bus: Partial<FaultPlan> = { fault: 'child-lost', acts: 'bus', toxics: [] };

const faults = fc
  .array(
    fc.record({
      from: fc.nat({ max: 30 }),
      length: fc.integer({ min: 1, max: 20 }),
      of: fc.constantFrom(latency, outage, target, device, bus, {}),
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
  const found = (all: readonly FaultPlan[]): Conflict[] =>
    conflictsOf(all, (kind) => kind === 'latency');
  const clash = (a: Partial<FaultPlan>, b: Partial<FaultPlan>): boolean =>
    found([plan({ id: 'a', ...a }), plan({ id: 'b', ...b })]).length > 0;

  it('finds the same pairs whatever the order, and only pairs that overlap in time', () => {
    fc.assert(
      fc.property(faults, (all) => {
        const pairs = (list: readonly FaultPlan[]): string[] =>
          found(list)
            .map(({ first, second }) => [first, second].sort().join('+'))
            .sort();
        expect(pairs([...all].reverse())).toEqual(pairs(all));
        expect(new Set(pairs(all)).size).toBe(pairs(all).length);
        for (const { first, second } of found(all)) {
          const [a, b] = [first, second].map((id) => all.find((fault) => fault.id === id));
          expect(a !== undefined && b !== undefined && a.from < b.to && b.from < a.to).toBe(true);
        }
      }),
      { seed: SEED + 2, numRuns: 300 },
    );
  });

  it('accuses nobody but two of one kind, on one thing, at one time', () => {
    fc.assert(
      fc.property(faults, (all) => {
        const pairs = found(all).map(({ first, second }) => `${first}+${second}`);
        for (const [n, b] of all.entries()) {
          for (const a of all.slice(0, n)) {
            const on = ({ cohorts: link, devices }: FaultPlan): number[] =>
              ({
                ...{ link, device: devices, bus: devices, part: devices },
                ...{ target: [0], inside: [0], behind: [0] },
              })[a.acts];
            const [met, theirs] = [on(a), on(b)];
            const meet = met.some((one) => theirs.includes(one));
            const now = a.from < b.to && b.from < a.to;
            const isTwice = a.fault === b.fault && a.fault !== 'latency';
            expect(pairs.includes(`${a.id}+${b.id}`)).toBe(isTwice && meet && now);
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

  it('lets compose what can be told apart, and refuses what is done already', () => {
    expect(clash(latency, latency)).toBe(false);
    expect(clash(latency, {})).toBe(false);
    expect(clash(latency, outage)).toBe(false);
    expect(clash({}, outage)).toBe(false);
    expect(clash({}, { fault: 'bandwidth' })).toBe(false);
    expect(clash({}, {})).toBe(true);
    const down = { type: 'bandwidth', stream: 'downstream', attributes: { rate: 0 } } as const;
    expect(clash({}, { toxics: [down] })).toBe(false);
    expect(clash(outage, outage)).toBe(true);
    expect(clash(outage, { ...outage, fault: 'another-outage' })).toBe(true);
    expect(clash(outage, { ...outage, cohorts: [1] })).toBe(false);
    expect(clash(target, {})).toBe(false);
    expect(clash(target, { ...latency, cohorts: [9] })).toBe(false);
    expect(clash(target, target)).toBe(true);
    expect(clash(target, { ...target, fault: 'another-kill' })).toBe(true);
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
    const [conflict, ...more] = found([
      plan({ id: 'north-dark', from: 1000, to: 5000 }),
      plan({ id: 'blink', from: 3000, to: 9000 }),
    ]);
    expect(more).toEqual([]);
    expect(conflict).toMatchObject({ first: 'north-dark', second: 'blink' });
    expect(conflict?.message).toBe(
      'north-dark (partition, 1s to 5s) and blink (partition, 3s to 9s) exclude each other: ' +
        'both do the same to the link of the same devices',
    );
  });
});
