/**
 * When to break the silence, and when to give up on an answer. It has no clock: it is told of
 * writes and answers as they happen and of the time only when it is asked. Writes between two
 * questions are dated back to the earlier question, so the line is never silent for longer than 0.8
 * of the keep-alive; questions come twice as often.
 */

/** Share of the keep-alive after which silence of ours is broken by a PINGREQ. */
const PING_AFTER = 0.8;
/** Share of the keep-alive, and at least so long, for which a PINGRESP is waited. */
const PONG_WITHIN = 0.5;
const PONG_WITHIN_MS_MIN = 2000;
/** A first question so late after the CONNECT is answered as if it had been in time. */
const FIRST_TICK_MS_MAX = 1000;

/** In MQTT 5 the server may set another: so often it is asked whether that is known. */
export const UNTIL_AGREED_MS = 1000;

/** Null for none. */
export const keepAliveOf = (seconds: number): KeepAlive | null =>
  seconds > 0 ? new KeepAlive(seconds * 1000) : null;

export class KeepAlive {
  readonly #stepMs: number;
  readonly #pongWithinMs: number;
  #wrote = true;
  #tickedMs = -Infinity;
  /** At or before the last write. */
  #quietFromMs = 0;
  /** When the unanswered PINGREQ went out. */
  #pingedMs = Infinity;

  constructor(keepAliveMs: number) {
    this.#stepMs = (keepAliveMs * PING_AFTER) / 2;
    this.#pongWithinMs = Math.max(PONG_WITHIN_MS_MIN, keepAliveMs * PONG_WITHIN);
  }

  wrote(): void {
    this.#wrote = true;
  }

  answered(): void {
    this.#pingedMs = Infinity;
  }

  /** What to do now; 'ping' is taken as done. */
  ask(nowMs: number, connected: boolean): 'nothing' | 'ping' | 'give-up' {
    if (this.#wrote) {
      const first = this.#tickedMs === -Infinity;
      this.#quietFromMs = first
        ? nowMs - Math.min(FIRST_TICK_MS_MAX, this.#stepMs)
        : this.#tickedMs;
      this.#wrote = false;
    }
    this.#tickedMs = nowMs;
    if (!connected) return 'nothing';
    if (this.#pingedMs !== Infinity) {
      return nowMs >= this.#pingedMs + this.#pongWithinMs ? 'give-up' : 'nothing';
    }
    if (nowMs < this.#quietFromMs + 2 * this.#stepMs) return 'nothing';
    this.#quietFromMs = nowMs;
    this.#pingedMs = nowMs;
    return 'ping';
  }

  /** When to ask again. */
  nextMs(connected: boolean): number {
    const step = this.#tickedMs + this.#stepMs;
    if (!connected) return step;
    if (this.#pingedMs !== Infinity) return Math.min(step, this.#pingedMs + this.#pongWithinMs);
    return Math.min(step, this.#quietFromMs + 2 * this.#stepMs);
  }
}
