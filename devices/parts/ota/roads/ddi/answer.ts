/**
 * What a server answers to one request, read from the bytes that came so far: HTTP/1.1, with a body
 * of a said length or in chunks. Nothing in here trusts what a stranger says of lengths, and a body
 * has a bound.
 */

export interface Answer {
  status: number;
  body: string;
}

/** There may be more of it to come. */
export const UNFINISHED = 'unfinished';
export type Read = Answer | typeof UNFINISHED | { flaw: string };

const HEAD_BYTES_MAX = 4096;
const BODY_BYTES_MAX = 32_768;
/** Chunks of one byte each would have a head of their own. */
const WIRE_BYTES_MAX = 4 * BODY_BYTES_MAX;
const [NO_CONTENT, CONTINUE] = [204, 100];

export function readAnswer(bytes: Uint8Array): Read {
  const end = indexOf(bytes, '\r\n\r\n', 0);
  if (end < 0 || end > HEAD_BYTES_MAX) {
    return bytes.length > HEAD_BYTES_MAX ? { flaw: 'no end of its head' } : UNFINISHED;
  }
  const [first = '', ...lines] = text(bytes.subarray(0, end)).split('\r\n');
  const status = Number(/^HTTP\/1[.][01] (\d{3})(?: |$)/.exec(first)?.[1] ?? Number.NaN);
  if (Number.isNaN(status)) return { flaw: 'no HTTP' };
  const rest = bytes.subarray(end + 4);
  // One that says that it goes on has said nothing yet.
  if (status === CONTINUE) return readAnswer(rest);
  if (status === NO_CONTENT) return whole(status, rest, 0);
  if (/^chunked$/i.test(header(lines, 'transfer-encoding'))) return chunked(status, rest);
  const length = header(lines, 'content-length');
  return /^\d{1,9}$/.test(length) ? whole(status, rest, Number(length)) : { flaw: 'no length' };
}

function whole(status: number, rest: Uint8Array, length: number): Read {
  if (length > BODY_BYTES_MAX) return { flaw: 'too long' };
  if (rest.length > length) return { flaw: 'more bytes than were said' };
  return rest.length < length ? UNFINISHED : { status, body: text(rest) };
}

function chunked(status: number, rest: Uint8Array): Read {
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
    return at < rest.length ? { flaw: 'more bytes than were said' } : { status, body };
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
