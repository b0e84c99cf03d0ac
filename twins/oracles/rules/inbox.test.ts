/** What of an inbox is judged, and what nobody can say. */
import { expect, it } from 'vitest';
import { dueAt, type LedgerEntry, type Plan, type StreamPlan } from '#kernel';
import oracleKind, { type FleetRules, type RulesOracle } from '../rules.ts';
import { testPlan } from '../testing/plan.ts';

const RULE = {
  ...{ name: 'high', of: '', per: 'device', at: 0, when: 'level > 5.0', clear: 'level < 2.0' },
  ...{ forMs: 1000, clearForMs: 0, deadlineMs: 500, silentMs: 0 },
  ...{ terms: [], window: null, changes: [] },
};
const LEVELS = [1, 6, 6, 4, 1, 1];
const RAISED = { what: 'raised', since: 2000, at: 3000, isAgain: false };
const CLEARED = { what: 'cleared', since: 2000, at: 5000, isAgain: false };

interface Lived {
  told?: (Partial<typeof RAISED> & { t: number })[];
  timeline?: object;
  guarantees?: object;
  more?: [op: string, fields: object][];
  /** How far ahead the clock of the device is. */
  aheadMs?: number;
  qos?: 0 | 1;
  /** No reading of it came by. */
  isUnseen?: boolean;
  /** The target may have to queue more for observers than it promises. */
  isSafe?: boolean;
  /** How long each reading took to us. */
  seenMs?: number;
  /** Microseconds: when each of them was sent first, as the device told. */
  sentAt?: number;
}

/** Its first reading is due some time after the run begins. */
const BARE = ((plan: Plan): Plan => ({
  ...plan,
  devices: plan.devices.map((device) => ({ ...device, firstAt: 700 })),
}))(testPlan({ devices: 1, readings: 1 }));

function lived({ told = [], timeline = {}, guarantees = {}, more = [], ...also }: Lived) {
  const { aheadMs = 0, qos = 1, isUnseen = false, isSafe = true, seenMs = 40, sentAt } = also;
  const bare = BARE;
  const workflows = [{ workflow: 'inbox', resolved: { topic: 'alarms', rules: [RULE] } }];
  const target = { ...bare.target, guarantees: { ...bare.target.guarantees, ...guarantees } };
  const entries = bare.entries.map((entry) => ({ ...entry, qos }));
  const observers = { ...bare.observers, backlogSafe: isSafe };
  const plan = { ...bare, target, workflows, entries, observers } as unknown as Plan;
  const fleet = oracleKind.fleet?.start({ plan } as never) as FleetRules;
  const around = { plan, timeline: { downs: [], stalls: [], gapsOf: () => [], ...timeline } };
  const find = () => (sentAt === undefined ? null : { sentCount: 1, sentAt });
  const of = (kind: string): unknown => (kind === 'delivery' ? { find } : fleet);
  const oracle = oracleKind.start({ ...around, of } as never) as RulesOracle;
  const tell = (op: string, t: number, fields: object): void => {
    const entry = { t: t * 1000, op, device: 0, ...fields } as unknown as LedgerEntry;
    fleet.step(entry);
    if (entry.device >= 0) oracle.step(entry);
  };
  (isUnseen ? [] : LEVELS).forEach((level, n) => {
    const at = 1000 * (n + 1) + aheadMs;
    const received = 1000 * (n + 1) + seenMs;
    tell('inbox/reading', received, { n, at, received, values: JSON.stringify({ level }) });
  });
  for (const { t, ...said } of told) tell('inbox/told', t, { rule: 'high', ...said });
  for (const [op, fields] of more) tell(op, 50_000, fields);
  tell('inbox/heard', 60_000, {});
  return { story: oracle.of(0)[0], fleet };
}

const storyOf = (given: Lived) => lived(given).story;

it('is due by what came by, and told by what came in', () => {
  const story = storyOf({
    told: [
      { t: 3100, ...RAISED },
      { t: 5100, ...CLEARED },
    ],
  });
  const due = { since: 2000, at: 3000, cleared: 5000, due: 3040, overAt: 5040 };
  expect(story?.expected).toEqual([{ ...due, isOpen: false, isEndOpen: false }]);
  const times = { since: 2000, at: 3000, raised: 3100, cleared: 5000, clearTold: 5100 };
  expect(story?.told).toEqual([times]);
  expect(story).toMatchObject({ doubt: null, isWhole: true, strays: [] });
});

