/** Which alarms a rule is due, told by hand. */
import { expect, it } from 'vitest';
import type { LedgerEntry, Plan, RulePlan, TermPlan } from '#kernel';
import oracleKind, { type FleetRules, type RulesOracle } from './rules.ts';
import { testPlan } from './testing/plan.ts';

const RULE: RulePlan = {
  ...{ name: 'high', of: '', per: 'device', at: 0, when: 'level > 5.0', clear: 'level < 2.0' },
  ...{ forMs: 2000, clearForMs: 0, deadlineMs: 500, silentMs: 0 },
  ...{ terms: [], window: null, changes: [] },
};
const TELEMETRY = testPlan({ devices: 1, readings: 1 }).streams.find(
  ({ name }) => name === 'telemetry',
)?.code;
const CHANGE = { at: 0, when: 'level > 3.0', clear: 'level < 2.0', forMs: 0, clearForMs: 0 };
const MEAN: TermPlan = {
  ...{ name: 'mean', does: 'mean', what: ['level'], of: '', overMs: 0, last: 0 },
};
const EACH_SECOND = { everyMs: 2000, overMs: 2000, gapMs: 0, mostMs: 0, lateMs: 1000 };
const PAUSE = { everyMs: 0, overMs: 0, gapMs: 1500, mostMs: 10_000, lateMs: 0 };
const SECONDS = [1, 2, 3, 4, 5, 6, 7, 8];

/** Of a text it is what the ledger has. */
type Reading = [at: number, level: number | string, received?: number, n?: number];

interface Lives {
  froms?: number[];
  /** The clock of the target is ahead by so much. */
  ahead?: number;
  /** When messages were sent, by their numbers, and when they were acknowledged. */
  sent?: Sent[];
  /** What is other of the alarm that it tells. */
  alarm?: object;
  /** It leaves the device out of its list. */
  isHidden?: boolean;
  /** In its words, why it does not take the rule. */
  why?: string;
}

interface Sent {
  n: number;
  at: number[];
  acked?: number;
}

/** To an inbox, that asks when what was due was sent. */
const UNSENT = { find: () => null };

/** Readings by the second, each 40 ms on its way, but for those that say otherwise. */
function lived(
  readings: Reading[],
  more: Partial<RulePlan> = {},
  { froms = [0], ahead = 0, why = '', sent = [], alarm = {}, isHidden = false }: Lives = {},
) {
  const workflows = [{ workflow: 'rules', session: 'rules', resolved: { ...RULE, ...more } }];
  const bare = testPlan({ devices: 1, readings: 1 });
  const plan = { ...bare, workflows } as unknown as Plan;
  const fleet = oracleKind.fleet?.start({ plan } as never);
  const of = (kind: string): unknown => (kind === 'rules/fleet' ? fleet : UNSENT);
  const oracle = oracleKind.start({ plan, of } as never) as RulesOracle;
  const tell = (op: string, fields: object): void => {
    const entry = { t: 60e6, op, device: 0, ...fields } as unknown as LedgerEntry;
    fleet?.step(entry);
    oracle.step(entry);
  };
  froms.forEach((from, at) => {
    // It did not take that one.
    if (from < 0) return;
    const version = { device: -1, rule: 'high', version: at + 1 };
    tell('rules/asked', { ...version, t: from * 1000 });
    tell('rules/answered', { ...version, status: 200, t: from * 1000 });
    tell('rules/began', { ...version, from: from + ahead });
  });
  if (why !== '') tell('rules/refused', { device: -1, rule: 'high', version: 1, why });
  for (const { n, at, acked } of sent) {
    for (const one of at) tell('sent', { stream: TELEMETRY, n, t: one * 1000 });
    if (acked !== undefined) tell('acked', { stream: TELEMETRY, n, t: acked * 1000 });
  }
  if (!isHidden) tell('rules/heard', { late: 0, ahead: 0 });
  readings.forEach(([at, level, received = at + 40, n = at]) => {
    const values = typeof level === 'string' ? level : JSON.stringify({ level });
    tell('rules/input', { n, at, received: received + ahead, values });
  });
  tell('rules/whole', {});
  const subject = bare.devices[0]?.id ?? '';
  tell('rules/alarm', { rule: 'high', subject, since: 1, at: 2, raised: 3, cleared: 0, ...alarm });
  return oracle;
}

