/** What counts as an absence that nobody planned, device by device. */
import { describe, expect, it } from 'vitest';
import type { LedgerEntry, OpName } from '#kernel';
import { entryOf } from '../../kernel/testing/fields.ts';
import { AbsenceOracle } from './absence.ts';
import { testPlan } from './testing/plan.ts';
import { TimelineBuilder } from './timeline-builder.ts';

const END_S = 60;
const plan = testPlan({ devices: 1, readings: END_S });

/** Waits of at most a second, and a line that is given up after three. */
const quick = {
  ...plan,
  entries: plan.entries.map((entry) => ({
    ...entry,
    keepAliveS: 2,
    backoff: { baseMs: 500, capMs: 1000, jitter: 'full' as const },
  })),
};

const at = (second: number, op: OpName, fields: Record<string, string | number | boolean> = {}) =>
  entryOf(second * 1_000_000, op, { device: 0, ...fields });

function lived(...entries: LedgerEntry[]): AbsenceOracle {
  const builder = new TimelineBuilder(quick);
  builder.open({ schema: 'twinstorm.ledger/1', segment: 's', planSha256: '', lanes: [0] }, '');
  builder.step(entryOf(END_S * 1_000_000, 'phase', { begins: true, name: 'drain' }));
  builder.close(0);
  const oracle = new AbsenceOracle(quick, builder.finish());
  for (const entry of entries) oracle.step(entry);
  return oracle;
}

const spans = (oracle: AbsenceOracle): [number, number][] =>
  oracle.unplanned(0).map(({ from, to }) => [from / 1_000_000, to / 1_000_000]);

const met = at(1, 'online');
const left = at(10, 'offline', { why: 'closed' });

describe('a device that was let in once', () => {
  it('is missed from its loss until it is back', () => {
    expect(spans(lived(met, left, at(20, 'online')))).toEqual([[10, 20]]);
    expect(spans(lived(met, left))).toEqual([[10, END_S]]);
    expect(spans(lived(met))).toEqual([]);
  });

  it('is not missed for as long as its first attempt may take', () => {
    expect(spans(lived(met, left, at(13, 'online')))).toEqual([]);
    expect(spans(lived(met, left, at(13.1, 'online')))).toEqual([[10, 13.1]]);
  });

  it('is not missed while it sleeps or has no power, and is when it wakes in vain', () => {
    const asleep = at(10, 'offline', { why: 'planned' });
    expect(spans(lived(met, asleep))).toEqual([]);
    const vain = at(20, 'connect-failed', { why: 'ECONNREFUSED' });
    expect(spans(lived(met, asleep, vain))).toEqual([[20, END_S]]);
    const napping = at(25, 'state', { state: 'connection.sleeping' });
    expect(spans(lived(met, asleep, vain, napping))).toEqual([[20, 25]]);
    const silent = at(10, 'offline', { why: 'power-cut' });
    expect(spans(lived(met, silent))).toEqual([]);
    expect(spans(lived(met, silent, at(30, 'boot', { epoch: 2 })))).toEqual([[30, END_S]]);
    expect(spans(lived(met, left, at(15, 'off')))).toEqual([[10, 15]]);
  });

  it('says whose word its last failure was', () => {
    const denied = (...whys: string[]): boolean[] =>
      lived(met, left, ...whys.map((why, i) => at(11 + i, 'connect-failed', { why })))
        .unplanned(0)
        .map((absence) => absence.denied);
    expect(denied('ECONNREFUSED')).toEqual([false]);
    expect(denied('ECONNREFUSED', '3 server unavailable')).toEqual([true]);
    expect(denied('3 server unavailable', 'connect-timeout')).toEqual([false]);
  });

  it('is missing at the end when it left before it and never came back', () => {
    const goneAt = (second: number): AbsenceOracle =>
      lived(met, at(second, 'offline', { why: 'closed' }));
    expect(goneAt(59).isMissingAtEnd(0)).toBe(true);
    expect(goneAt(60).isMissingAtEnd(0)).toBe(false);
    expect(lived(met, left, at(61, 'online')).isMissingAtEnd(0)).toBe(false);
    const ended = at(62, 'state', { state: 'connection.stopped' });
    expect(lived(met, left, ended).isMissingAtEnd(0)).toBe(true);
  });
});

it('expects nobody who was never let in', () => {
  const oracle = lived(at(1, 'boot'), at(2, 'connect-failed', { why: 'ECONNREFUSED' }));
  expect([oracle.hasMet(0), oracle.isMissingAtEnd(0)]).toEqual([false, false]);
  expect(spans(oracle)).toEqual([]);
});
