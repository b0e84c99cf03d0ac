/**
 * One connection over which messages are posted, and the answer that is awaited on it. It tells how
 * each request ended and when the connection is over, and decides nothing.
 */
import type { Duplex } from 'node:stream';
import { type Answer, readAnswer, UNFINISHED } from '#devices';
import { breachOf } from '#kernel';
import { whenOpen } from '../../wire/when-open.ts';

export interface ExchangeEvents {
  open(): void;
  answered(answer: Answer): void;
  /** `asked`: a request was under way; `error`: null where the other side closed in good order. */
  over(error: string | null, asked: boolean): void;
}

const NOTHING = new Uint8Array(0);

export class Exchange {
  readonly #stream: Duplex;
  readonly #events: ExchangeEvents;
  #isOpen = false;
  #isOver = false;
  #asked = false;
  #error: string | null = null;
  #bytes: Uint8Array = NOTHING;

  constructor(stream: Duplex, events: ExchangeEvents) {
    this.#stream = stream;
    this.#events = events;
    const over = (): void => this.#over(this.#error);
    stream.on('data', (bytes: Uint8Array) => this.#take(bytes));
    stream.on('end', over);
    stream.on('close', over);
    // It stays: an error of a stream that is none of ours any more must not become an exception.
    stream.on('error', ({ code, message }: NodeJS.ErrnoException) => {
      this.#error = code ?? message;
    });
    whenOpen(stream, () => {
      if (this.#isOver) return;
      this.#isOpen = true;
      events.open();
    });
  }

  get isOpen(): boolean {
    return this.#isOpen && !this.#isOver;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** An answer is awaited. */
  get isBusy(): boolean {
    return this.#asked && !this.#isOver;
  }

  ask(request: Uint8Array): void {
    this.#asked = true;
    this.#bytes = NOTHING;
    this.#stream.write(request);
  }

  /** In good order; what still comes is read and dropped. */
  end(): void {
    const stream = this.#leave();
    stream?.resume();
    stream?.end();
  }

  /** At once. */
  destroy(): void {
    this.#leave()?.destroy();
  }

  /** Hands the stream back as it is, paused and half-open. */
  release(): Duplex | null {
    return this.#leave()?.pause() ?? null;
  }

  #leave(): Duplex | null {
    if (this.#isOver) return null;
    this.#isOver = true;
    this.#bytes = NOTHING;
    return this.#stream;
  }

  #take(more: Uint8Array): void {
    if (this.#isOver) return;
    // Nobody asked for that.
    if (!this.#asked) return this.#over(breachOf('an answer to no request'));
    const bytes = new Uint8Array(this.#bytes.length + more.length);
    bytes.set(this.#bytes);
    bytes.set(more, this.#bytes.length);
    this.#bytes = bytes;
    const read = readAnswer(bytes, 'may-come');
    if (read === UNFINISHED) return;
    if ('flaw' in read) return this.#over(breachOf(`an HTTP answer with ${read.flaw}`));
    this.#answered(read);
  }

  #answered(answer: Answer): void {
    this.#asked = false;
    this.#bytes = NOTHING;
    if (answer.closes === true) this.end();
    this.#events.answered(answer);
  }

  #over(error: string | null): void {
    if (this.#isOver) return;
    const [asked, bytes] = [this.#asked, this.#bytes];
    const read = asked && error === null ? readAnswer(bytes, 'came') : UNFINISHED;
    if (read !== UNFINISHED && !('flaw' in read)) return this.#answered({ ...read, closes: true });
    this.#leave();
    this.#stream.destroy();
    this.#events.over(error, asked);
  }
}