const storyOf = (...given: Parameters<typeof lived>) => lived(...given).of(0)[0];
const dueOf = (...given: Parameters<typeof lived>): unknown[] =>
  (storyOf(...given)?.expected ?? []).map(({ since, at, cleared }) => [since, at, cleared]);
const byTheSecond = (...levels: number[]): Reading[] =>
  levels.map((level, at) => [1000 * (at + 1), level]);

it('begins, is due and is over by readings', () => {
  const high = storyOf(byTheSecond(6, 6, 6, 4, 1));
  const due = { due: 3040, overAt: 5040, isOpen: false, isEndOpen: false };
  expect(high?.expected).toEqual([{ since: 1000, at: 3000, cleared: 5000, ...due }]);
  expect(high).toMatchObject({ from: 0, isWhole: true, isUnclear: false });
  expect(high?.told).toEqual([{ since: 1, at: 2, raised: 3, cleared: null }]);
  expect(dueOf(byTheSecond(6, 4, 6, 6))).toEqual([]);
});

it('goes by the order in which they came, and passes over what came too late', () => {
  const late = lived([
    [1000, 6],
    [2000, 1, 3500],
    [3000, 6],
    [4000, 4],
  ]);
  expect(late.of(0)[0]?.expected).toMatchObject([{ since: 1000, at: 3000, cleared: null }]);
  expect(late.rejected(0)).toMatchObject({ told: { late: 0, ahead: 0 }, late: 1, ahead: 0 });
  expect(
    dueOf([
      [1000, 6],
      [3000, 6],
      [3000, 1, 3050],
    ]),
  ).toEqual([[1000, 3000, null]]);
});

it('sets aside what is of a time to come, and counts it', () => {
  const ahead = lived([
    [1000, 6],
    [15_000, 1, 2000],
    [3000, 6],
  ]);
  expect(ahead.of(0)[0]?.expected).toMatchObject([{ since: 1000, at: 3000, cleared: null }]);
  expect(ahead.rejected(0)).toMatchObject({ late: 0, ahead: 1 });
});

it('knows nothing of what came before the rule', () => {
  expect(dueOf(byTheSecond(6, 6, 6), {}, { froms: [1500] })).toEqual([]);
  expect(dueOf(byTheSecond(6, 6, 6), {}, { froms: [1040] })).toEqual([]);
  expect(dueOf(byTheSecond(6, 6, 6), {}, { froms: [1039] })).toEqual([[1000, 3000, null]]);
});

it('takes what came before the rule and was sent again for news, or not', () => {
  const readings = byTheSecond(6, 6, 6, 6, 6);
  const messages = (second: Partial<Sent> = { acked: 1700 }, times = 2): Sent[] => {
    const sent = { at: [1, 1].slice(0, times) };
    return [
      { n: 1000, acked: 1600, ...sent },
      { n: 2000, ...sent, ...second },
      { n: 3000, acked: 9000, ...sent },
    ];
  };
  const lives = { froms: [2500], sent: messages() };
  const of = (told: object, more: object = {}) =>
    storyOf(readings, {}, { ...lives, alarm: told, ...more });
  // Each that was under way may be the first that came after it.
  const [own, other] = [
    { since: 3000, at: 5000 },
    { since: 2000, at: 4000 },
  ];
  expect(of(own)).toMatchObject({ expected: [own], disputed: [] });
  lives.sent = messages({ acked: 1700 }, 1);
  expect(of(other)).toMatchObject({ expected: [own], disputed: [] });
  lives.sent = messages();
  expect(of(other)).toMatchObject({ expected: [own], disputed: [] });
  lives.sent = messages({ acked: 2600 });
  const either = of(other);
  expect(either).toMatchObject({ expected: [{ ...other, isUnsure: true }], disputed: [] });
  expect(either?.disputedBy).toContain('sent again');
  expect(of(own)).toMatchObject({ expected: [own], disputed: [] });
  lives.sent = messages({});
  expect(of(other)).toMatchObject({ expected: [{ ...other, isUnsure: true }], disputed: [] });
  // What is so in no way is held against the target; one alarm is one doubt, however it may be.
  expect(of({ since: 2000, at: 5000 })).toMatchObject({ expected: [], disputed: [2000] });
});

