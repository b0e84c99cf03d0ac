/**
 * Listens whether the engine is still at work. It says so every second, however little happens in
 * virtual time; only a single event that never ends keeps it silent, since nothing else can. One
 * event may take long on a busy machine, so the bound is generous, and less so once somebody waits
 * for the end.
 */
import type { Plan, Timers } from '#kernel';
import { watchSilence } from '../../processes/silence-watch.ts';

export interface EngineBounds {
  /** Without a word at work. */
  silentMs: number;
  /** Without a word after it was asked to end. */
  stopMs: number;
}

const SILENT_MS = 60_000;
const STOP_MS = 5000;
/** More devices do more in one event. */
const THOUSAND_MS = 1000;

export function engineBounds({ devices }: Pick<Plan, 'devices'>): EngineBounds {
  const more = Math.floor(devices.length / 1000) * THOUSAND_MS;
  return { silentMs: SILENT_MS + more, stopMs: STOP_MS + more };
}

export class EngineVoice {
  readonly #timers: Timers;
  #isHeard = false;
  #unwatch = (): void => {};

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  hear(): void {
    this.#isHeard = true;
  }

  /** From here on this bound holds, and no other. */
  expect(boundMs: number, onSilent: () => void): void {
    this.#unwatch();
    const wasHeard = (): boolean => {
      const heard = this.#isHeard;
      this.#isHeard = false;
      return heard;
    };
    const speakers = [{ name: 'the sim engine', wasHeard }];
    this.#unwatch = watchSilence(this.#timers, speakers, boundMs, onSilent);
  }

  end(): void {
    this.#unwatch();
  }
}
