/**
 * The flow that is made for Node-RED and the oracle agree on random rules over random readings: on
 * time, late, twice, with signals that are missing. They share neither the reader of conditions nor
 * the way in which they look for what lasted; and with a bug in the flow they do not agree.
 *
 *   npx vitest run tests/rules-flow-agree.test.ts               # 600 of them
 *   RULES_PAIRS=10000 npx vitest run tests/rules-flow-agree.test.ts
 */
import { expect, it } from 'vitest';
import { type LedgerEntry, type Plan, type Random, type RulePlan, randomStream } from '#kernel';
import { functionText } from '../harness/workflows/inbox/node-red/function-text.ts';
import oracleKind, { type RulesOracle } from '../twins/oracles/rules.ts';
import { testPlan } from '../twins/oracles/testing/plan.ts';
import { ruleOf, saying } from './rules/draw.ts';

const PAIRS = Number(process.env.RULES_PAIRS ?? 600);
const SOME = 120;

interface Reading {
  n: number;
  at: number;
  values: Record<string, number>;
}

type Bug = (text: string) => string;
const HONEST: Bug = (text) => text;

/** Most in their order; some come late, some twice, some for a time that was there already. */
function readingsOf(random: Random): Reading[] {
  const came: Reading[] = [];
  for (let n = 0; n < 40; n++) {
    const at = 500 * (n + 1) + (random.below(9) === 0 ? -700 : 0);
    const reading = { n, at, values: saying(random) };
    const behind = random.below(8) === 0 ? 1 + random.below(4) : 0;
    came.splice(Math.max(0, came.length - behind), 0, reading);
    if (random.below(10) === 0) came.push(reading);
  }
  return came;
}

/** Of those that can be told reading by reading. */
function ruleFor(random: Random): RulePlan {
  for (;;) {
    const rule = ruleOf(random);
    if (rule.window === null && rule.silentMs === 0) return { ...rule, changes: [] };
  }
}

interface Alarm {
  what: string;
  since: number;
  at: number;
}

/** What the function node says to each of them, as Node-RED would run it. */
function flowSays(rule: RulePlan, id: string, readings: readonly Reading[], bug: Bug): Alarm[] {
  const kept = new Map<string, unknown>();
  const context = {
    get: (name: string) => kept.get(name),
    set: (name: string, value: unknown) => kept.set(name, value),
  };
  const node = new Function('msg', 'context', bug(functionText(rule, 'alarms')));
  return readings.flatMap(({ n, at, values }) => {
    const payload = JSON.stringify({ n, e: 0, t: at, v: values });
    const said = node({ topic: `tw/run/3/${id}/telemetry`, payload }, context);
    return said === null ? [] : [JSON.parse(said.payload) as Alarm];
  });
}

function compared(seed: number, bug: Bug) {
  const random = randomStream(seed, 'rules-flow');
  const [rule, readings] = [ruleFor(random), readingsOf(random)];
  const bare = testPlan({ devices: 1, readings: 1 });
  const resolved = { topic: 'alarms', rules: [rule] };
  const plan = { ...bare, workflows: [{ workflow: 'inbox', resolved }] } as unknown as Plan;
  const timeline = { downs: [], stalls: [], gapsOf: () => [] };
  const fleet = oracleKind.fleet?.start({ plan } as never);
  const oracle = oracleKind.start({ plan, timeline, of: () => fleet } as never) as RulesOracle;
  const id = plan.devices[0]?.id ?? '';
  const tell = (op: string, t: number, fields: object): void =>
    oracle.step({ t: t * 1000, op, device: 0, ...fields } as unknown as LedgerEntry);
  const seen = new Set<number>();
  readings.forEach(({ n, at, values }, place) => {
    if (seen.has(n)) return;
    seen.add(n);
    const received = 30_000 + place;
    tell('inbox/reading', received, { n, at, received, values: JSON.stringify(values) });
  });
  const alarms = flowSays(rule, id, readings, bug);
  for (const { what, since, at } of alarms) {
    tell('inbox/told', 40_000, { rule: rule.name, what, since, at, isAgain: false });
  }
  tell('inbox/heard', 90_000, {});
  const [story] = oracle.of(0);
  if (story === undefined || story.isUnclear) return null;
  const brief = (all: readonly { since: number; at: number; cleared: number | null }[]) =>
    all.map(({ since, at, cleared }) => ({ since, at, cleared }));
  expect(story.doubt).toBe(null);
  const told = { alarms: brief(story.told), strays: story.strays };
  return { rule, told, expected: { alarms: brief(story.expected), strays: [] } };
}

it(`agrees with the oracle on ${PAIRS} rules and histories`, { timeout: 3_600_000 }, () => {
  let alarms = 0;
  let unclear = 0;
  for (let seed = 1; seed <= PAIRS; seed++) {
    const lived = compared(seed, HONEST);
    if (lived === null) unclear++;
    else {
      expect(lived.told, `${seed}: ${JSON.stringify(lived.rule)}`).toEqual(lived.expected);
      alarms += lived.told.alarms.length;
    }
  }
  expect(alarms).toBeGreaterThan(PAIRS / 2);
  expect(unclear).toBeLessThan(PAIRS / 20);
});

it.each([
  [
    'late ones are looked at',
    'if (!(at > own.last)) return null;',
    'if (at === own.last) return null;',
  ],
  ['a delay goes on over what is not so', 'own.since = null;\n    return null;', 'return null;'],
  ['an end goes on over what is not so', 'own.over = null;\n  return null;', 'return null;'],
  ['what is missing is 0', 'all.includes(undefined) ? undefined :', ''],
  ['or needs both', 'a === true || b === true ? true : ', ''],
  [
    'one reading too many is looked back to',
    'past.slice(-term.last)',
    'past.slice(-term.last - 1)',
  ],
])('does not where %s', (_, from, to) => {
  const bug: Bug = (text) => {
    expect(text).toContain(from);
    return text.replace(from, () => to);
  };
  const all = Array.from({ length: SOME }, (__, at) => compared(at + 1, bug));
  const differ = all.filter(
    (one) => one !== null && JSON.stringify(one.told) !== JSON.stringify(one.expected),
  );
  expect(differ).not.toEqual([]);
});
