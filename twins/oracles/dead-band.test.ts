/** What the oracle goes by: what a stream is, and never what it is called. */
import { expect, it } from 'vitest';
import { type LedgerEntry, layOps, type Plan, type StreamPlan } from '#kernel';
import type { DeadBandOracle } from './dead-band.ts';
import { foldHistory } from './fold-history.ts';
import { kindsOfFolder } from './testing/kinds.ts';
import { testPlan } from './testing/plan.ts';

const kinds = await kindsOfFolder();
const FIELDS = { device: 'device', stream: 'stream', n: 'count', values: 'text' } as const;
const SAMPLES = 70;

/** One device that samples two streams, neither of which has a name that anybody knows. */
function storiesOf(...told: [op: string, stream: number, n: number, level: number][]) {
  const plan = testPlan({ devices: 1, readings: 10, commands: null });
  const [sampled] = plan.streams.filter(({ schedule }) => schedule.by === 'sampling');
  const named = (name: string, code: number): StreamPlan => ({
    ...(sampled as StreamPlan),
    ...{ name, code },
  });
  const [entry] = plan.entries;
  const part = { kind: 'dead-band', params: { bands: { level: 1 }, silence: 60_000 } };
  const own: Plan = {
    ...plan,
    streams: [named('levels', SAMPLES), named('more-levels', SAMPLES + 1)],
    entries: entry === undefined ? [] : [{ ...entry, parts: [part] }],
    ops: layOps([{ 'dead-band/said': FIELDS, 'dead-band/held': FIELDS }]),
  };
  const entries = told.flatMap(([op, stream, n, level], index) => {
    const at = { t: index * 1000, device: 0, stream: SAMPLES + stream, n };
    const held = op === 'held' ? [{ ...at, op: 'not-sent', why: 'held' }] : [];
    const values = JSON.stringify({ level });
    return op === 'lost'
      ? [{ ...at, op: 'not-sent', why: 'buffer-overflow' }]
      : [{ ...at, op: `dead-band/${op}`, values }, ...held];
  });
  const history = { plan: own, entries: entries as unknown as LedgerEntry[] };
  return (foldHistory(kinds, 'dead-band', history) as DeadBandOracle).of(0);
}

it('keeps apart what a device samples in two streams', () => {
  const stories = storiesOf(
    ...([
      ['said', 0, 0, 5],
      ['said', 1, 0, 50],
      ['held', 0, 1, 5.5],
      ['held', 1, 1, 50.5],
      ['held', 1, 2, 52],
    ] as [string, number, number, number][]),
  );
  expect(stories.map(({ stream, said, held }) => [stream - SAMPLES, said, held])).toEqual([
    [0, 1, 1],
    [1, 1, 2],
  ]);
  expect(stories.map(({ wrong }) => wrong.map(({ n, away }) => [n, away]))).toEqual([[], [[2, 2]]]);
  expect(stories.flatMap(({ unaccounted }) => unaccounted)).toEqual([]);
});

it('knows what was held on top of what never went, in whatever stream', () => {
  const stories = storiesOf(['said', 1, 0, 5], ['lost', 1, 0, 5], ['held', 1, 1, 5]);
  expect(stories.map(({ unheard }) => unheard)).toEqual([1]);
});
