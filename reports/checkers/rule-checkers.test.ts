/**
 * What is told of one alarm that is amiss: one finding, with a witness that shows each thing that
 * the target said of it, and numbers that a person can read.
 */
import { expect, it } from 'vitest';
import { INBOX_OPS, type Plan, RULE_OPS } from '#kernel';
import type { CheckerKind } from '../checker.ts';
import { DRAINED, hashFor, healthy, type Story, TELEMETRY, tellCame } from '../testing/story.ts';
import clockRobust from './clock-robust.ts';
import ruleDeadline from './rule-deadline.ts';
import ruleExactlyOnce from './rule-exactly-once.ts';

const RULE = {
  ...{ name: 'high', of: '', at: 2900, when: 'level > 5.0', clear: 'level < 2.0' },
  ...{ forMs: 2000, clearForMs: 0, deadlineMs: 500 },
  ...{ per: 'device', terms: [], window: null, silentMs: 0, changes: [] },
};
const READ = DRAINED + 200;
const LEVELS = [1, 6, 7, 8, 4, 1];
const TIMES = { since: 5000, at: 7000 };

function lived(workflow: string, resolved: object): Story {
  const workflows = [{ workflow, session: workflow, resolved }] as unknown as Plan['workflows'];
  return healthy({ devices: 1, workflows, ops: [RULE_OPS, INBOX_OPS] });
}

/** One reading a second from the fourth on, each 40 ms later. */
function readings(story: Story, op: 'rules/input' | 'inbox/reading'): Story {
  LEVELS.forEach((level, n) => {
    const at = 4000 + 1000 * n;
    const said = { n, at, received: at + 40, values: JSON.stringify({ level }) };
    story.add(op, op === 'rules/input' ? READ : at + 40, { device: 0, ...said });
    if (op === 'rules/input') tellCame(story, 0, n, at + 40);
  });
  return story;
}

/** Alarms that a target lists. */
function listed(...raised: number[]): Story {
  const story = readings(lived('rules', RULE), 'rules/input');
  const subject = story.plan.devices[0]?.id ?? '';
  const version = { device: -1, rule: 'high', version: 1 };
  story.add('rules/asked', 2998, version);
  story.add('rules/answered', 3002, { ...version, status: 200 });
  story.add('rules/began', READ, { ...version, from: 3000 });
  story.add('rules/heard', READ, { device: 0, late: 0, ahead: 0 });
  for (const one of raised) {
    const alarm = { rule: 'high', subject, ...TIMES, raised: one, cleared: 9000 };
    story.add('rules/alarm', READ, { device: 0, ...alarm });
  }
  return story.add('rules/whole', READ + 1, { device: 0 });
}

/** What came to an inbox. */
function sent(...told: [t: number, what: string, more?: object][]): Story {
  const story = readings(lived('inbox', { topic: 'alarms', rules: [RULE] }), 'inbox/reading');
  for (const [t, what, more] of told) {
    const at = what === 'raised' ? 7000 : 9000;
    const said = { rule: 'high', what, ...TIMES, at, isAgain: false, ...more };
    story.add('inbox/told', t, { device: 0, ...said });
  }
  return story.add('inbox/heard', READ, { device: 0 });
}

const told = (story: Story, kind: CheckerKind) => {
  const { findings, summary } = story.ask(kind);
  const messages = findings.map(({ message }) => message.replace(/^.*? is /, 'is '));
  const witness = findings.flatMap((one) => one.witness);
  const said = witness.filter(({ who }) => who === 'target').map(({ t, what }) => [t, what]);
  return { messages, said, summary };
};

const HAS = [7040, 'has what makes it due'];
const raises = (t: number) => [t, 'raises it: so since 5000 ms, and due by the moment of 7000 ms'];
const clears = (t: number) => [t, 'clears it: over by the moment of 9000 ms'];

it('shows each time that it is raised, and judges the first', () => {
  const twice = listed(7050, 9800);
  const { messages, said } = told(twice, ruleExactlyOnce);
  expect(messages).toEqual(['is raised 2 times']);
  expect(said).toEqual([raises(7050), raises(9800)]);
  expect(told(twice, ruleDeadline)).toMatchObject({ messages: [] });
  expect(told(twice, ruleDeadline).summary).toMatch(/^All 1 alarm that/);
});

it('says how late it is in whole milliseconds, and shows when it came', () => {
  const { messages, said } = told(sent([8000.4567, 'raised'], [9050, 'cleared']), ruleDeadline);
  expect(messages).toEqual(['is raised 960 ms after it was due, 461 ms too late']);
  expect(said).toEqual([HAS, raises(8000.457), clears(9050)]);
});

it('tells of one that is late, and cleared before it comes, once', () => {
  const story = sent([9050, 'cleared'], [15_040, 'raised']);
  const late = 'is raised 8000 ms after it was due, 7500 ms too late, and after it is cleared';
  expect(told(story, ruleDeadline).messages).toEqual([late]);
  expect(told(story, ruleExactlyOnce).messages).toEqual([]);
});

it('tells of one that is in time, and cleared before it comes', () => {
  const story = sent([7050, 'cleared'], [7060, 'raised']);
  const { messages, said } = told(story, ruleExactlyOnce);
  expect(messages).toEqual(['is cleared before it is raised']);
  expect(said).toEqual([clears(7050), raises(7060)]);
  expect(told(story, ruleDeadline).messages).toEqual([]);
});

