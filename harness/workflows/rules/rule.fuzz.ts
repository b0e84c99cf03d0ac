/**
 * Rules as people might write them, and noise: each is planned or refused with words and a way out,
 * and what is planned can be gone by.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isMap, type ParamValues, readParams } from '#kernel';
import { defineFuzz, type FuzzSource } from '../../../kernel/testing/fuzz.ts';
import type { WorkflowContext } from '../workflow.ts';
import { ruleParams } from './params.ts';
import { readRule } from './reading.ts';

const CONTEXT = {
  quantumMs: 10,
  phases: ['warmup', 'steady', 'chaos', 'settle', 'drain'].map((name, at) => ({
    ...{ name, from: at * 5000, to: (at + 1) * 5000 },
  })),
  entries: [{ id: 'fridges', everyMs: 1000 }],
  signals: [['temperature', 'door']],
  devices: [{ id: 'fridges/south-1/0', entry: 0 }],
  faults: [],
} as unknown as WorkflowContext;

const piece = fc.oneof(
  fc.constantFrom('temperature', 'door', 'warm', 'x', '8', '4.5', '1e309', 'true', '"a"', '-'),
  fc.constantFrom('>', '<', '==', '!=', '&&', '||', '!', '(', ')', '+', '?', ':', '[', ']', '.'),
  fc.constantFrom('matches("(a+)+b")', 'all(x, x > 0)', 'size()', 'in', '{', '}', ',', '%', '/'),
  fc.string({ maxLength: 6, unit: 'grapheme' }),
);
const condition = fc.oneof(
  fc.constantFrom('temperature > 8', 'warm > 8', 'door == 1.0', `${'('.repeat(300)}1`),
  fc.array(piece, { maxLength: 12 }).map((parts) => parts.join(' ')),
  fc.string({ maxLength: 900 }),
);
const span = fc.oneof(
  fc.constantFrom('0s', '1ms', '5s', '10s', '1h', '2h', '1000h'),
  fc.string({ maxLength: 5 }),
  fc.integer(),
);
const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined });
const term = fc.record(
  {
    mean: maybe(fc.constantFrom('temperature', 'temprature', 'warm', '')),
    count: maybe(condition),
    steps: maybe(fc.array(condition, { maxLength: 9 })),
    devices: maybe(condition),
    alarm: maybe(fc.constantFrom('r', 'too-warm', 'nobody', '')),
    within: maybe(span),
    of: maybe(fc.constantFrom('fridges', 'nobody')),
    over: maybe(span),
    last: maybe(fc.integer({ min: -1, max: 2000 })),
  },
  { requiredKeys: [] },
);
const rule = fc.record(
  {
    name: fc.oneof(fc.constantFrom('r', 'too-warm'), fc.string({ maxLength: 80 })),
    of: maybe(fc.constantFrom('fridges', 'fridges/south-1', 'oven')),
    per: maybe(fc.constantFrom('device', 'site', 'fleet', 'planet')),
    when: maybe(condition),
    clear: maybe(condition),
    for: maybe(span),
    let: maybe(fc.dictionary(fc.constantFrom('warm', 'x', 'if', 'door', '__proto__', ''), term)),
    window: maybe(
      fc.record({ every: span, over: span, gap: span, late: span }, { requiredKeys: [] }),
    ),
    silent: maybe(span),
    changes: maybe(fc.array(fc.record({ at: fc.constantFrom('chaos', 'x'), when: condition }))),
  },
  { requiredKeys: ['name'] },
);

const source: FuzzSource = () => [
  defineFuzz({
    parser: 'rule',
    about: 'rules in good and bad form, and noise',
    input: rule,
    survives: (written) => {
      const given = JSON.parse(JSON.stringify(written)) as Record<string, unknown>;
      const { values, flaws } = readParams(ruleParams, given);
      for (const { message } of flaws) assert.notEqual(message, '');
      if (flaws.length > 0) return;
      const { resolved, problems } = readRule(values as ParamValues, CONTEXT);
      for (const { message, hint } of problems) {
        assert.notEqual(message, '');
        assert.notEqual(hint ?? '', '');
      }
      if (problems.length > 0) return;
      assert.ok(isMap(resolved.window) || resolved.silentMs > 0 || resolved.when !== '');
    },
  }),
];

export default source;
