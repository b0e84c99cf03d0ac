/** What a finding is about is called as the ledger tells it, and not by when it was found. */
import { describe, expect, it } from 'vitest';
import { smallPlan } from '../duties/small-run.ts';
import acts from '../hops/acts.ts';
import rules from '../hops/rules.ts';
import { idOf } from './ids.ts';

const plan = smallPlan([]);
const WHO = 'things/site-1/1';

const idsOf = (refs: ReturnType<NonNullable<typeof rules.about>>): string[] =>
  [refs ?? []].flat().map((ref) => idOf(plan, ref));

describe('an alarm', () => {
  const finding = (who: string, t: number) => ({
    message: `the alarm of too-warm over ${who} is raised 8006 ms after it was due`,
    at: 4513,
    witness: [
      { t: 2510, who, what: 'it was so since then' },
      { t, who, what: 'the moment that makes it due, by the device' },
    ],
  });

  it('is called by the moment that made it due; missed, by the reading of that', () => {
    expect(idsOf(rules.about?.(finding(WHO, 4510), plan) ?? null)).toEqual([
      `alarm:too-warm@${WHO}@4510`,
      `${WHO}:telemetry:4`,
    ]);
  });

  it('of another clock, or of a place, has no such reading', () => {
    expect(idsOf(rules.about?.(finding(WHO, 4511), plan) ?? null)).toHaveLength(1);
    expect(idsOf(rules.about?.(finding('site-1', 4510), plan) ?? null)).toEqual([
      'alarm:too-warm@site-1@4510',
    ]);
  });
});

it('a decision is called by the moment of its alarm', () => {
  const witness = [
    { t: 4510, who: WHO, what: 'too-warm, version 1, by {"temperature":9}' },
    { t: 4720, who: 'target', what: 'cool: held, dead time' },
  ];
  const message = `cool of ${WHO} names the version 7, and there is none`;
  expect(idsOf(acts.about?.({ message, at: 4720, witness }, plan) ?? null)).toEqual([
    `decision:cool@${WHO}@4510`,
  ]);
  expect(acts.about?.({ message, at: 4720, witness: [] }, plan)).toBeNull();
});
