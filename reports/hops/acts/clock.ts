/**
 * The clock by which a target decides, which need not be that of its rules: what it says of an
 * operator's word lies between that and the answer, it sent a command before that came to a device,
 * and it was answered after that.
 */
import type { LedgerEntry } from '#kernel';
import { TargetClock } from '#oracles';

/** A target rounds to whole milliseconds. */
const MS_US = 1000;

interface Told {
  act: string;
  status: number;
  from: number;
  at: number;
  key: string;
  again: boolean;
  sent: number;
  answered: number;
}

/** An operator's word, from when it was first said until it was answered. */
interface Word {
  first: number;
  answered: number | null;
}

export class ActClock {
  readonly #clock = new TargetClock(MS_US);
  readonly #asked = new Map<string, Word>();
  /** Since when the switch is being turned. */
  #turning: number | null = null;
  /** By key, when a command came to its device first. */
  readonly #heard = new Map<string, number>();
  readonly #sent = new Map<string, number>();

  step(entry: LedgerEntry): void {
    const { t } = entry;
    const told = entry as unknown as Told;
    switch (entry.op as string) {
      case 'acts/asked':
        this.#asked.set(told.act, this.#asked.get(told.act) ?? { first: t, answered: null });
        break;
      case 'acts/answered':
        this.#answered(told, t);
        break;
      case 'acts/began':
        this.#began(told);
        break;
      case 'acts/told':
        this.#turning ??= t;
        break;
      case 'acts/took':
        if (told.status === 200 && this.#turning !== null)
          this.#clock.saw(told.at * 1000, this.#turning, t);
        this.#turning = null;
        break;
      case 'acts/heard':
        if (!told.again && !this.#heard.has(told.key)) this.#heard.set(told.key, t);
        break;
      case 'acts/sent':
        // It may be sent again after it was heard.
        this.#sent.set(told.key, Math.min(told.sent, this.#sent.get(told.key) ?? told.sent));
        break;
      case 'acts/outcome': {
        const heard = this.#heard.get(told.key);
        if (heard !== undefined)
          this.#clock.saw(told.answered * 1000, heard, Number.POSITIVE_INFINITY);
      }
    }
  }

  /** Microseconds of the run, of milliseconds of that clock; asked when all is known. */
  runTime(ms: number): number {
    for (const [key, sent] of this.#sent) {
      const heard = this.#heard.get(key);
      if (heard !== undefined) this.#clock.saw(sent * 1000, Number.NEGATIVE_INFINITY, heard);
    }
    this.#sent.clear();
    return ms * 1000 - this.#clock.ahead.likely;
  }

  #answered({ act, status }: Told, t: number): void {
    const word = this.#asked.get(act);
    if (word !== undefined && status === 200) word.answered = t;
  }

  #began({ act, from }: Told): void {
    const word = this.#asked.get(act);
    if (word === undefined || word.answered === null) return;
    this.#clock.saw(from * 1000, word.first, word.answered);
  }
}
