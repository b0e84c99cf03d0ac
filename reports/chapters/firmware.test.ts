/** What the chapter tells of two updates, one of which does not prove itself, counted by hand. */
import { expect, it } from 'vitest';
import type { LedgerEntry, Plan } from '#kernel';
import type { Timeline } from '#oracles';
import { ChapterBook } from '../judging/chapter-book.ts';
import { ORACLES } from '../testing/oracles.ts';
import { courseOf } from './firmware/course.ts';
import { gateTable } from './firmware/gate-table.ts';
import firmware from './firmware.ts';

const campaign = {
  name: 'spring',
  of: '',
  waves: [1_000_000],
  gate: { success: 500_000, withinMs: 1 },
  image: { version: '2.1.0', sha256: 'new', size: 1000 },
};
const plan = {
  workflows: [{ workflow: 'ota', session: 'ota', resolved: { factory: {}, keys: [], campaign } }],
  phases: [],
  devices: [
    { id: 'rooms/1', lane: 3 },
    { id: 'rooms/2', lane: 3 },
  ],
  entries: [],
  streams: [],
} as unknown as Plan;

const S = 1_000_000;
const at = (seconds: number, op: string, device: number, more: object): LedgerEntry =>
  ({ t: seconds * S, op, device, ...more }) as unknown as LedgerEntry;
const ABOUT = { campaign: 'spring', attempt: 1 };

const STORY = [0, 1].flatMap((device) => [
  at(1, 'ota/began', device, { ...ABOUT, version: '2.1.0' }),
  at(2, 'ota/fetched', device, { ...ABOUT, bytes: 600, size: 1000 }),
  at(3, 'ota/fetched', device, { ...ABOUT, bytes: 500, size: 1000 }),
  at(4, 'ota/booted', device, { version: '2.1.0', sha256: 'new', counter: 2, trial: true }),
  ...(device === 0
    ? [at(6, 'ota/kept', device, { version: '2.1.0', sha256: 'new', counter: 2 })]
    : []),
  at(6 + device, 'ota/ended', device, {
    ...ABOUT,
    ...(device === 0
      ? { status: 'confirmed', why: '' }
      : { status: 'rolled-back', why: 'not kept' }),
  }),
]);
/** The first falls twice by what it kept; the second by what it had on trial, which is no fall. */
const FALLS = [
  at(7, 'boot', 1, { epoch: 3, cause: 'watchdog' }),
  at(7, 'ota/booted', 1, { version: '1.0.0', sha256: 'old', counter: 1, trial: false }),
  at(7, 'ota/ended', 1, { ...ABOUT, status: 'rolled-back', why: 'not kept' }),
  ...[8, 9].map((seconds) => at(seconds, 'boot', 0, { epoch: 3, cause: 'watchdog' })),
  at(10, 'ota/unwell', 0, { campaign: 'spring', at: 8100 }),
];
const GATE = at(9, 'ota/gate', -1, {
  ...{
    campaign: 'spring',
    wave: 0,
    passed: true,
    confirmed: 1,
    failed: 1,
    unwell: 0,
    of: 2,
    at: 7000,
  },
});

const state = (seconds: number, device: number, name: string): LedgerEntry =>
  at(seconds, 'state', device, { state: name });
const STATES = [0, 1].flatMap((device) => [
  state(0, device, 'ota.idle'),
  state(1, device, 'ota.downloading'),
  state(2, device, 'connection.online'),
  state(4, device, 'ota.testing'),
  state(5, device, 'ota.rebooting'),
  state(6 + device, device, device === 0 ? 'ota.confirmed' : 'ota.rolled-back'),
  state(10, device, 'ota.idle'),
]);
const isOfFleet = ({ op }: LedgerEntry): boolean =>
  ['ota/began', 'ota/kept'].includes(op as string);

