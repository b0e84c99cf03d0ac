/**
 * What stands still as a stopped process does: connections stay, what comes waits, no timer of its
 * fires, and all of it goes on in order when it is woken. Sockets and timers are handed to the
 * platform through here only in a run in which it may stand still.
 */
import { Duplex } from 'node:stream';
import type { Clock } from '#kernel';

export class Stillness {
  readonly #waiting: (() => void)[] = [];
  #isStill = false;

  get isStill(): boolean {
    return this.#isStill;
  }

  /** Now, or when it goes on. */
  do(action: () => void): void {
    if (this.#isStill) this.#waiting.push(action);
    else action();
  }

  set(isStill: boolean): void {
    this.#isStill = isStill;
    while (!this.#isStill) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      next();
    }
  }

  clock(clock: Clock): Clock {
    return {
      now: () => clock.now(),
      after: (ms, action) => clock.after(ms, () => this.do(action)),
    };
  }

  /**
   * A connection comes. Whoever stands still takes it when it goes on, and one that broke off
   * before then was never there for it.
   */
  take(end: Duplex, handle: (own: Duplex) => void): void {
    // Nobody else listens until then.
    end.on('error', () => {});
    this.do(() => {
      if (!end.destroyed) handle(this.around(end));
    });
  }

  /** The end of a connection as the platform has it. */
  around(end: Duplex): Duplex {
    const own: Duplex = new Duplex({
      read: () => this.do(() => end.resume()),
      write: (chunk: Uint8Array, _, done) => this.do(() => void end.write(chunk, () => done())),
      final: (done) => this.do(() => void end.end(() => done())),
      destroy: (_, done) => {
        this.do(() => end.destroy());
        done(null);
      },
    });
    end.on('data', (chunk: Uint8Array) => {
      this.do(() => {
        if (!own.push(chunk)) end.pause();
      });
    });
    end.on('end', () => this.do(() => void own.push(null)));
    end.on('error', () => {});
    end.on('close', () => this.do(() => void own.destroy()));
    return own;
  }
}
