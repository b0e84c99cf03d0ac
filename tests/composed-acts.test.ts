/**
 * What follows from a rule that speaks of another's alarm: its cause names what stood of that alarm
 * beside what was measured, and is judged by both.
 */
import { afterAll, expect, it } from 'vitest';
import { Sandbox } from './sandbox.ts';

const SCENARIO = `
twinstorm: 1
name: acts-of-composed
about: A command follows from a rule that speaks of another's alarm.
seed: 43
time: { warmup: 4s, steady: 10s, chaos: 40s, settle: 16s, drain: 4s }
topology: { regions: { north: { sites: 1 } } }
fleet:
  - id: fridges
    model: cold-chain-fridge
    count: 4
    per: site
    every: 2s
    session: persistent
    with: { heatCapacity: 3000, leakage: 12, coolingPower: 600, band: 1.6 }
workflows:
  - rules:
      - name: hard-at-work
        let: { warm: { alarm: too-warm } }
        when: warm && compressor == 1.0
        clear: "!warm"
      - { name: too-warm, when: temperature > 4.5, clear: temperature < 4.0 }
  - acts:
      - name: colder
        rule: hard-at-work
        do: { command: { name: setpoint, value: 3 } }
        guard: { dead: 5s }
      - name: rest
        rule: hard-at-work
        on: cleared
        do: { command: { name: setpoint, value: 4 } }
        guard: { dead: 5s }
expect: [rule-exactly-once, acts-once]
`;

const box = new Sandbox();
afterAll(() => box.close());

it('has a cause in which the alarm stands, and ends with one in which it does not', async () => {
  const file = box.write('composed.yaml', SCENARIO);
  await box.judged(0, 'composed', file, '--gear', 'sim');
  const decisions = await box.ledger('composed', '--op', 'acts/decided');
  const warmIn = (act: string): unknown[] =>
    decisions
      .filter((one) => one.act === act)
      .map(({ values }) => (JSON.parse(String(values)) as { warm?: unknown }).warm);
  expect(new Set(warmIn('colder'))).toEqual(new Set([true]));
  expect(new Set(warmIn('rest'))).toEqual(new Set([false]));
}, 60_000);
