/**
 * The local side carries so many bytes in a second, for all who are answered together: each has a
 * piece in its turn, so that nobody takes a slow line for a dead one.
 */
import type { PartDevice } from '../../part.ts';
import type { Caller } from './caller.ts';

const PIECE_BYTES = 256;
/** Times on the wheel are sums of fractions. */
const ROUNDED_MS = 1e-3;

export class LineRate {
  readonly #device: PartDevice;
  readonly #bytesPerMs: number;
  readonly #sent: (caller: Caller) => void;
  /** Whose turn it is first. */
  #turns: Caller[] = [];
  /** When the line has carried what was given to it. */
  #freeAt = 0;
  #isDue = false;

  constructor(device: PartDevice, bytesPerSecond: number, sent: (caller: Caller) => void) {
    this.#device = device;
    this.#bytesPerMs = bytesPerSecond / 1000;
    this.#sent = sent;
  }

  /** It has an answer that is to go. */
  add(caller: Caller): void {
    this.#turns.push(caller);
    this.#plan();
  }

  clear(): void {
    this.#turns = [];
  }

  #plan(): void {
    if (this.#isDue || this.#turns.length === 0) return;
    this.#isDue = true;
    this.#device.at(Math.max(this.#device.now(), this.#freeAt), {
      fire: (at) => {
        this.#isDue = false;
        this.#turn(at);
        return Number.POSITIVE_INFINITY;
      },
    });
  }

  /** What the line can have carried by now. */
  #turn(now: number): void {
    this.#freeAt = Math.max(this.#freeAt, now - this.#device.plan.quantumMs);
    while (this.#turns.length > 0 && this.#freeAt <= now + ROUNDED_MS) {
      const caller = this.#turns.shift();
      if (caller === undefined || caller.isOver) continue;
      this.#freeAt += caller.send(PIECE_BYTES) / this.#bytesPerMs;
      if (caller.isServed) this.#turns.push(caller);
      else this.#sent(caller);
    }
    this.#plan();
  }
}
