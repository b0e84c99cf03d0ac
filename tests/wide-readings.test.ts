/**
 * A device that measures more than one text of the ledger has room for is judged by all of it: by
 * rules over its first signal and its last, by what follows from them, and by an inbox.
 */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Sandbox } from './sandbox.ts';
import { scene } from './scenes.ts';

let box: Sandbox;
beforeEach(() => {
  box = new Sandbox();
});
afterEach(() => box.close());

const LOGGER = `const names = Array.from({ length: 60 }, (_, at) => 'channel_' + at);
const signal = { about: 'a voltage', unit: 'V', low: 0, high: 100, step: 0.001 };
const valueAt = (t: number, at: number) =>
  Math.round(50000 + 40000 * Math.sin(t / 3000 + at)) / 1000;
export default {
  kind: 'logger', summary: 'measures many voltages', params: {}, everyMs: 1000,
  commands: { dim: { about: 'nothing', low: 0, high: 1, sets: 'channel_3' } },
  signals: Object.fromEntries(names.map((name) => [name, signal])),
  start: () => ({
    sample: (t: number) => Object.fromEntries(names.map((name, at) => [name, valueAt(t, at)])),
    truth: () => ({}),
    command: () => true,
    power: () => {},
  }),
};
`;

const FLEET = '{ id: loggers, model: logger, count: 2, every: 500ms, session: persistent }';
const TIME = '{ warmup: 2s, steady: 16s, chaos: 1s, settle: 4s, drain: 3s }';
const RULES = ['channel_0', 'channel_59'].map(
  (name, at) => `{ name: high-${at}, when: ${name} > 80.0, clear: ${name} < 60.0 }`,
);

const DIM = 'do: { command: { name: dim, value: 1 } }';
const ACTS = `acts: [{ name: calm, rule: high-0, ${DIM}, guard: { dead: 1s } }]`;

it.each([
  ['rules', [`rules: [${RULES.join(', ')}]`, ACTS], ['rule-exactly-once', 'acts-once']],
  ['inbox', [`inbox: { rules: [${RULES.join(', ')}] }`], ['rule-exactly-once']],
])('is judged by %s', async (name, workflows, checkers) => {
  box.write('plugins/logger.ts', LOGGER);
  const own = workflows.map((one) => `  - ${one}`);
  const more = ['workflows:', ...own, 'plugins: [./plugins/logger.ts]'];
  box.write('own.yaml', scene({ fleet: FLEET, time: TIME, expect: checkers, more }));
  const result = await box.judged(0, name, 'own.yaml');
  const found = result.checkers.filter(({ id }) => checkers.includes(id));
  expect(found.map(({ verdict }) => verdict)).toEqual(checkers.map(() => 'pass'));
  // Two alarms at least of each rule and device.
  for (const { decided, undecided } of found) {
    expect(decided).toBeGreaterThanOrEqual(4);
    expect(undecided).toBe(0);
  }
  const inputs = await box.ledger(name, '--op', name === 'rules' ? 'rules/input' : 'inbox/reading');
  expect(inputs.length).toBeGreaterThan(80);
});
