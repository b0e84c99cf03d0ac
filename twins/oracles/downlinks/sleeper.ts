/** One child whose radio is off but when it wakes or speaks, and what its parent keeps for it. */
import type { DownMistake, DownStory, Letter, OneDown } from './one-down.ts';

export interface SleepRules {
  /** It wakes first at `firstUs`, and every so often from then on. */
  everyUs: number;
  firstUs: number;
  /** What is older than this is let go. */
  holdsUs: number;
}

/** A busy machine wakes it so much later. */
const ASIDE_US = 300_000;

export class Sleeper implements OneDown {
  readonly #rules: SleepRules;
  readonly #kept = new Map<string, Letter>();
  readonly #counts = { given: 0, letGo: 0, heard: 0 };
  readonly #mistakes: DownMistake[] = [];
  #heardAt = Number.NEGATIVE_INFINITY;

  constructor(rules: SleepRules) {
    this.#rules = rules;
  }

  brought(letter: Letter): void {
    this.#kept.set(nameOf(letter.stream, letter.n), letter);
  }

  heard(t: number): void {
    this.#counts.heard++;
    this.#heardAt = t;
  }

  received(t: number, stream: number, n: number): void {
    const letter = this.#leave(stream, n);
    this.#counts.given++;
    if (!this.#listensAt(t)) this.#mistakes.push({ t, kind: 'not-listening', stream, n });
    if (letter !== null && t - letter.broughtAt > this.#rules.holdsUs + ASIDE_US) {
      this.#mistakes.push({ t, kind: 'too-old', stream, n });
    }
  }

  letGo(t: number, stream: number, n: number, why: string): void {
    const letter = this.#leave(stream, n);
    this.#counts.letGo++;
    if (letter === null || why !== 'held-too-long') return;
    const { broughtAt } = letter;
    if (t - broughtAt < this.#rules.holdsUs - ASIDE_US) {
      this.#mistakes.push({ t, kind: 'let-go-early', stream, n });
    } else if (this.#heardAt > broughtAt) {
      this.#mistakes.push({ t, kind: 'not-given', stream, n });
    }
  }

  forgot(): void {
    this.#kept.clear();
  }

  story(): Omit<DownStory, 'child' | 'gateway'> {
    return { ...this.#counts, waiting: this.#kept.size, mistakes: this.#mistakes };
  }

  #listensAt(t: number): boolean {
    if (t - this.#heardAt <= ASIDE_US) return true;
    const { everyUs, firstUs } = this.#rules;
    const since = (t - firstUs) % everyUs;
    return t >= firstUs && since <= ASIDE_US;
  }

  #leave(stream: number, n: number): Letter | null {
    const name = nameOf(stream, n);
    const letter = this.#kept.get(name) ?? null;
    this.#kept.delete(name);
    return letter;
  }
}

const nameOf = (stream: number, n: number): string => `${stream}/${n}`;
