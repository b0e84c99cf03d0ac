/** What k6 writes, and what is made of it: also of a stream that breaks off, and of nothing. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { eventIn, readEvents, wallMs } from './k6-stream.ts';
import { summaryOf } from './k6-summary.ts';

const line = (time: string, op: string, n: number): string =>
  `{"metric":"twinstorm","type":"Point","data":{"time":"${time}","value":1,"tags":{"op":"${op}"},` +
  `"metadata":{"device":"k6/a/1","n":"${n}"}}}`;

it('reads the time to the microsecond, whatever the zone', () => {
  expect(wallMs('2026-11-28T03:11:16.070069468Z') - Date.UTC(2026, 10, 28, 3, 11, 16)).toBeCloseTo(
    70.069,
    2,
  );
  expect(wallMs('2026-11-28T05:11:16+02:00')).toBe(Date.UTC(2026, 10, 28, 3, 11, 16));
  expect(wallMs('tomorrow')).toBeNaN();
});

it('puts events into the order of time, and passes over what was cut off', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'k6s-'));
  try {
    const file = join(folder, 'a.ndjson');
    const late = line('2026-11-28T03:00:01.5Z', 'acked', 0);
    const early = line('2026-11-28T03:00:01.25Z', 'sent', 0);
    const other = '{"metric":"http_reqs","type":"Point","data":{"time":"2026-11-28T03:00:01Z"}}';
    writeFileSync(file, [other, late, early, late.slice(0, 90)].join('\n'));
    const events = await readEvents(file);
    expect(events.map(({ op, device, data }) => [op, device, data.n])).toEqual([
      ['sent', 'k6/a/1', '0'],
      ['acked', 'k6/a/1', '0'],
    ]);
    expect(eventIn('{"metric":"twinstorm","type":"Point"}')).toBeNull();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it('knows nothing of a threshold whose metric had no sample', () => {
  const declared = { a: ['avg<1', 'max<9'], b: ['rate>0'] };
  const said = { metrics: { a: { avg: 2.00049, thresholds: { 'avg<1': true, 'max<9': false } } } };
  const { thresholds, metrics } = summaryOf(said, declared);
  expect(thresholds.map(({ state }) => state)).toEqual(['crossed', 'held', 'unmeasured']);
  expect(metrics).toEqual([{ metric: 'a', values: { avg: 2 } }]);
  expect(summaryOf(null, declared).thresholds.map(({ state }) => state)).toEqual([
    ...['unmeasured', 'unmeasured', 'unmeasured'],
  ]);
});