it('takes what is marked as said again for one, and nothing else', () => {
  const again = (isAgain: boolean) => [
    { t: 3100, ...RAISED },
    { t: 3900, ...RAISED, isAgain },
    { t: 5100, ...CLEARED },
    { t: 5200, ...CLEARED, isAgain },
  ];
  expect(storyOf({ told: again(true) })).toMatchObject({ told: [{ cleared: 5000 }], strays: [] });
  const twice = storyOf({ told: again(false) });
  expect(twice?.told).toHaveLength(2);
  const down = { downs: [{ from: 3200e3, to: 3800e3 }] };
  const told = again(false).slice(0, 2);
  expect(storyOf({ told, timeline: down })?.told).toHaveLength(1);
});

it('takes what is raised again after its end for the same where its end is said again too', () => {
  const lives = (more: object[], to = 5400e3) => {
    const told = [{ t: 3100, ...RAISED }, { t: 5100, ...CLEARED }, ...more] as Lived['told'];
    return storyOf({ told: told ?? [], timeline: { downs: [{ from: 5200e3, to }] } });
  };
  const strays = (more: object[], to?: number) =>
    lives(more, to)?.strays.map(({ told, what }) => `${told} ${what}`);
  const risen = { t: 5500, ...RAISED };
  expect(strays([risen, { t: 5600, ...CLEARED }])).toEqual([]);
  expect(strays([{ t: 5450, ...CLEARED }, risen])).toEqual([]);
  // By its mark it is the same for whoever hears it.
  expect(strays([{ ...risen, isAgain: true }])).toEqual([]);
  expect(strays([{ t: 59_000, ...RAISED }])).toEqual([]);
  expect(lives([risen])?.told).toHaveLength(1);
  expect(strays([risen])).toEqual(['5500 is raised once more when it is over']);
});

it('has strays where there is nothing to clear', () => {
  const told = [
    { t: 3100, ...RAISED },
    { t: 5100, ...CLEARED },
    { t: 5200, ...CLEARED },
    { t: 6000, ...CLEARED, since: 7 },
    { t: 6100, ...CLEARED, since: 7, isAgain: true },
  ];
  const { strays = [] } = storyOf({ told }) ?? {};
  expect(strays.map(({ what }) => what)).toEqual([
    'is cleared once more',
    'is cleared, and was not raised',
  ]);
});

it('takes what is cleared before it is raised for one alarm', () => {
  const told = [
    { t: 5100, ...CLEARED },
    { t: 9000, ...RAISED },
  ];
  const times = { since: 2000, at: 3000, raised: 9000, cleared: 5000, clearTold: 5100 };
  expect(storyOf({ told })).toMatchObject({ told: [times], strays: [] });
});

it.each<[string, Lived, string]>([
  ['was deaf', { more: [['inbox/deaf', { why: 'so' }]] }, 'not all was heard: so'],
  [
    'was never told',
    { more: [['inbox/deaf', { device: -1, why: 'no' }]] },
    'not all was heard: no',
  ],
  [
    'was killed',
    { timeline: { downs: [{ from: 4e6, to: 5e6 }] }, guarantees: { durableSessions: false } },
    'the target was killed',
  ],
  [
    'had no observer',
    { timeline: { gapsOf: () => [{ from: 4e6, to: 5e6, kept: false }] } },
    'our observers were away',
  ],
  ['keeps no order', { guarantees: { ordered: false } }, 'in another order'],
  ['was ahead', { aheadMs: 20_000 }, 'its clock was ahead'],
  ['sent without answers', { qos: 0 }, 'at QoS 0'],
])('says nothing of a device that %s', (_, given, words) => {
  const story = storyOf(given);
  expect(story?.doubt).toContain(words);
  expect(story?.expected).toEqual([]);
});

it.each<[string, Lived]>([
  ['sessions outlive a kill', { timeline: { downs: [{ from: 4e6, to: 5e6 }] } }],
  ['observers kept theirs', { timeline: { gapsOf: () => [{ from: 4e6, to: 5e6, kept: true }] } }],
  [
    'they ended with the run',
    { timeline: { gapsOf: () => [{ from: 61e6, to: 9e9, kept: false }] } },
  ],
])('says it where %s', (_, given) => {
  const guarantees = { durableSessions: true, acknowledgesEarly: false, ordered: true };
  expect(storyOf({ ...given, guarantees })?.doubt).toBe(null);
});

/** What was lost ahead of the first reading that we saw was no less lost. */
const LIVED = { durableSessions: true, acknowledgesEarly: false, ordered: true };
const [DUE = 0] = [dueAt(BARE, BARE.streams[0] as StreamPlan, 0, 0) ?? 0];
const gaps = (...all: object[]) => ({ gapsOf: () => all });
const away = (from: number, to: number, kept = false) => ({
  from: from * 1000,
  to: to * 1000,
  kept,
});

