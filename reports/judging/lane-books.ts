/**
 * The judge's own books of one lane: they ask the oracles like anybody else, restore what arrived
 * garbled, and feed the account. When an oracle fails them there is no account, and the run is
 * invalid.
 */
import type { LedgerEntry, Plan } from '#kernel';
import { type AskOracle, type DeliveryOracle, GarbledReader } from '#oracles';
import { RunAccount } from './account.ts';
import type { Asker } from './asker.ts';

const ACCOUNTED: ReadonlySet<string> = new Set(RunAccount.ops);

interface Books {
  delivery: DeliveryOracle;
  garbled: GarbledReader;
}

export class LaneBooks {
  readonly #account: RunAccount;
  readonly #asker: Asker;
  readonly #books: Books | null;

  /** The asker is that of the account, and so one for all lanes. */
  constructor(plan: Plan, account: RunAccount, asker: Asker, ask: AskOracle) {
    this.#account = account;
    this.#asker = asker;
    this.#books = asker.guarded(() => {
      const of = asker.asking(ask);
      const delivery = of('delivery');
      return { delivery, garbled: new GarbledReader(plan, delivery, of('connections')) };
    });
  }

  /** As it should have been written, where that can be told. */
  restored(entry: LedgerEntry): LedgerEntry {
    const books = this.#books;
    if (entry.op !== 'garbled' || books === null) return entry;
    return this.#asker.guarded(() => books.garbled.restored(entry)) ?? entry;
  }

  step(entry: LedgerEntry): void {
    const books = this.#books;
    if (!ACCOUNTED.has(entry.op) || books === null || this.#asker.error !== null) return;
    try {
      this.#account.step(entry, books.delivery);
    } catch (error) {
      this.#asker.fail(error);
    }
  }

  end(): void {
    const books = this.#books;
    if (books !== null) this.#asker.guarded(() => this.#account.endLane(books.delivery));
  }
}
