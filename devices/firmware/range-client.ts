/**
 * The other side of a ranged download, read from a stream of bytes: HTTP/1.1 as far as an image
 * needs it. Whatever comes that is no such answer ends the connection; nothing in here trusts what
 * a stranger says of lengths.
 */

/** What came, told as it comes. */
export interface RangeEvents {
  /** Bytes of the range that was asked for, from `at` of the whole on. */
  bytes(at: number, bytes: Uint8Array): void;
  /** Before any of them: so many bytes there are in all, by the word of the server. */
  whole?(size: number): void;
  /** It cannot answer yet and says when to come again; instead of `failed`. */
  later?(ms: number): void;
  /** Bytes that are there already came once more. */
  again?(bytes: number): void;
  /** The answer is complete: another range may be asked for. */
  done(): void;
  /**
   * No answer that can be used; for good where nobody would answer otherwise the next time. It may
   * come after the answer was complete, where bytes follow that nobody asked for.
   */
  failed(why: string, forGood: boolean): void;
}

const HEAD_BYTES_MAX = 4096;
const OK = 200;
const PARTIAL = 206;
const LATER = 503;
/** Of what an answer said to be its length. */
export const MORE = 'more bytes than were said';

export const rangeRequest = (path: string, from: number, to: number): string =>
  `GET ${path} HTTP/1.1\r\nhost: platform\r\nrange: bytes=${from}-${to - 1}\r\n\r\n`;

/** One connection: a request at a time, and its answer. */
export class RangeReader {
  readonly #events: RangeEvents;
  #head = new Uint8Array();
  /** Where the next byte of the body belongs, and how many of it are still to come. */
  #at = 0;
  #left: number | null = null;
  #isDone = false;
  #isOver = false;
  readonly #from: number;
  readonly #to: number;
  readonly #size: number;

  /** `size` is of all that there is: who answers with all of it has ignored what was asked for. */
  constructor(from: number, to: number, events: RangeEvents, size = 0) {
    this.#from = from;
    this.#to = to;
    this.#size = size;
    this.#events = events;
  }

  take(bytes: Uint8Array): void {
    if (this.#isOver) return;
    if (this.#left === null) return this.#takeHead(bytes);
    if (bytes.length > this.#left) return this.#fail(MORE, false);
    if (this.#isDone) return;
    this.#left -= bytes.length;
    const at = this.#at;
    this.#at += bytes.length;
    this.#pass(at, bytes);
    if (this.#left > 0 || this.#isOver) return;
    this.#isDone = true;
    this.#events.done();
  }

  /** What is there already is not taken again. */
  #pass(at: number, bytes: Uint8Array): void {
    const known = Math.min(bytes.length, Math.max(0, this.#from - at));
    if (known > 0) this.#events.again?.(known);
    if (bytes.length > known) this.#events.bytes(at + known, bytes.subarray(known));
  }

  #takeHead(bytes: Uint8Array): void {
    const seen = new Uint8Array(this.#head.length + bytes.length);
    seen.set(this.#head);
    seen.set(bytes, this.#head.length);
    const end = endOfHead(seen);
    if (end < 0) {
      this.#head = seen;
      if (seen.length > HEAD_BYTES_MAX) this.#fail('no end of its head', false);
      return;
    }
    const flaw = this.#readHead(new TextDecoder('latin1').decode(seen.subarray(0, end)));
    if (this.#isOver) return;
    if (flaw !== null) {
      return this.#fail(flaw, flaw.startsWith('status 4') || flaw === OTHER_SIZE);
    }
    this.take(seen.subarray(end + 4));
  }

  /** Null when a body may follow. */
  #readHead(head: string): string | null {
    const [first = '', ...lines] = head.split('\r\n');
    const status = Number(/^HTTP\/1[.][01] (\d{3})(?: |$)/.exec(first)?.[1] ?? Number.NaN);
    if (Number.isNaN(status)) return 'no HTTP';
    const said = headers(lines);
    if (status !== PARTIAL && status !== OK) return this.#none(status, said);
    const length = wholeOf(said.get('content-length'));
    if (length === null) return 'no length';
    if (status === OK) {
      const isIt = length === this.#size || (this.#from === 0 && length <= this.#to);
      if (!isIt) return WHOLE;
      this.#events.whole?.(length);
      return this.#begin(0, length);
    }
    const range = /^bytes (\d{1,9})-(\d{1,9})\/(\d{1,9})$/.exec(said.get('content-range') ?? '');
    const [from, last] = [Number(range?.[1]), Number(range?.[2])];
    // Nothing that comes of it could be what was signed.
    const isOther = range !== null && this.#size > 0 && Number(range[3]) !== this.#size;
    if (isOther) return OTHER_SIZE;
    const isIt = from === this.#from && last < this.#to && last - from + 1 === length;
    if (!isIt) return 'another range';
    this.#events.whole?.(Number(range?.[3]));
    return this.#begin(from, length);
  }

  /** An answer without a stretch: it may say when there will be one. */
  #none(status: number, said: ReadonlyMap<string, string>): string | null {
    const again = /^[1-9]\d?$/.exec(said.get('retry-after') ?? '');
    if (status !== LATER || again === null || this.#events.later === undefined) {
      return `status ${status}`;
    }
    this.#isOver = true;
    this.#events.later(1000 * Number(again[0]));
    return null;
  }

  #begin(at: number, length: number): null {
    this.#at = at;
    this.#left = length;
    return null;
  }

  #fail(why: string, forGood: boolean): void {
    this.#isOver = true;
    this.#events.failed(why, forGood);
  }
}

/** There is another image at the server, by its own word. */
const OTHER_SIZE = 'of another size';
/** Not a stretch, and not what there is as a whole either. */
const WHOLE = 'all of it again';

function endOfHead(bytes: Uint8Array): number {
  for (let at = 0; at + 3 < bytes.length; at++) {
    const isEnd =
      bytes[at] === 13 && bytes[at + 1] === 10 && bytes[at + 2] === 13 && bytes[at + 3] === 10;
    if (isEnd) return at;
  }
  return -1;
}

const headers = (lines: readonly string[]): Map<string, string> =>
  new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, Math.max(0, colon)).trim().toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );

const wholeOf = (text: string | undefined): number | null =>
  text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : null;
