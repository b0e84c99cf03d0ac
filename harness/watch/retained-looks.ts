/**
 * Looks at retained values in the midst of the run, when the plan says: of the lanes of this shard,
 * one after the other, as the final read does it. A look that is still at it when sampling ends
 * breaks off, and proves nothing.
 */
import type { ObserverPorts } from './observer.ts';
import { readAll } from './retained-read.ts';

export class RetainedLooks {
  readonly #ports: ObserverPorts;
  readonly #name: string;
  readonly #lanes: ReadonlySet<number>;
  readonly #over = new AbortController();
  #turn: Promise<void> = Promise.resolve();

  /** `name`: that of the final reader, who comes when all looks are over. */
  constructor(ports: ObserverPorts, name: string, lanes: ReadonlySet<number>) {
    this.#ports = ports;
    this.#name = name;
    this.#lanes = lanes;
  }

  start(): void {
    const { plan, wheel } = this.#ports;
    (plan.observers.looks ?? []).forEach(({ at, lanes }, look) => {
      const mine = lanes.filter((lane) => this.#lanes.has(lane));
      if (mine.length === 0) return;
      wheel.after(Math.max(0, at - this.#ports.now()), () => {
        this.#turn = this.#turn.then(() => this.#look(look, mine));
      });
    });
  }

  /** Nothing is begun any more; fulfilled when what had begun is over. */
  stop(): Promise<void> {
    this.#over.abort();
    return this.#turn;
  }

  async #look(look: number, lanes: readonly number[]): Promise<void> {
    if (this.#over.signal.aborted) return;
    const { ledger } = this.#ports;
    ledger.write('look', { look, begins: true, complete: false });
    // The plan has kept the declared time free for it, and no more.
    const how = { isPatient: false, breakOff: this.#over.signal };
    const reading = { by: 'looker', name: this.#name, lanes, ...how } as const;
    await readAll(this.#ports, reading, (trouble) => {
      ledger.write('look', { look, begins: false, complete: trouble === null });
    });
  }
}
