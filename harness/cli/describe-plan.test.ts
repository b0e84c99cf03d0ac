/** A plan of any size that may run can be described. */
import { expect, it } from 'vitest';
import type { Catalog, Plan } from '#kernel';
import { CODE, fiveStreams } from '../../kernel/testing/streams.ts';
import { describePlan } from './describe-plan.ts';

const DEVICES = 200_000;

it('describes rounds over the largest fleet', () => {
  const rounds = Array.from({ length: DEVICES }, (_, device) => ({
    device,
    offsetMs: device === 7 ? 1500 : 0,
  }));
  const streams = fiveStreams(true, { firstAt: 0, everyMs: 1000, qos: 1, devices: rounds });
  const plan = {
    scenario: { name: 'wide', about: '' },
    target: { name: 'test', mutant: null },
    firmware: null,
    phases: [{ name: 'drain', from: 3000, to: 4000 }],
    devices: { length: DEVICES },
    entries: [],
    faults: [],
    workflows: [{ workflow: 'commands', params: {} }],
    streams: streams.filter(({ code }) => code === CODE.command),
    cohorts: [],
    expect: [],
    notes: [],
    bounds: { messages: 0 },
  } as unknown as Plan;
  const catalog = { words: () => undefined } as unknown as Catalog;
  expect(describePlan(plan, catalog, false)).toContain('2 to 3 rounds over 200000 devices');
});