it('counts what became of offers, and shows what was decided', () => {
  const oracle = ORACLES.find(({ kind }) => kind === 'ota');
  const timeline = { readsOf: () => ({ beganAt: 0 }) };
  const lane = oracle?.start({ plan, timeline, lane: 3 } as never);
  const fleet = oracle?.fleet?.start({ plan } as never);
  for (const entry of [...STORY, ...FALLS]) {
    lane?.step(entry);
    if (isOfFleet(entry)) fleet?.step(entry);
  }
  fleet?.step(GATE);
  const of = (kind: string): unknown => (kind === 'ota' ? lane : fleet);
  const book = new ChapterBook({ end: 12 * S } as Timeline);
  const fold = firmware.start({ plan, lane: 3, devices: [0, 1], of } as never, book);
  for (const entry of STATES) fold.step?.(entry);
  fold.end();
  const { lead, figures, wholes, spans, tables, courses } = firmware.tell(book, plan, of as never);
  expect(lead).toMatch(/^1 offer of 2 that devices took ended with firmware that is kept/);
  expect(figures.map(({ value }) => value)).toEqual([2, 2, 1, 0, 2200, 2000, 0, 0]);
  expect(wholes[0]?.parts.map(({ count }) => count)).toEqual([1, 0, 1, 0, 0]);
  expect(spans.map(({ count, max }) => [count, max])).toEqual([[1, 5000]]);
  const rows = (title: string) => tables.find((one) => one.title === title)?.rows;
  // Half of them were needed, and one kept it by then.
  expect(rows('Decisions about waves')).toEqual([
    ['spring', 1, 'passed', 2, 1, 1, 1, 1, null, 0, null, 0, 1000, 7000],
  ]);
  expect(rows('Loaded per device, against the image')).toEqual([
    ['spring', 1000, 2, 1100, 1100, 1100, 1.1, 1.1, 1.1],
  ]);
  expect(rows('Devices that loaded most')?.[0]).toEqual(['rooms/1', 'spring', 1100, 1.1, 1, 2]);
  expect(rows('Devices that fell by what they had kept')).toEqual([
    ['rooms/1', 'spring', 2, 8000, 'yes'],
  ]);
  expect(rows('Slowest')).toEqual([['rooms/1', 'spring', 1, 5000]]);
  expect(courses?.[0]?.rows).toEqual([
    [
      {
        from: 1000,
        to: 7000,
        labels: ['wave 1 passed: 1 of 2 kept it, 1 needed', 'wave 1 passed', 'wave 1', '1'],
        sense: 'good',
      },
    ],
  ]);
  const parts = courses?.[0]?.parts ?? [];
  const seconds = (name: string) => {
    const series = parts.find((part) => part.series.name === name)?.series;
    const sum = series?.values.reduce<number>((so, value) => so + (value ?? 0), 0) ?? 0;
    return Math.round(sum * (series?.step ?? 0)) / 1000;
  };
  // Two devices over twelve seconds; a restart and one that is idle again change nothing.
  expect(parts.map(({ series }) => [series.name, seconds(series.name)])).toEqual([
    ['not begun', 2],
    ['offered', 0],
    ['downloading', 6],
    ['installing', 0],
    ['on trial', 5],
    ['failed', 0],
    ['rolled back', 5],
    ['kept', 6],
  ]);
});

it('takes off what patches saved what was loaded of them in vain', () => {
  const image = { ...campaign.image, delta: { base: 'old', size: 400, sha256: 'patch' } };
  const resolved = { factory: {}, keys: [], campaign: { ...campaign, image } };
  const workflows = [{ workflow: 'ota', session: 'ota', resolved }];
  const own = { ...plan, workflows } as unknown as Plan;
  const oracle = ORACLES.find(({ kind }) => kind === 'ota');
  const timeline = { readsOf: () => ({ beganAt: 0 }) };
  const lane = oracle?.start({ plan: own, timeline, lane: 3 } as never);
  const fleet = oracle?.fleet?.start({ plan: own } as never);
  const book = new ChapterBook({ end: 12 * S } as Timeline);
  const of = (kind: string): unknown => (kind === 'ota' ? lane : fleet);
  const fold = firmware.start({ plan: own, lane: 3, devices: [0, 1], of } as never, book);
  // The first makes do with the patch; the second loads two parts of one, and then the whole.
  const loads = [
    [0, 400],
    [1, 300],
    [1, 150],
  ] as const;
  const told = [
    ...[0, 1].map((device) => at(1, 'ota/began', device, ABOUT)),
    ...loads.map(([device, bytes]) => at(2, 'ota/fetched', device, { ...ABOUT, bytes, size: 400 })),
    at(3, 'ota/whole', 1, { ...ABOUT, why: 'wrong patch' }),
    at(3, 'ota/fetched', 1, { ...ABOUT, bytes: 1000, size: 1000 }),
    ...[0, 1].map((device) => at(4, 'ota/ended', device, { ...ABOUT, ...CONFIRMED })),
  ];
  for (const entry of told) {
    lane?.step(entry);
    if (fold.ops?.includes(entry.op) === true) fold.step?.(entry);
  }
  fold.end();
  const { figures } = firmware.tell(book, own, of as never);
  const [spared, inVain, saved, whole] = figures.slice(-4);
  expect([spared?.value, inVain?.value, saved?.value, whole?.value]).toEqual([600, 450, 150, 1]);
});