it('dates what came once more by when it was sent and acknowledged', () => {
  const sent = [{ n: 1000, at: [990, 9000], acked: 9080 }];
  const lives = { froms: [2500], sent, alarm: { since: 1000, at: 1000, raised: 9090 } };
  const story = storyOf([[1000, 6]], { forMs: 0 }, lives);
  expect(story?.expected).toMatchObject([
    { since: 1000, isUnsure: true, soonest: 8999, due: 9081 },
  ]);
});

it('takes what came again for news in the windows of a place as well, or not', () => {
  const count = { ...MEAN, name: 'count', does: 'count' as const, what: ['level > 5.0'] };
  const two = { terms: [count], when: 'count > 1.0', clear: 'count < 2.0', forMs: 0 };
  const rule = { ...two, per: 'fleet' as const, window: { ...PAUSE, lateMs: 2000 } };
  const readings: Reading[] = [
    [3000, 6, 3010],
    [3900, 6],
    [9000, 1],
  ];
  const alarm = { subject: 'fleet', since: 3000, at: 3900, cleared: 9000 };
  const of = (sent: Sent[], told: object = alarm) =>
    lived(readings, rule, { froms: [3020], sent, alarm: told }).of(0)[0]?.expected;
  const again = [{ n: 3000, at: [2990, 3600], acked: 3640 }];
  expect(of(again)).toMatchObject([{ since: 3000, at: 3900, isUnsure: true }]);
  expect(of(again, {})).toEqual([]);
  expect(of([{ n: 3000, at: [2990], acked: 3640 }])).toEqual([]);
});

it('believes no time at which it cannot have come', () => {
  const sent = [{ n: 3000, at: [3010], acked: 3090 }];
  const dueAt = (received: number) =>
    storyOf([[3000, 6, received]], { forMs: 0 }, { sent })?.expected.map(({ due }) => due);
  expect(dueAt(3040)).toEqual([3040]);
  expect(dueAt(3190)).toEqual([3190]);
  expect(dueAt(3192)).toEqual([3091]);
  expect(dueAt(13_040)).toEqual([3091]);
  expect(dueAt(1000)).toEqual([3009]);
});

it('is due where its device is not on the list, which was read to its end', () => {
  const hidden = lived(byTheSecond(6, 6, 6), {}, { isHidden: true });
  expect(hidden.of(0)[0]).toMatchObject({ isWhole: true, expected: [{ at: 3000 }] });
  expect(hidden.rejected(0)).toMatchObject({ told: { late: 0, ahead: 0 } });
});

it('is over when it has been so for long enough', () => {
  const levels = byTheSecond(6, 6, 6, 1, 4, 1, 1, 1);
  expect(dueOf(levels, { clearForMs: 2000 })).toEqual([[1000, 3000, 8000]]);
});

it('begins anew with another version, and lets an alarm stand', () => {
  const changes = [CHANGE];
  expect(dueOf(byTheSecond(6, 6, 4, 4), { changes }, { froms: [0, 2500] })).toEqual([
    [3000, 3000, null],
  ]);
  const stood = byTheSecond(6, 6, 6, 4, 4, 1);
  expect(dueOf(stood, { changes }, { froms: [0, 3500] })).toEqual([[1000, 3000, 6000]]);
});

it('goes by the versions that the target took, where it refused one between', () => {
  const never = { ...CHANGE, when: 'level > 100.0' };
  const changes = [never, CHANGE];
  const levels = byTheSecond(1, 1, 4, 4, 1);
  expect(dueOf(levels, { changes }, { froms: [0, -1, 2500] })).toEqual([[3000, 3000, 5000]]);
  expect(dueOf(levels, { changes }, { froms: [0, 2500, -1] })).toEqual([]);
  expect(dueOf(levels, { changes }, { froms: [-1, 0, 2500] })).toEqual([]);
});

