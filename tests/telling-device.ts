/**
 * A device on the workbench that tells what its part does as a ledger would, for the oracle that
 * judges it. A bug of its firmware may be planted in it.
 */
import type { LedgerEntry, Mutant } from '#kernel';
import { BenchDevice } from '../devices/duties/bench-device.ts';

export class TellingDevice extends BenchDevice {
  readonly entries: LedgerEntry[] = [];
  #seams: Readonly<Record<string, unknown>> = {};
  /** How often its bug did its harm. */
  fired = 0;

  plant(mutant: Mutant | null): void {
    const planted = mutant?.plant(
      () => this.fired++,
      () => 0,
    );
    this.#seams = (planted ?? {}) as Readonly<Record<string, unknown>>;
  }

  override write(op: string, fields: object): void {
    this.tellAs(0, op, fields);
  }

  override seam(name?: string): undefined {
    return this.#seams[name ?? ''] as undefined;
  }

  tellAs(device: number, op: string, fields: object): void {
    this.entries.push({ t: this.atUs, op, device, ...fields } as unknown as LedgerEntry);
  }

  protected get atUs(): number {
    return this.now() * 1000;
  }
}