it('shows what the operator said, and why a wave was halted', () => {
  const oracle = ORACLES.find(({ kind }) => kind === 'ota');
  const gate = { success: 500_000, errors: 0, withinMs: 9000 };
  const steered = { ...campaign, gate, rate: 60, window: { from: 2000, to: 9000 } };
  const resolved = { factory: {}, keys: [], campaign: steered };
  const workflows = [{ workflow: 'ota', session: 'ota', resolved }];
  const more = { ...plan, workflows } as unknown as Plan;
  const fleet = oracle?.fleet?.start({ plan: more } as never);
  const said = { device: -1, campaign: 'spring' };
  const about = { campaign: 'spring', attempt: 1 };
  // The clock of the target shows half a second more.
  const told: object[] = [
    { t: 1 * S, op: 'ota/asked', ...said },
    { t: 1 * S, op: 'ota/answered', ...said, status: 200, at: 1500 },
    { t: 2 * S, op: 'ota/began', device: 0, ...about },
    { t: 3 * S, op: 'ota/told', ...said, move: 'pause' },
    { t: 3 * S, op: 'ota/took', ...said, move: 'pause', status: 200, at: 3500 },
    { t: 5 * S, op: 'ota/told', ...said, move: 'resume' },
    { t: 5 * S, op: 'ota/took', ...said, move: 'resume', status: 200, at: 5500 },
    { t: 9 * S, op: 'ota/offered', device: 0, ...about, at: 2500 },
    { t: 9 * S, op: 'ota/offered', device: 1, ...about, at: 5500 },
    { t: 9 * S, op: 'ota/gate', ...said, ...HALT },
  ];
  for (const entry of told) fleet?.step(entry as LedgerEntry);
  const book = new ChapterBook({ end: 12 * S } as Timeline);
  const { lead, tables, courses } = firmware.tell(book, more, (() => fleet) as never);
  expect(lead).toBe('No device took an offer. spring was halted in wave 1: 1 of 2 failed, 0 may.');
  const rows = (title: string) => tables.find((one) => one.title === title)?.rows;
  expect(rows('What the operator said')).toEqual([
    ['spring', '60 a minute, 2 in the busiest', 2000, 5000, 0, 2],
    ['spring', 'offers in this window alone', 2000, 9000, 0, 2],
    ['spring', 'paused', 3000, 5000, 1, 0],
  ]);
  expect(rows('Decisions about waves')?.[0]?.slice(0, 3)).toEqual([
    'spring',
    1,
    'halted: too many failed',
  ]);
  const labels = courses?.[0]?.rows.flat().map(({ labels: [longest] }) => longest);
  expect(labels).toEqual([
    'wave 1 halted: 1 of 2 failed, 0 may',
    'paused: 0 offers meanwhile',
    'window: 2 offers',
  ]);
});

it('says that too many fell by it', () => {
  const told = { campaign: 'spring', wave: 0, of: 4, needed: 2, mayFail: 0, mayAil: 1 };
  const gate = { passed: false, confirmed: 3, failed: 0, unwell: 2, of: 4, t: 9 * S };
  const wave = { ...told, beganAt: 1 * S, gates: [gate], keptBy: () => 3 } as never;
  const [row] = gateTable([wave]).rows;
  expect(row).toEqual([
    ...['spring', 1, 'halted: too many fell by it', 4, 2, 3, 3],
    ...[0, 0, 2, 1, 1, 1000, 9000],
  ]);
  const book = new ChapterBook({ end: 12 * S } as Timeline);
  const { rows } = courseOf(book, plan, [wave], [], 4);
  expect(rows[0]?.[0]?.labels[0]).toBe('wave 1 halted: 2 of 4 fell by it, 1 may');
});

const CONFIRMED = { status: 'confirmed', why: '' };
const HALT = { wave: 0, passed: false, confirmed: 0, failed: 1, unwell: 0, of: 2, at: 6500 };
