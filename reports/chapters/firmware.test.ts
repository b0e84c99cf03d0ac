/** What the chapter tells of two updates, one of which does not prove itself, counted by hand. */
import { expect, it } from 'vitest';
import type { LedgerEntry, Plan } from '#kernel';
import type { Timeline } from '#oracles';
import { ChapterBook } from '../judging/chapter-book.ts';
import { ORACLES } from '../testing/oracles.ts';
import firmware from './firmware.ts';

const campaign = {
  name: 'spring',
  of: '',
  waves: [1_000_000],
  gate: { success: 500_000, withinMs: 1 },
  image: { sha256: 'new' },
};
const plan = {
  workflows: [{ workflow: 'ota', session: 'ota', resolved: { factory: {}, keys: [], campaign } }],
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
  at(6 + device, 'ota/ended', device, {
    ...ABOUT,
    status: device === 0 ? 'confirmed' : 'rolled-back',
    why: '',
  }),
]);
const GATE = at(9, 'ota/gate', -1, {
  ...{ campaign: 'spring', wave: 0, passed: true, confirmed: 1, failed: 1, of: 2, at: 7000 },
});

it('counts what became of offers, and shows what was decided', () => {
  const oracle = ORACLES.find(({ kind }) => kind === 'ota');
  const timeline = { readsOf: () => ({ beganAt: 0 }) };
  const lane = oracle?.start({ plan, timeline, lane: 3 } as never);
  const fleet = oracle?.fleet?.start({ plan } as never);
  for (const entry of STORY) lane?.step(entry);
  fleet?.step(GATE);
  const of = (kind: string): unknown => (kind === 'ota' ? lane : fleet);
  const book = new ChapterBook({ end: 12 * S } as Timeline);
  firmware.start({ plan, lane: 3, devices: [0, 1], of } as never, book).end();
  const { lead, figures, wholes, spans, tables } = firmware.tell(book, plan);
  expect(lead).toMatch(/^1 offer of 2 ended with firmware that is kept/);
  expect(figures.map(({ value }) => value)).toEqual([2, 2, 0, 2200, 2000]);
  expect(wholes[0]?.parts.map(({ count }) => count)).toEqual([1, 0, 1, 0]);
  expect(spans.map(({ count, max }) => [count, max])).toEqual([[1, 5000]]);
  expect(tables[0]?.rows).toEqual([['spring', 1, 'passed', 1, 1, 2, 7000]]);
  expect(tables[1]?.rows).toEqual([['rooms/1', 'spring', 1, 5000]]);
});
