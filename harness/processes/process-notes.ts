/**
 * What the processes of a run tell of themselves: when they stood still, how they fare. Into the
 * ledger, since an objective is not judged while its generator stood still; and summed up for the
 * environment, so that a figure is never read without the machine it came from.
 */
import type { Clock } from '#kernel';
import type { LedgerWriter } from '../record/ledger-writer.ts';
import type { Vitals } from './stall-watch.ts';

interface Figures {
  peakResidentMiB: number;
  cpuSeconds: number;
  worstLagMs: number;
}

export class ProcessNotes {
  readonly #ledger: LedgerWriter;
  readonly #clock: Clock;
  readonly #figures = new Map<string, Figures>();

  constructor(ledger: LedgerWriter, clock: Clock) {
    this.#ledger = ledger;
    this.#clock = clock;
  }

  /** A stall of `ms` that ended at `t`; until the word came we may have stood still ourselves. */
  stall(name: string, ms: number, t = this.#clock.now()): void {
    const span = ms + Math.max(0, this.#clock.now() - t);
    this.#ledger.write('stall', { us: Math.round(span * 1000), outside: false, process: name });
  }

  vitals(name: string, { cpuSeconds, residentKiB, worstLagMs }: Vitals): void {
    const before = this.#figures.get(name);
    this.#figures.set(name, {
      peakResidentMiB: Math.max(before?.peakResidentMiB ?? 0, Math.round(residentKiB / 1024)),
      cpuSeconds: Math.round(cpuSeconds * 100) / 100,
      worstLagMs: Math.round(Math.max(before?.worstLagMs ?? 0, worstLagMs)),
    });
    const a = Math.round(worstLagMs * 1000);
    this.#ledger.write('health', { lagUs: a, residentKiB, backlog: 0, process: name });
  }

  get processes(): (Figures & { name: string })[] {
    return [...this.#figures]
      .map(([name, figures]) => ({ name, ...figures }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}
