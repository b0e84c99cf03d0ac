/**
 * Times that cannot be. Faults act in the chaos phase: after the steady-state gate, and early
 * enough to be recovered from; and nothing happens between two points of the grid of intended
 * times.
 */
import { type Flaw, formatDuration, formatPath, type Path, parseSpan } from '#kernel';
import { parseInstant } from '../schema/instant.ts';
import { momentOf } from '../schema.ts';
import type { Draft } from './draft.ts';

export function scheduleFlaws(draft: Draft): Flaw[] {
  return [
    ...draft.fleet.flatMap(({ every }, index) => quantumFlaws(draft, every, index)),
    ...draft.chaos.flatMap((_, index) => windowFlaws(draft, index)),
  ];
}

function quantumFlaws({ quantumMs }: Draft, written: unknown, index: number): Flaw[] {
  const every = parseSpan(written);
  if (every === undefined || every >= quantumMs) return [];
  const path = ['fleet', index, 'every'];
  const message = `${formatPath(path)} is finer than the pacing quantum`;
  const hint = `send at most every ${formatDuration(quantumMs)}, or set time.quantum`;
  return [{ code: 'finer-than-quantum', path, what: 'value', message, hint }];
}

function windowFlaws({ chaos, starts }: Draft, index: number): Flaw[] {
  const entry = chaos[index];
  const isTied = entry?.while !== undefined || entry?.when !== undefined;
  const at = parseInstant(entry?.at ?? (isTied ? 'chaos' : undefined));
  if (entry === undefined || at === undefined) return [];
  const from = momentOf(at, starts);
  const flaw = (code: string, key: string, says: string, hint: string): Flaw[] => {
    const path: Path = ['chaos', index, key];
    return [{ code, path, what: 'value', message: `${formatPath(path)}: ${says}`, hint }];
  };
  if (from < starts.chaos) {
    const gate = formatDuration(starts.chaos);
    return flaw(
      'fault-before-gate',
      'at',
      `begins at ${formatDuration(from)}, and the steady-state gate closes at ${gate}`,
      'let it begin in the chaos phase, such as chaos+2s',
    );
  }
  const until = parseInstant(entry.until);
  // How long it acts at a time says nothing of when it is over.
  const span = isTied ? starts.settle - from : parseSpan(entry.for);
  const to = until !== undefined ? momentOf(until, starts) : from + (span ?? 0);
  if (until !== undefined && to <= from) {
    return flaw('fault-ends-first', 'until', 'ends before it begins', 'let until be later than at');
  }
  if (isTied && to <= from) {
    const settled = formatDuration(starts.settle);
    return flaw(
      'fault-outside-run',
      'at',
      `may act from ${formatDuration(from)} on, and the chaos phase ends at ${settled}`,
      'let it begin earlier, or lengthen time.chaos',
    );
  }
  if ((until === undefined && span === undefined) || to <= starts.settle) return [];
  return flaw(
    'fault-outside-run',
    until === undefined ? 'for' : 'until',
    `ends at ${formatDuration(to)}, after the chaos phase ends at ${formatDuration(starts.settle)}`,
    'shorten it, begin earlier, or lengthen time.chaos: recovery needs the time after it',
  );
}