it('tells of one that is cleared and never raised, once', () => {
  const { messages, said } = told(sent([9050, 'cleared'], [9060, 'cleared']), ruleExactlyOnce);
  expect(messages).toEqual(['is cleared, and was not raised']);
  expect(said.at(-1)).toEqual(clears(9060));
});

it('shows how another moment cleared it', () => {
  const story = sent([7050, 'raised'], [9050, 'cleared', { at: 8000 }]);
  const { messages, said } = told(story, ruleExactlyOnce);
  expect(messages).toEqual([
    'is cleared by the moment of 8000 ms, and was over by the moment of 9000 ms',
  ]);
  expect(said.at(-1)).toEqual([9050, 'clears it: over by the moment of 8000 ms']);
});

it('says nothing of what it does not know where nothing was due', () => {
  const more = { since: 4000, at: 4000 };
  const story = sent([7050, 'raised'], [9050, 'cleared'], [9060, 'raised', more]);
  const { messages, said } = told(story, ruleExactlyOnce);
  expect(messages).toEqual(['is raised for nothing']);
  expect(said).toEqual([[9060, 'raises it: so since 4000 ms, and due by the moment of 4000 ms']]);
});

it('decides nothing of a count that is higher than what came, and may be', () => {
  const story = listed(7050);
  const again = { device: 0, stream: TELEMETRY, n: 5, hash: hashFor(0, TELEMETRY, 5) };
  story.add('sent', 9950, { ...again, late: 1000, flags: 1 });
  const { decided } = story.ask(clockRobust);
  const counted = story.change(
    ({ op }) => op === 'rules/heard',
    ({ fields }) => ({ fields: { ...fields, late: 1 } }),
  );
  const { verdict, decided: left, summary } = counted.ask(clockRobust);
  expect([verdict, left]).toEqual(['pass', decided - 1]);
  expect(summary).toMatch(/1 not owed: counted more often than once/);
});

it('tells of calls that were refused where an alarm is missing, and nowhere else', () => {
  const refused = { device: -1, status: 401, times: 14, first: 7050, why: 'no token' };
  const seen = (story: Story) =>
    story
      .add('inbox/refused', READ, refused)
      .ask(ruleExactlyOnce)
      .findings.flatMap(({ witness }) => witness)
      .filter(({ who }) => who === 'inbox');
  const what = 'from here on it refused calls in the run: 401 × 14 (no token)';
  expect(seen(sent())).toEqual([{ t: 7050, who: 'inbox', what }]);
  expect(seen(sent([7050, 'raised'], [7090, 'raised'], [9050, 'cleared']))).toEqual([]);
});

/** Shortly before it is asked it is high, and its target takes up to four seconds to say so. */
function lately(high: number, away: [from: number, to: number] | null): Story {
  const rule = { ...RULE, deadlineMs: 4000 };
  const story = lived('inbox', { topic: 'alarms', rules: [rule] });
  [high, high + 2000].forEach((at, n) => {
    const said = { n, at, received: at + 40, values: '{"level":6}' };
    story.add('inbox/reading', at + 40, { device: 0, ...said });
  });
  if (away !== null) {
    story.add('target', away[0], { is: 'killed' }).add('target', away[1], { is: 'accepting' });
  }
  return story.add('inbox/heard', READ, { device: 0 });
}

it('takes nothing for missing whose time was not over, and what was over for missing', () => {
  const missing = (story: Story) => told(story, ruleExactlyOnce).messages;
  expect(missing(lately(READ - 5000, null))).toEqual([]);
  expect(missing(lately(READ - 8000, null))).toEqual(['is not raised']);
  const away = (to: number) => lately(READ - 8000, [READ - 5900, READ - to]);
  expect(missing(away(1000))).toEqual([]);
  expect(missing(away(4500))).toEqual(['is not raised']);
});

/** Readings that came in a burst when our observers were back. */
function seenLate(...raised: number[]): Story {
  const story = sent(...raised.map((t): [number, string] => [t, 'raised']), [9990, 'cleared']);
  story.change(
    ({ op }) => op === 'inbox/reading',
    ({ t, fields }) => {
      const received = t > 4500 && t < 9800 ? 9800 + Number(fields.n) : t;
      return { t: received, fields: { ...fields, received } };
    },
  );
  // What it was sent at, by the ledger, is when its device says that it is from.
  story.change(
    ({ op, fields }) => op === 'sent' && fields.stream === TELEMETRY,
    ({ fields }) => ({ t: 4001 + 1000 * Number(fields.n) }),
  );
  return story
    .add('observer', 4500, { up: false, first: 0, lanes: 1, why: 'closed' })
    .add('observer', 9800, { up: true, first: 0, lanes: 1, why: 'session-present' });
}

it('holds to no time what it saw late, but for what is late or early all the same', () => {
  const of = (at: number) => {
    const { verdict, findings, undecided } = seenLate(at).ask(ruleDeadline);
    return [verdict, findings.map(({ message }) => message.replace(/^.*? is /, 'is ')), undecided];
  };
  expect(of(7050)).toEqual(['pass', [], 0]);
  expect(of(9000)).toEqual(['unknown', [], 1]);
  expect(of(10_600)).toEqual(['fail', [expect.stringContaining('too late')], 0]);
  expect(of(4900)).toEqual(['fail', [expect.stringContaining('before it was due')], 0]);
});
