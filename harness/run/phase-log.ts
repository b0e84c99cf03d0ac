/** Where a run is, and the ledger's word of it: one phase ends where the next begins. */
import type { PhasePlan } from '#kernel';
import type { LedgerWriter } from '../record/ledger-writer.ts';

export class PhaseLog {
  readonly #ledger: Pick<LedgerWriter, 'write' | 'flush'>;
  #phase: PhasePlan['name'] | '' = '';
  #isAbandoned = false;

  constructor(ledger: Pick<LedgerWriter, 'write' | 'flush'>) {
    this.#ledger = ledger;
  }

  /** Empty before the first and after the last. */
  get current(): string {
    return this.#phase;
  }

  /** When it began, as the ledger has it. */
  begin(name: PhasePlan['name']): number {
    if (this.#isAbandoned) throw new Error(`there is no ${name} any more: the run is over`);
    this.end();
    this.#phase = name;
    const at = this.#ledger.write('phase', { begins: true, name });
    this.#ledger.flush();
    return at;
  }

  end(): void {
    if (this.#phase !== '') this.#ledger.write('phase', { begins: false, name: this.#phase });
    this.#phase = '';
  }

  /** The run is over without an outcome: nothing is written any more, and nothing begins. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#phase = '';
  }
}
