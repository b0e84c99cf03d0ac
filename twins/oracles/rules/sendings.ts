/**
 * When readings were sent and acknowledged, by us. When each came is the target's own word, and
 * would excuse whatever it did late; but it had none before that was sent, and had each by the time
 * at which it acknowledged it. So it is believed between the two, and no further.
 */
import { isCarried, type LedgerEntry, type MessageEntry, type Plan } from '#kernel';
import type { Ahead } from '../target-clock.ts';
import type { Repeat } from './again.ts';
import type { Reading } from './terms.ts';

export const SENDING_OPS = ['sent', 'acked', 'refused'] as const;

/** Of one reading, in milliseconds of the run. */
interface Sending {
  first: number;
  /** When it was sent once more. */
  again: number[];
  /** Null where it was not, and where nobody knows what that says of it. */
  acked: number | null;
  /** The target says that it passed it over, which is acknowledged as well. */
  isRefused: boolean;
}

const STREAM = 'telemetry';
/** Two clocks may part by so much while a run goes on. */
const ASIDE_MS = 100;

export class Sendings {
  readonly #plan: Plan;
  readonly #stream: number;
  readonly #isAbout: (device: number) => boolean;
  readonly #devices = new Map<number, Map<number, Sending>>();

  constructor(plan: Plan, isAbout: (device: number) => boolean) {
    this.#plan = plan;
    this.#stream = plan.streams.find(({ name }) => name === STREAM)?.code ?? -1;
    this.#isAbout = isAbout;
  }

  /** True for what is about the sending of a message. */
  step(entry: LedgerEntry): boolean {
    if (!(SENDING_OPS as readonly string[]).includes(entry.op)) return false;
    const { device, stream, n, t, op } = entry as MessageEntry;
    if (stream !== this.#stream || !this.#isAbout(device)) return true;
    const own = this.#devices.get(device) ?? new Map<number, Sending>();
    this.#devices.set(device, own);
    const known = own.get(n);
    if (op === 'sent') {
      if (known !== undefined) known.again.push(t / 1000);
      else own.set(n, { first: t / 1000, again: [], acked: null, isRefused: false });
    } else if (known !== undefined) {
      if (op === 'refused') known.isRefused = true;
      else known.acked ??= t / 1000;
    }
    return true;
  }

  #find(device: number, n: number): Sending | null {
    return this.#devices.get(device)?.get(n) ?? null;
  }

  /** By the clock of its rules, when it came: as the target says, where that can be so. */
  cameAt(device: number, n: number, received: number, { least, most }: Ahead): number {
    const sending = this.#find(device, n);
    if (sending === null) return received;
    const [soonest, latest] = [sending.first + least, latestOf(sending) + most];
    if (received > latest + ASIDE_MS) return Math.ceil(latest);
    return received < soonest - ASIDE_MS ? Math.floor(soonest) : received;
  }

  /** One that it had before `from`, by the clock of its rules, may have come again after it. */
  repeatOf(reading: Reading, from: number, { least, most }: Ahead): Repeat | null {
    const { device, n } = reading;
    const sending = this.#find(device, n);
    if (sending === null) return null;
    const { again, acked } = sending;
    // What a gateway packs again is sent under its own name.
    const isPacked = isCarried(this.#plan, device);
    if ((again.length === 0 && !isPacked) || (acked !== null && acked < from - most)) return null;
    const soonest = Math.max(from, (isPacked ? sending.first : (again[0] ?? from)) + least);
    // The last before the answer has come, or there were none.
    const isSure = !isPacked && acked !== null && again.some((t) => t <= acked && t + least > from);
    return { reading, soonest, latest: (acked ?? Infinity) + most, isUnsure: !isSure };
  }
}

/** By the run, when the target surely had it; infinite where nobody can say. */
const latestOf = ({ acked, isRefused }: Sending): number =>
  isRefused || acked === null ? Number.POSITIVE_INFINITY : acked;
