/** Whose messages count as a bystander's, and from which instant to which. */
import { describe, expect, it } from 'vitest';
import type { FaultPlan } from '#kernel';
import { faultPlan, healthy, type Story, TELEMETRY, tellFault } from '../testing/story.ts';
import blastRadius from './blast-radius.ts';

/**
 * Device 0 has a reading at every full second, 2 and 3 have theirs 20 and 30 ms later; each of the
 * faults is on device 1.
 */
function beside(...windows: readonly Partial<FaultPlan>[]): Story {
  const faults = windows.map((window, index) =>
    faultPlan(`f${index}`, {
      devices: [1],
      proof: { kind: 'delayed', delayMs: 100, jitterMs: 0 },
      ...window,
    }),
  );
  const expectations = [{ checker: 'blast-radius', params: { factor: 2, loss: 0.01 } }];
  const story = healthy({ faults, expect: expectations });
  for (const { id } of faults) tellFault(story, id);
  return story;
}

const decidedOf = (story: Story): number => story.ask(blastRadius).decided;

describe('of untouched devices', () => {
  it('what was due in the window of a fault counts, from its first instant up to its last', () => {
    expect(decidedOf(beside({ from: 7000, to: 10_000 }))).toBe(9);
    expect(decidedOf(beside({ from: 7000.001, to: 10_000 }))).toBe(8);
    expect(decidedOf(beside({ from: 7000, to: 10_000.001 }))).toBe(10);
  });

  it('every fault has a window of its own', () => {
    const twice = (): Story => beside({ from: 7000, to: 9000 }, { from: 12_000, to: 13_000 });
    expect(decidedOf(twice())).toBe(9);
    const vanished = twice().drop(
      ({ op, fields: { device, stream, n } }) =>
        op === 'stored' && device === 2 && stream === TELEMETRY && n === 11,
    );
    expect(vanished.ask(blastRadius)).toMatchObject({
      verdict: 'fail',
      findings: [
        { message: expect.stringMatching(/88\.89 % arrived during faults, 100 % before/) },
      ],
    });
  });

  it('what was due while the target was dead does not, nor for ten seconds after', () => {
    const dead = (to: number): Story =>
      beside({ from: 14_000, to: 16_000 })
        .add('target', 3000, { is: 'killed' })
        .add('target', to, { is: 'accepting' });
    expect(decidedOf(dead(4000))).toBe(6);
    expect(decidedOf(dead(4000.001))).toBe(5);
    const later = (from: number): Story =>
      beside({ from: 7000, to: 10_000 })
        .add('target', from, { is: 'killed' })
        .add('target', from + 100, { is: 'accepting' });
    expect(decidedOf(later(9000))).toBe(6);
    expect(decidedOf(later(9000.001))).toBe(7);
  });
});