it('may still be to come as long as its deadline', () => {
  const late = [48, 49, 50, 51].map((at): Reading => [at * 1000, 6]);
  const of = (deadlineMs: number) => storyOf(late, { deadlineMs })?.expected;
  expect(of(500)).toMatchObject([{ at: 50_000, isOpen: false }]);
  expect(of(10_000)).toMatchObject([{ at: 50_000, isOpen: true }]);
  expect(of(9000)).toMatchObject([{ at: 50_000, isOpen: false }]);
});

it('looks at windows when nothing more can come for them', () => {
  const mean = { window: EACH_SECOND, terms: [MEAN], when: 'mean > 3.0', clear: 'mean < 3.0' };
  const all: Reading[] = [
    [2000, 1],
    [3000, 1],
    [4000, 6],
    [5000, 6],
    [6000, 1],
  ];
  expect(dueOf(all, { ...mean, forMs: 0 })).toEqual([[4000, 6000, 8000]]);
  // In time for its window, and a moment too late.
  const [before, after]: [Reading, Reading] = [
    [5000, 0, 6998],
    [5000, 0, 7002],
  ];
  expect(dueOf([[4000, 6], before, [6000, 1]], { ...mean, forMs: 0 })).toEqual([]);
  const missed = storyOf([[4000, 6], after, [6000, 1]], { ...mean, forMs: 0 });
  expect(missed?.expected).toMatchObject([{ since: 4000, at: 6000, due: 7000 }]);
  expect(missed?.missed).toEqual({ told: 0, expected: 1, maybe: 0 });
});

it('goes by the clock of the target, wherever that began to count', () => {
  const EPOCH = 1_700_000_000_000;
  const high = storyOf(byTheSecond(6, 6, 6, 4, 1), {}, { ahead: EPOCH });
  const due = { due: EPOCH + 3040, overAt: EPOCH + 5040, isOpen: false, isEndOpen: false };
  expect(high?.expected).toEqual([{ since: 1000, at: 3000, cleared: 5000, ...due }]);
  expect(high?.ahead).toEqual({ least: EPOCH - 1, most: EPOCH + 1, likely: EPOCH });
  // Asked at a minute of the run: what was due just before that may be there or not.
  const late: Reading[] = [57, 58, 59].map((at) => [at * 1000, 6]);
  expect(storyOf(late, {}, { ahead: EPOCH })?.expected).toMatchObject([{ isOpen: true }]);
  const silent = { silentMs: 3000, when: '', clear: '' };
  expect(storyOf(byTheSecond(6), silent, { ahead: EPOCH })?.expected).toMatchObject([
    { since: EPOCH + 1040, due: EPOCH + 4040 },
  ]);
});

it('cannot say what windows come to where the target has another time than the devices', () => {
  const mean = { window: EACH_SECOND, terms: [MEAN], when: 'mean > 3.0', clear: 'mean < 3.0' };
  const story = storyOf(byTheSecond(6, 6, 6), mean, { ahead: 3_600_000 });
  expect(story).toMatchObject({ expected: [], doubt: expect.stringContaining('another time') });
  expect(lived(byTheSecond(6), {}, { ahead: 3_600_000 }).rejected(0)?.isApart).toBe(true);
});

it('says so where nobody knows how far the clock is off', () => {
  const fleet = oracleKind.fleet?.start({ plan: testPlan({ devices: 1, readings: 1 }) } as never);
  const version = { t: 60e6, device: -1, rule: 'high', version: 1 };
  fleet?.step({ ...version, op: 'rules/began', from: 0 } as unknown as LedgerEntry);
  const { doubt } = (fleet as FleetRules).timed(RULE as unknown as RulePlan);
  expect(doubt).toContain('how far the clock');
});

