/**
 * What a gateway knows of its children: who answers, and who has not for so many questions in a
 * row. It says upward who is lost and who is there (again), a few at a time in one message. It
 * keeps that in its memory alone: after a boot it knows nothing, and says of each what it finds.
 */
import type { Param, StreamSpec } from '#kernel';
import { once, type PartDevice } from '../../part.ts';

export interface ChildHealthSeams {
  /** After how many questions without an answer a child is told lost. */
  lostAfter?(gateway: string, child: string, honest: number): number;
}

export const LOST_AFTER: Param = {
  kind: 'integer',
  about: 'A child is told lost once it has left so many questions in a row without an answer.',
  default: 3,
  min: 1,
  max: 1000,
};

export const ROLL_CALL = 'gateway-roll-call';
/** What there is to say is gathered for so long. */
const GATHER_MS = 500;

export const ROLL_CALLS: StreamSpec = {
  name: ROLL_CALL,
  way: 'up',
  noun: 'roll call',
  qos: 1,
  schedule: { by: 'event', leastMs: GATHER_MS },
};

type Word = 'lost' | 'there';

interface Known {
  misses: number;
  /** What was said of it last; null before anything was. */
  told: Word | null;
}

export class ChildHealth {
  readonly #device: PartDevice;
  readonly #lostAfter: number;
  readonly #known = new Map<number, Known>();
  /** What is to be said next. */
  readonly #news = new Map<number, Word>();
  #isGathering = false;
  #isOver = false;
  #calls = 0;

  constructor(device: PartDevice, lostAfter: number) {
    this.#device = device;
    this.#lostAfter = lostAfter;
  }

  missed(child: number): void {
    const known = this.#of(child);
    known.misses++;
    if (known.misses >= this.#limitOf(child)) this.#is(child, known, 'lost');
  }

  answered(child: number): void {
    const known = this.#of(child);
    known.misses = 0;
    this.#is(child, known, 'there');
  }

  forgot(): void {
    this.#known.clear();
    this.#news.clear();
  }

  end(): void {
    this.#isOver = true;
  }

  #of(child: number): Known {
    let known = this.#known.get(child);
    if (known === undefined) {
      known = { misses: 0, told: null };
      this.#known.set(child, known);
    }
    return known;
  }

  #limitOf(child: number): number {
    const { plan, row } = this.#device;
    const seam = this.#device.seam<ChildHealthSeams['lostAfter']>('lostAfter');
    const id = plan.devices[child]?.id ?? '';
    return seam?.(row.id, id, this.#lostAfter) ?? this.#lostAfter;
  }

  #is(child: number, { told }: Known, word: Word): void {
    if (word === told) {
      this.#news.delete(child);
      return;
    }
    this.#news.set(child, word);
    if (this.#isGathering) return;
    this.#isGathering = true;
    once(this.#device, this.#device.now() + GATHER_MS, () => {
      this.#isGathering = false;
      this.#call();
    });
  }

  #call(): void {
    const device = this.#device;
    if (this.#news.size === 0 || this.#isOver || device.isStopped || !device.isPowered) return;
    const n = this.#calls++;
    const said: Record<Word, string[]> = { lost: [], there: [] };
    for (const [child, word] of this.#news) {
      this.#of(child).told = word;
      said[word].push(device.plan.devices[child]?.id ?? '');
      device.write('gateway/told', { child, n, lost: word === 'lost' });
    }
    this.#news.clear();
    device.send({ stream: device.code(ROLL_CALL), n, values: said });
  }
}
