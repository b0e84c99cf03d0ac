/**
 * What a passenger asks for over its line, read from a stream of bytes: HTTP/1.1 as far as a ranged
 * download needs it. A path is taken as it is, since what lies under it is the affair of whoever
 * asks and of the server. Whatever else comes is turned away with a status.
 */

/** A stretch of what lies under a path, `to` not among it. */
export interface Asked {
  path: string;
  from: number;
  to: number;
}

export const BAD_REQUEST = 400;
const NO_METHOD = 405;
/** Nobody reads further behind this one. */
export const isForGood = (status: number): boolean => status === BAD_REQUEST;

const HEAD_BYTES_MAX = 4096;
const PATH_MAX = 512;
/** So many wait at most, while one is answered. */
const WAITING_MAX = 8;

export class RequestReader {
  #waiting = '';
  #isOver = false;

  /** What they ask for, first to last; a status for what is none that could be answered. */
  take(bytes: Uint8Array): (Asked | number)[] {
    if (this.#isOver) return [];
    this.#waiting += new TextDecoder('latin1').decode(bytes);
    const found: (Asked | number)[] = [];
    for (let end = this.#waiting.indexOf(END); end >= 0; end = this.#waiting.indexOf(END)) {
      const one = end > HEAD_BYTES_MAX ? BAD_REQUEST : readOne(this.#waiting.slice(0, end));
      this.#waiting = this.#waiting.slice(end + END.length);
      found.push(found.length < WAITING_MAX ? one : BAD_REQUEST);
      if (found.at(-1) === BAD_REQUEST) return this.#over(found);
    }
    if (this.#waiting.length <= HEAD_BYTES_MAX) return found;
    return this.#over([...found, BAD_REQUEST]);
  }

  #over(found: (Asked | number)[]): (Asked | number)[] {
    this.#isOver = true;
    this.#waiting = '';
    return found;
  }
}

const END = '\r\n\r\n';

function readOne(head: string): Asked | number {
  const [first = '', ...lines] = head.split('\r\n');
  const [, method, path = ''] = /^([A-Z]{1,16}) (\S+) HTTP\/1[.][01]$/.exec(first) ?? [];
  if (method === undefined || path.length > PATH_MAX) return BAD_REQUEST;
  if (method !== 'GET') return NO_METHOD;
  const line = lines.find((one) => /^range:/i.test(one)) ?? '';
  const [, from, last] = /^range: *bytes=(\d{1,9})-(\d{1,9})$/i.exec(line) ?? [];
  // It hands out stretches alone.
  if (from === undefined || Number(last) < Number(from)) return BAD_REQUEST;
  return { path, from: Number(from), to: Number(last) + 1 };
}

const REASONS: Readonly<Record<number, string>> = {
  206: 'Partial Content',
  400: 'Bad Request',
  404: 'Not Found',
  405: 'Method Not Allowed',
  416: 'Range Not Satisfiable',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
};

/** The head of an answer, with the empty line behind it. */
export const answerHead = (status: number, length: number, more = ''): Uint8Array =>
  new TextEncoder().encode(
    [
      `HTTP/1.1 ${status} ${REASONS[status] ?? 'Not Answered'}`,
      `content-length: ${length}`,
      `${more}\r\n`,
    ].join('\r\n'),
  );