it('cannot say where sums are at a bound, and can where they are whole', () => {
  const mean = { window: EACH_SECOND, terms: [MEAN], when: 'mean > 3.1', clear: 'mean < 3.1' };
  const [exact, above]: [Reading[], Reading[]] = [
    [
      [2000, 2.1],
      [3000, 4.1],
    ],
    [
      [2000, 2.1],
      [3000, 4.2],
    ],
  ];
  const whole: Reading[] = [
    [2000, 2],
    [3000, 4],
  ];
  expect(storyOf(exact, mean)).toMatchObject({ expected: [], isUnclear: false });
  expect(storyOf(exact, mean)?.disputed).toEqual([2000]);
  const least = { ...mean, when: 'mean >= 3.0' };
  expect(storyOf(whole, least)?.expected).toMatchObject([{ since: 2000, at: 4000 }]);
  expect(storyOf(whole, { ...mean, when: 'mean > 3.0' })?.disputed).toEqual([]);
  expect(storyOf(above, mean)?.disputed).toEqual([]);
});

it('takes what has no room in one entry from the next', () => {
  const other = '{"door":1}';
  const parts = (...texts: string[]): Reading[] => texts.map((text) => [2000, text]);
  const door = { when: 'level > 5.0 && door == 1.0', forMs: 0 };
  const [low]: Reading[] = [[3000, 1]];
  const apart = [...parts('{"level":6}', other), low ?? [0, 0]];
  expect(dueOf(apart, door)).toEqual([[2000, 2000, 3000]]);
  expect(lived(apart, door).rejected(0)).toMatchObject({ late: 0 });
  // What is there twice is there twice.
  expect(lived(parts('{"level":6}', '{"level":6}')).rejected(0)).toMatchObject({ late: 1 });
  const two: Reading[] = [
    [2000, '{"level":6}', 2040, 1],
    [2000, other, 2040, 2],
  ];
  expect(dueOf(two, door)).toEqual([]);
});

it('says nothing where a text was cut, but of what came before the rule', () => {
  const cut: Reading[] = [[1000, '{"level":6'], ...byTheSecond(0, 6, 6, 6, 1).slice(1)];
  expect(storyOf(cut)).toMatchObject({ doubt: expect.stringContaining('read'), expected: [] });
  expect(lived(cut).rejected(0)?.told).toBeNull();
  const late = { froms: [1500] };
  expect(dueOf(cut, {}, late)).toEqual([[2000, 4000, 5000]]);
  expect(storyOf(cut, {}, late)?.doubt).toBeNull();
});

it('parts windows by pauses', () => {
  const count = { ...MEAN, name: 'count', does: 'count' as const, what: ['level > 5.0'] };
  const two = { window: PAUSE, terms: [count], when: 'count > 1.0', clear: 'count < 2.0' };
  const all: Reading[] = [
    [1000, 6],
    [2000, 6],
    [5000, 6],
    [8000, 6],
  ];
  expect(dueOf(all, { ...two, forMs: 0 })).toEqual([[1000, 2000, 5000]]);
});

it('tells who was silent for how long', () => {
  const silent = { silentMs: 3000, when: '', clear: '', forMs: 0 };
  const all = SECONDS.filter((at) => at < 3 || at > 6).map((at): Reading => [at * 1000, 1]);
  expect(dueOf(all, silent).slice(0, 1)).toEqual([[2040, 5040, 7040]]);
});

it('asks what came before what', () => {
  const steps = { ...MEAN, name: 'turn', does: 'steps' as const, overMs: 3000 };
  const terms = [{ ...steps, what: ['level > 5.0', 'level < 2.0', 'level > 3.0'] }];
  const turned = { terms, when: 'turn == 1.0', clear: 'turn == 0.0', forMs: 0 };
  expect(dueOf(byTheSecond(6, 1, 4, 4), turned)).toEqual([[3000, 3000, 4000]]);
  expect(dueOf(byTheSecond(6, 6, 1, 1, 1, 4), turned)).toEqual([]);
});

it('says of a rule that the target refused what the target said', () => {
  const why = '400 when is no condition';
  expect(storyOf(byTheSecond(6, 6, 6), {}, { froms: [], why })?.doubt).toBe(
    'the target refused the rule high: 400 when is no condition',
  );
  expect(storyOf(byTheSecond(6, 6, 6), {}, { why })?.doubt).toBeNull();
});
