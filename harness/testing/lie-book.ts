/**
 * TEST ONLY. Decides when the liar lies, by counting alone, and keeps the record of every lie that
 * was told: the truth that the checkers' findings are held against.
 */
import { appendFileSync } from 'node:fs';

/** What the liar can do to an honest broker. */
export type Lie =
  | 'drop-qos1'
  | 'drop-qos2'
  | 'twice-qos2'
  | 'swap'
  | 'change-byte'
  | 'change-any-byte'
  | 'invent'
  | 'forget-session'
  | 'keep-session'
  | 'forget-retained'
  | 'stale-retained';

export interface LieRule {
  /** Every so many eligible messages (sessions, retained topics). */
  every: number;
  /** At most so often; no bound without. */
  times?: number;
  /** Topics it applies to; client ids for those about sessions. All without. */
  where?: RegExp;
}

export type LieRules = Partial<Record<Lie, LieRule>>;

/** One lie that was told. `payload` is what the client sent, or what was made up. */
export interface LieRecord {
  lie: Lie;
  /** Topic of the message; the client id for those about sessions. */
  topic: string;
  /** Base64. */
  payload: string;
  /** What it became or was swapped with, base64. */
  became?: string;
  /** Milliseconds since 1970. */
  at: number;
}

export class LieBook {
  readonly log: LieRecord[] = [];
  readonly #rules: LieRules;
  readonly #file: string | null;
  readonly #seen = new Map<Lie, number>();
  readonly #told = new Map<Lie, number>();

  constructor(rules: LieRules, file: string | null) {
    this.#rules = rules;
    this.#file = file;
  }

  /** Counts one eligible thing, and says whether it is this one's turn. */
  isDue(lie: Lie, where: string): boolean {
    const rule = this.#rules[lie];
    if (rule === undefined || rule.where?.test(where) === false) return false;
    const seen = (this.#seen.get(lie) ?? 0) + 1;
    this.#seen.set(lie, seen);
    const told = this.#told.get(lie) ?? 0;
    if (seen % rule.every !== 0 || told >= (rule.times ?? Infinity)) return false;
    this.#told.set(lie, told + 1);
    return true;
  }

  write(lie: Lie, topic: string, payload: Uint8Array, became?: Uint8Array): void {
    const record: LieRecord = {
      lie,
      topic,
      payload: Buffer.from(payload).toString('base64'),
      ...(became === undefined ? {} : { became: Buffer.from(became).toString('base64') }),
      at: Date.now(),
    };
    this.log.push(record);
    if (this.#file !== null) appendFileSync(this.#file, `${JSON.stringify(record)}\n`);
  }
}
