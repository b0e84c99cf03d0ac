/** A passenger on its line: what it asked for, what is on its way to it, and what it was given. */
import type { Channel } from '../../channel.ts';
import { type Asked, RequestReader } from './requests.ts';

export class Caller {
  readonly passenger: number;
  readonly #line: Channel;
  readonly #reader = new RequestReader();
  /** Not answered yet, or not to the end; a status for what cannot be. */
  readonly asked: (Asked | number)[] = [];
  #out = new Uint8Array();
  /** What it asked for last. */
  path = '';
  /** A block that came for it just now, and is kept for nobody else. */
  block: { path: string; from: number; bytes: Uint8Array } | null = null;
  /** What it asked for has to be loaded first. */
  waits = false;
  given = { bytes: 0, fresh: 0 };
  isOver = false;

  constructor(passenger: number, line: Channel) {
    this.passenger = passenger;
    this.#line = line;
  }

  hear(bytes: Uint8Array): void {
    this.asked.push(...this.#reader.take(bytes));
  }

  /** An answer is on its way to it. */
  get isServed(): boolean {
    return this.#out.length > 0;
  }

  answer(head: Uint8Array, body: Uint8Array): void {
    const all = new Uint8Array(head.length + body.length);
    all.set(head);
    all.set(body, head.length);
    this.#out = all;
    this.given.bytes += body.length;
    if (this.waits) this.given.fresh += body.length;
    this.waits = false;
    this.block = null;
  }

  /** The next so many bytes of its answer go; how many those were. */
  send(most: number): number {
    const piece = this.#out.subarray(0, most);
    this.#out = this.#out.slice(piece.length);
    this.#line.write(piece.slice());
    return piece.length;
  }

  hangUp(): void {
    this.isOver = true;
    this.#line.end();
  }
}
