/** One child on LoRaWAN, class A: what it may say when, and when it listens. */
import type { DownMistake, DownStory, Letter, OneDown } from './one-down.ts';

export interface AirRules {
  /** Spreading factor. */
  factor: number;
  /** Of the time, how much it may be on the air. */
  duty: number;
  /** Bytes of every message on the air; its own where null. */
  packed: number | null;
}

/** A chip at 125 kHz. */
const CHIP_US = 8;
/** Of all LoRaWAN frames around what an application says. */
const AROUND = 13;
const OPENS_US = [1_000_000, 2_000_000];
/** What a busy machine and the wheel add. */
const ASIDE_US = 300_000;
/** From the end of a packet until nothing can come any more that answers it. */
const CLOSED_US = Math.max(...OPENS_US) + ASIDE_US;
/** A packet of which nothing has come yet. */
const OPEN = { isAnswered: false, isExcused: false };
/** Data rates of the European band, from the slowest. */
const HOLDS = [51, 51, 51, 115, 222, 222];

export class OnAir implements OneDown {
  readonly #rules: AirRules;
  readonly #kept = new Map<string, Letter>();
  readonly #counts = { given: 0, letGo: 0, heard: 0 };
  readonly #mistakes: DownMistake[] = [];
  /** Its last packet: when it ended, and when its duty cycle lets it begin the next. */
  #last: { end: number; freeAt: number; isAnswered: boolean; isExcused: boolean } | null = null;

  constructor(rules: AirRules) {
    this.#rules = rules;
  }

  brought(letter: Letter): void {
    this.#kept.set(nameOf(letter.stream, letter.n), letter);
  }

  heard(t: number, stream: number, n: number, bytes: number): void {
    this.#counts.heard++;
    const { duty, factor } = this.#rules;
    const took = this.#onAirUs(bytes);
    const began = t - took;
    if (this.#sizeOf(bytes) > (HOLDS[12 - factor] ?? 0)) {
      this.#mistakes.push({ t, kind: 'too-long', stream, n });
    }
    if (this.#last !== null && began < this.#last.freeAt - ASIDE_US) {
      this.#mistakes.push({ t, kind: 'on-air-too-long', stream, n });
    }
    this.#overdue(began);
    this.#last = { end: t, freeAt: began + took / duty, ...OPEN };
  }

  received(t: number, stream: number, n: number): void {
    const letter = this.#leave(stream, n);
    this.#counts.given++;
    const last = this.#last;
    const onAir = this.#onAirUs(letter?.bytes ?? 0);
    const after = last === null ? Number.NEGATIVE_INFINITY : t - onAir - last.end;
    const isOpen = OPENS_US.some((us) => after >= us - QUANTUM_US && after <= us + ASIDE_US);
    if (!isOpen) this.#mistakes.push({ t, kind: 'not-listening', stream, n });
    else if (last?.isAnswered === true) this.#mistakes.push({ t, kind: 'second', stream, n });
    if (last !== null) last.isAnswered = true;
  }

  letGo(t: number, stream: number, n: number, why: string): void {
    const letter = this.#leave(stream, n);
    this.#counts.letGo++;
    // It was said in a window, and nobody was there to hear it.
    if (why === 'not-there' && this.#last !== null) this.#last.isAnswered = true;
    if (letter === null || why !== 'too-long') return;
    if (this.#sizeOf(letter.bytes) > (HOLDS[12 - this.#rules.factor] ?? 0)) return;
    this.#mistakes.push({ t, kind: 'let-go-early', stream, n });
  }

  forgot(): void {
    this.#kept.clear();
  }

  /** What it should have given in a window, it need not while it sleeps. */
  slept(t: number): void {
    const last = this.#last;
    if (last !== null && t <= last.end + CLOSED_US) last.isExcused = true;
  }

  story(): Omit<DownStory, 'child' | 'gateway'> {
    return { ...this.#counts, waiting: this.#kept.size, mistakes: this.#mistakes };
  }

  /**
   * Something waited when its last packet came, it has listened since then, and nothing was given
   * before it began to speak again.
   */
  #overdue(began: number): void {
    const last = this.#last;
    if (last === null || last.isAnswered || last.isExcused) return;
    if (began <= last.end + CLOSED_US) return;
    const waited = [...this.#kept.values()].find(({ broughtAt }) => broughtAt < last.end);
    if (waited === undefined) return;
    const { stream, n } = waited;
    this.#mistakes.push({ t: last.end, kind: 'not-given', stream, n });
  }

  #sizeOf(bytes: number): number {
    return this.#rules.packed ?? bytes;
  }

  /** Preamble, header and payload in quarters of a symbol, so that all of it is whole numbers. */
  #onAirUs(bytes: number): number {
    const { factor } = this.#rules;
    const slow = factor >= 11 ? 2 : 0;
    const perBlock = 4 * (factor - slow);
    const bits = 8 * (this.#sizeOf(bytes) + AROUND) - 4 * factor + 44;
    const blocks = bits > 0 ? Math.floor((bits + perBlock - 1) / perBlock) : 0;
    const quarters = 49 + 32 + 20 * blocks;
    return quarters * (1 << (factor - 2)) * CHIP_US;
  }

  #leave(stream: number, n: number): Letter | null {
    const name = nameOf(stream, n);
    const letter = this.#kept.get(name) ?? null;
    this.#kept.delete(name);
    return letter;
  }
}

/** The wheel rounds, and windows are not earlier than they are. */
const QUANTUM_US = 50_000;

const nameOf = (stream: number, n: number): string => `${stream}/${n}`;
