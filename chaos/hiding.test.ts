/** Which fault hides which: as the judge finds them undecided (reports/judging/beside.test.ts). */
import { describe, expect, it } from 'vitest';
import type { FaultPlan, ToxicSpec } from '#kernel';
import { hiddenBy } from './hiding.ts';

const toxic = (type: ToxicSpec['type'], attributes: ToxicSpec['attributes'] = {}): ToxicSpec => ({
  ...{ type, stream: 'upstream', attributes },
});

const KINDS: Readonly<Record<string, Partial<FaultPlan>>> = {
  latency: { toxics: [toxic('latency', { latency: 300, jitter: 0 })] },
  bandwidth: { toxics: [toxic('bandwidth', { rate: 20 })] },
  partition: { toxics: [toxic('bandwidth', { rate: 0 })] },
  blackhole: { toxics: [toxic('timeout', { timeout: 0 })] },
  reset: { toxics: [toxic('reset_peer', { timeout: 0 })] },
  outage: { down: true },
  kill: { acts: 'target', cohorts: [] },
  'power-cut': { acts: 'device', cohorts: [] },
};

const fault = (kind: string, from: number, to: number, cohorts = [0]): FaultPlan => ({
  ...{ id: kind, fault: kind, from, to, acts: 'link', cohorts, devices: [0], params: {} },
  ...{ proof: { kind: 'stalled' }, toxics: [], down: false },
  ...KINDS[kind],
});

const hidden = (inner: FaultPlan, ...others: FaultPlan[]): string[] =>
  hiddenBy(inner, [...others, inner]).map(({ id }) => id);

describe('all of it inside another', () => {
  const within = (inner: string): string[] =>
    Object.keys(KINDS).filter(
      (outer) => outer !== inner && hidden(fault(inner, 2, 3), fault(outer, 1, 4)).length > 0,
    );

  it.each([
    ['latency', ['partition', 'blackhole', 'reset', 'outage', 'kill']],
    ['bandwidth', ['partition', 'blackhole', 'reset', 'outage', 'kill']],
    ['partition', ['blackhole', 'reset', 'outage', 'kill']],
    ['blackhole', ['partition', 'reset', 'outage', 'kill']],
    ['reset', ['partition', 'blackhole', 'outage', 'kill']],
    ['outage', ['blackhole', 'reset', 'kill']],
    ['kill', []],
    ['power-cut', []],
  ])('%s is hidden by %j', (inner, outer) => {
    expect(within(inner)).toEqual(outer);
  });
});

describe('a part of it shows', () => {
  const slow = fault('latency', 2, 5, [0, 1]);

  it('before or after the other', () => {
    expect(hidden(slow, fault('partition', 2, 5, [0, 1]))).toEqual(['partition']);
    expect(hidden(slow, fault('partition', 3, 5, [0, 1]))).toEqual([]);
    expect(hidden(slow, fault('partition', 2, 4, [0, 1]))).toEqual([]);
  });

  it('where the other does not act', () => {
    expect(hidden(slow, fault('partition', 1, 6, [0]))).toEqual([]);
    const both = [fault('partition', 1, 6, [0]), fault('outage', 1, 6, [1, 2])];
    expect(hidden(slow, ...both)).toEqual(['partition', 'outage']);
  });
});
