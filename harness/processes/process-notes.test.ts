/** A stall is as long as it was, and of a process the worst is kept that it ever told. */
import { expect, it } from 'vitest';
import type { Clock } from '#kernel';
import type { LedgerWriter } from '../record/ledger-writer.ts';
import { ProcessNotes } from './process-notes.ts';

let now = 0;
const clock = { now: () => now } as Clock;

function noted(): { notes: ProcessNotes; written: unknown[] } {
  const written: unknown[] = [];
  const ledger = { write: (op: string, fields: object) => written.push({ op, ...fields }) };
  return { notes: new ProcessNotes(ledger as unknown as LedgerWriter, clock), written };
}

it('a stall goes on until the word of it has come', () => {
  const { notes, written } = noted();
  const stall = { op: 'stall', outside: false, process: 'shard-0' };
  now = 5000;
  notes.stall('shard-0', 200);
  notes.stall('shard-0', 200, 4700);
  // A clock of another process may be a little ahead of ours.
  notes.stall('shard-0', 200.5, 5001);
  expect(written).toEqual([200_000, 500_000, 200_500].map((us) => ({ ...stall, us })));
});

it('the most memory and the worst lag are kept, and the time that was used in all', () => {
  const { notes, written } = noted();
  const tell = (residentMiB: number, worstLagMs: number, cpuSeconds: number): void =>
    notes.vitals('shard-1', { residentKiB: residentMiB * 1024, worstLagMs, cpuSeconds });
  tell(80, 12.4, 1.234);
  tell(90, 40.6, 2.346);
  tell(70, 3, 3.123);
  notes.vitals('runner', { residentKiB: 1024, worstLagMs: 0, cpuSeconds: 0.5 });
  expect(notes.processes).toEqual([
    { name: 'runner', peakResidentMiB: 1, worstLagMs: 0, cpuSeconds: 0.5 },
    { name: 'shard-1', peakResidentMiB: 90, worstLagMs: 41, cpuSeconds: 3.12 },
  ]);
  const first = { op: 'health', lagUs: 12_400, residentKiB: 81_920, process: 'shard-1' };
  expect(written[0]).toMatchObject(first);
  expect(written).toHaveLength(4);
});
