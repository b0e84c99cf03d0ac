/** What becomes a flow, and what is refused with a reason. */
import { expect, it } from 'vitest';
import type { Plan } from '#kernel';
import { testPlan } from '../../../../twins/oracles/testing/plan.ts';
import { isFlow, nodeRedFlow } from './flow.ts';
import { javascriptOf } from './javascript.ts';

const BROKER = { host: '127.0.0.1', port: 1884 };
const RULE = {
  ...{ name: 'warm', of: '', per: 'device', at: 0, when: 'level > 5.0', clear: 'level < 2.0' },
  ...{ forMs: 0, clearForMs: 0, deadlineMs: 500, silentMs: 0 },
  ...{ terms: [], window: null, changes: [] },
};

const OURS = 'native';

function flowOf(rules: object[], target: object = {}, via: string | null = null) {
  const bare = testPlan({ devices: 1, readings: 1 });
  const workflows =
    rules.length === 0 ? [] : [{ workflow: 'inbox', resolved: { topic: 'alarms', rules } }];
  const spoken = { ...bare.target, dialect: OURS, codec: 'json', ...target };
  const devices = bare.devices.map((one) => ({ ...one, via }));
  const plan = { ...bare, workflows, target: spoken, devices } as unknown as Plan;
  return nodeRedFlow(plan, BROKER, spoken.dialect === OURS);
}

it('has a node for each rule, between what comes and what goes', () => {
  const flow = flowOf([RULE, { ...RULE, name: 'hot' }]);
  expect(isFlow(flow)).toBe(true);
  const byType = (type: string) => flow.filter((one) => (one as { type?: string }).type === type);
  const rules = byType('function') as { id: string; name: string }[];
  expect(rules.map(({ name }) => name)).toEqual(['warm', 'hot']);
  expect(byType('mqtt in')).toMatchObject([{ wires: [rules.map(({ id }) => id)] }]);
  expect(byType('mqtt-broker')).toMatchObject([{ broker: '127.0.0.1', port: '1884' }]);
  const ids = new Set(flow.map((one) => (one as { id?: string }).id));
  expect(ids.size).toBe(flow.length);
});

it.each([
  ['no inbox', [], {}, null, 'has no inbox'],
  ['another dialect', [RULE], { dialect: 'aws-shadow' }, null, 'spoken to otherwise'],
  ['what is carried', [RULE], {}, 'gateways/1', 'what gateways carry'],
  ['a text', [{ ...RULE, when: '"a" == "b"' }], {}, null, 'a value in it that is no number: a'],
] as const)('refuses %s', (_, rules, target, via, words) => {
  const made = flowOf([...rules], target, via);
  expect(isFlow(made)).toBe(false);
  expect(JSON.stringify(made).replaceAll('\\"', '"')).toContain(words);
});

it.each([
  ['level > 5.0', 'gt(v["level"], 5)'],
  ['!(a < -1.5) || b != 2.0', 'or(not(lt(v["a"], -1.5)), ne(v["b"], 2))'],
  ['a > 4 ? b == 1.0 : true', 'pick(gt(v["a"], 4), eq(v["b"], 1), true)'],
  ['a + 1.0 >= b * 2.0 - c / 3.0', 'ge(add(v["a"], 1), sub(mul(v["b"], 2), div(v["c"], 3)))'],
])('says %s', (condition, text) => expect(javascriptOf(condition)).toBe(text));

it.each([
  ['a + 1.0', 'comes to a number'],
  ['1 + 2 > 3', 'whole numbers'],
  ['a % 2.0 > 1.0', 'has % in it'],
  ['has(a.b)', 'something else than numbers'],
  ['a > 1.0 && 2.0', 'has && in it'],
  ['[a].exists(x, x > 1.0)', 'something else'],
  ['size(a) > 1.0', 'has size in it'],
])('refuses to say %s', (condition, words) => {
  expect(() => javascriptOf(condition)).toThrow(words);
});
