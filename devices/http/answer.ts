/**
 * What a server answers to one request, read from the bytes that came so far: HTTP/1.1, with a body
 * of a said length, in chunks or up to the end of the connection. Nothing in here trusts what a
 * stranger says of lengths, and a body has a bound.
 */

export interface Answer {
  status: number;
  body: string;
  /** What it says of when to ask again, as it is written. */
  retryAfter?: string;
  /** Nothing more can be asked over this connection. */
  closes?: true;
}

/** There may be more of it to come. */
export const UNFINISHED = 'unfinished';
export type Read = Answer | typeof UNFINISHED | { flaw: string };

/**
 * Whether the end of the connection may be the end of a body, and whether it has come; left out, a
 * body without a length is a flaw.
 */
export type AtEnd = 'may-come' | 'came';

const HEAD_BYTES_MAX = 4096;
const BODY_BYTES_MAX = 32_768;
/** Chunks of one byte each would have a head of their own. */
const WIRE_BYTES_MAX = 4 * BODY_BYTES_MAX;
const [NO_CONTENT, CONTINUE, NOT_MODIFIED] = [204, 100, 304];

/** Of an answer, what is known when its head is. */
type Head = Omit<Answer, 'body'>;

export function readAnswer(bytes: Uint8Array, end?: AtEnd): Read {
  const headEnd = indexOf(bytes, '\r\n\r\n', 0);
  if (headEnd < 0 || headEnd > HEAD_BYTES_MAX) {
    return bytes.length > HEAD_BYTES_MAX ? { flaw: 'no end of its head' } : UNFINISHED;
  }
  const [first = '', ...lines] = text(bytes.subarray(0, headEnd)).split('\r\n');
  const [, version, code] = /^HTTP\/1[.]([01]) (\d{3})(?: |$)/.exec(first) ?? [];
  if (code === undefined) return { flaw: 'no HTTP' };
  const status = Number(code);
  const rest = bytes.subarray(headEnd + 4);
  // One that says that it goes on has said nothing yet.
  if (status === CONTINUE) return readAnswer(rest, end);
  const head = headOf(status, version === '0', lines);
  if (status === NO_CONTENT || status === NOT_MODIFIED) return whole(head, rest, 0);
  if (/^chunked$/i.test(header(lines, 'transfer-encoding'))) return chunked(head, rest);
  const length = header(lines, 'content-length');
  if (/^\d{1,9}$/.test(length)) return whole(head, rest, Number(length));
  return end === undefined || length !== '' ? { flaw: 'no length' } : toTheEnd(head, rest, end);
}

function headOf(status: number, isOld: boolean, lines: readonly string[]): Head {
  const retryAfter = header(lines, 'retry-after');
  const connection = header(lines, 'connection').toLowerCase();
  const closes = connection === 'close' || (isOld && connection !== 'keep-alive');
  return {
    status,
    ...(retryAfter === '' ? {} : { retryAfter }),
    ...(closes ? { closes: true as const } : {}),
  };
}

function whole(head: Head, rest: Uint8Array, length: number): Read {
  if (length > BODY_BYTES_MAX) return { flaw: 'too long' };
  if (rest.length > length) return { flaw: 'more bytes than were said' };
  return rest.length < length ? UNFINISHED : { ...head, body: text(rest) };
}

function toTheEnd(head: Head, rest: Uint8Array, end: AtEnd): Read {
  if (rest.length > BODY_BYTES_MAX) return { flaw: 'too long' };
  return end === 'came' ? { ...head, body: text(rest), closes: true } : UNFINISHED;
}

function chunked(head: Head, rest: Uint8Array): Read {
  let [body, at] = ['', 0];
  for (;;) {
    const end = indexOf(rest, '\r\n', at);
    if (end < 0) break;
    const [size = ''] = text(rest.subarray(at, end)).split(';');
    if (!/^[0-9a-f]{1,6}$/i.test(size)) return { flaw: 'no chunk' };
    const [from, length] = [end + 2, Number.parseInt(size, 16)];
    if (body.length + length > BODY_BYTES_MAX) return { flaw: 'too long' };
    if (rest.length < from + length + 2) break;
    if (text(rest.subarray(from + length, from + length + 2)) !== '\r\n') {
      return { flaw: 'no end of a chunk' };
    }
    body += text(rest.subarray(from, from + length));
    at = from + length + 2;
    if (length > 0) continue;
    return at < rest.length ? { flaw: 'more bytes than were said' } : { ...head, body };
  }
  return rest.length > WIRE_BYTES_MAX ? { flaw: 'too long' } : UNFINISHED;
}

function header(lines: readonly string[], name: string): string {
  const line = lines.find((one) => one.toLowerCase().startsWith(`${name}:`));
  return line?.slice(name.length + 1).trim() ?? '';
}

/** What is said is plain, but for what a device does not look at. */
const text = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes);

function indexOf(bytes: Uint8Array, what: string, from: number): number {
  for (let at = from; at + what.length <= bytes.length; at++) {
    let k = 0;
    while (k < what.length && bytes[at + k] === what.charCodeAt(k)) k++;
    if (k === what.length) return at;
  }
  return -1;
}
