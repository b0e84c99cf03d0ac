/**
 * How many packets of each device a fault has met, told every now and then in one word: a fault may
 * meet every packet of a large fleet.
 */
import type { Cancel, Timers } from '#kernel';

/** To so many packets of a device a fault has done what it does, since it was told last. */
export interface TapTold {
  fault: string;
  device: number;
  count: number;
}

const EVERY_MS = 250;

export class TapAccount {
  readonly #timers: Timers;
  readonly #tell: (told: TapTold) => void;
  readonly #counts = new Map<string, TapTold>();
  #cancel: Cancel | null = null;

  constructor(timers: Timers, tell: (told: TapTold) => void) {
    this.#timers = timers;
    this.#tell = tell;
  }

  hit(fault: string, device: number): void {
    const key = `${device} ${fault}`;
    const told = this.#counts.get(key);
    if (told === undefined) this.#counts.set(key, { fault, device, count: 1 });
    else told.count++;
    this.#cancel ??= this.#timers.after(EVERY_MS, () => this.flush());
  }

  flush(): void {
    this.#cancel?.();
    this.#cancel = null;
    const counts = [...this.#counts.values()];
    this.#counts.clear();
    for (const told of counts) this.#tell(told);
  }
}