it.each<[string, Lived, string | null]>([
  ['were away before it was seen', { timeline: gaps(away(DUE, DUE + 5)) }, 'observers were away'],
  ['were away before it sent', { timeline: gaps(away(DUE - 9, DUE)) }, null],
  ['were not there yet', { timeline: gaps(away(0, DUE - 9)) }, null],
  ['were never there', { timeline: gaps(away(0, Infinity)) }, 'observers were away'],
  [
    'saw nothing of it',
    { isUnseen: true, timeline: gaps(away(DUE, DUE + 5)) },
    'observers were away',
  ],
  ['saw nothing of it, and were there', { isUnseen: true }, null],
])('knows whether observers %s', (_, given, words) => {
  const story = storyOf({ guarantees: LIVED, ...given });
  if (words === null) expect(story?.doubt).toBe(null);
  else expect(story?.doubt).toContain(words);
});

it('says nothing where a kill took what a platform had that we never saw', () => {
  const timeline = { downs: [{ from: DUE * 1000, to: DUE * 1000 + 9 }] };
  const guarantees = { ...LIVED, durableSessions: false };
  expect(storyOf({ timeline, guarantees })?.doubt).toContain('the target was killed');
  const before = { downs: [{ from: DUE * 1000 - 9, to: DUE * 1000 }] };
  expect(storyOf({ timeline: before, guarantees })?.doubt).toBe(null);
});

it('says nothing where more may have come than is queued for observers', () => {
  const unsafe = { guarantees: LIVED, isSafe: false };
  const faults = [{ from: 4e6, to: 5e6, injected: true }];
  const of = (timeline: object) => storyOf({ ...unsafe, timeline: { faults: [], ...timeline } });
  expect(of(gaps(away(4000, 5000, true)))?.doubt).toContain('than the target may queue');
  expect(of({ faults })?.doubt).toContain('at once');
  expect(of({})?.doubt).toBe(null);
});

it('knows since when the platform may have had what we saw late', () => {
  const of = (given: Lived) => storyOf({ guarantees: LIVED, seenMs: 3000, ...given })?.expected;
  expect(of({})).toMatchObject([{ at: 3000, due: 6000 }]);
  expect(of({})?.[0]).not.toHaveProperty('soonest');
  const kept = gaps(away(2000, 5900, true));
  // Of what nobody knows when it was sent it is the time that it bears.
  expect(of({ timeline: kept })).toMatchObject([{ due: 6000, soonest: 3000 }]);
  expect(of({ timeline: kept, sentAt: 3500e3 })).toMatchObject([{ soonest: 3500 }]);
  const stalls = [{ from: 4e6, to: 5e6 }];
  expect(of({ timeline: { stalls }, sentAt: 3500e3 })).toMatchObject([{ soonest: 4000 }]);
  expect(of({ timeline: { stalls }, sentAt: 5500e3 })?.[0]).not.toHaveProperty('soonest');
});

it('passes over what is strange to one shard alone', () => {
  const [id = ''] = testPlan({ devices: 1, readings: 1 }).devices.map((one) => one.id);
  const elsewhere = (says: string): [string, object] => ['inbox/elsewhere', { device: -1, says }];
  const { fleet } = lived({ more: [elsewhere(id), elsewhere('nobody/1')] });
  const why = 'there is no such device';
  expect(fleet.inbox.strange).toEqual([{ why, says: 'nobody/1', t: 50_000_000 }]);
});

// Looking at all of them for each takes minutes.
it('looks only at what names the same beginning', () => {
  const told = Array.from({ length: 100_000 }, (_, n) => ({ ...CLEARED, t: 5100 + n, since: n }));
  expect(storyOf({ told })?.strays).toHaveLength(told.length);
});

/** As the shard that listens for all writes down what it hears of a device of another shard. */
const posted = (...told: object[]): Lived => ({
  more: told.map((one) => ['inbox/posted', { device: -1, subject: SUBJECT, rule: 'high', ...one }]),
});
const SUBJECT = testPlan({ devices: 1, readings: 1 }).devices[0]?.id ?? '';

it('is told by another shard as by its own', () => {
  const story = storyOf(posted(RAISED, CLEARED));
  expect(story?.told).toMatchObject([{ since: 2000, at: 3000, cleared: 5000 }]);
  expect(storyOf(posted(RAISED, { ...RAISED, isAgain: true }, CLEARED))?.told.length).toBe(1);
  expect(storyOf(posted(RAISED, RAISED))?.told.length).toBe(2);
  expect(lived(posted(RAISED, CLEARED)).fleet.inbox).toMatchObject({ understood: 2, strange: [] });
});

it('finds strange what is told so of nobody, or of no rule', () => {
  const { fleet, story } = lived(
    posted({ ...RAISED, subject: 'nobody/1' }, { ...RAISED, rule: 'low' }, RAISED),
  );
  expect(fleet.inbox.strange.map(({ why, says }) => `${why}: ${says}`)).toEqual([
    'there is no such device: nobody/1',
    'there is no such rule: low',
  ]);
  expect(story?.told.length).toBe(1);
});
