/**
 * HTTP/1.1 over a connection of bytes, as far as devices need it: one request after the other, each
 * with a bounded head and body, and the next is looked at when the one before is answered.
 */
import type { Duplex } from 'node:stream';

const HEAD_BYTES_MAX = 4096;
const BODY_BYTES_MAX = 8192;
const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  206: 'Partial Content',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  410: 'Gone',
  413: 'Content Too Large',
  416: 'Range Not Satisfiable',
  422: 'Unprocessable Content',
  503: 'Service Unavailable',
};

export interface HttpRequest {
  method: string;
  path: string;
  /** Empty for a header that there is not. */
  header(name: string): string;
  body: Uint8Array;
}

export interface HttpAnswer {
  status: number;
  /** Lines that end in CR LF, beside the length. */
  headers?: string;
  body?: Uint8Array | null;
  /** Writes what it answers in a way of its own, behind the head. */
  write?(connection: Duplex, body: Uint8Array): void;
}

/** Answers each request, at once or later. */
export type HttpHandler = (request: HttpRequest, answer: (said: HttpAnswer) => void) => void;

export function serveHttp(
  connection: Duplex,
  handle: HttpHandler,
  bodyBytesMax = BODY_BYTES_MAX,
): void {
  // So many bytes of requests wait at most, while one is answered.
  const waitingMax = 2 * HEAD_BYTES_MAX + bodyBytesMax;
  let waiting: Buffer = Buffer.alloc(0);
  let isOver = false;
  let isBusy = false;
  let isLooking = false;
  const end = (): void => {
    isOver = true;
    connection.end();
  };
  const say = (request: HttpRequest | null, said: HttpAnswer): void => {
    if (connection.destroyed) return;
    const { status, headers = '', body = null } = said;
    const length = `content-length: ${body?.length ?? 0}\r\n`;
    connection.write(`HTTP/1.1 ${status} ${REASONS[status]}\r\n${length}${headers}\r\n`);
    if (body === null || request?.method === 'HEAD') return;
    if (said.write === undefined) connection.write(body);
    else said.write(connection, body);
  };
  const next = (): void => {
    // Who sends a thousand at once is not answered on one stack.
    if (isLooking) return;
    isLooking = true;
    while (!isOver && !isBusy) {
      const read = requestIn(waiting, bodyBytesMax);
      if (read === null) break;
      if (typeof read === 'number') {
        say(null, { status: read });
        end();
        break;
      }
      waiting = waiting.subarray(read.bytes);
      isBusy = true;
      handle(read.request, (said) => {
        isBusy = false;
        say(read.request, said);
        next();
      });
    }
    isLooking = false;
  };
  connection.on('data', (bytes: Uint8Array) => {
    if (isOver) return;
    waiting = Buffer.concat([waiting, bytes]);
    next();
    if (waiting.length <= waitingMax || isOver) return;
    say(null, { status: 400 });
    end();
  });
  connection.on('end', end);
  connection.on('close', () => {
    isOver = true;
  });
  connection.on('error', () => connection.destroy());
}

/** Null while it is not all there; a status where nothing more is to be expected of who asks so. */
function requestIn(
  bytes: Buffer,
  bodyBytesMax: number,
): { request: HttpRequest; bytes: number } | number | null {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return bytes.length > HEAD_BYTES_MAX ? 400 : null;
  const [first = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const [, method, path = ''] = /^([A-Z]+) (\S+) HTTP\/1[.][01]$/.exec(first) ?? [];
  if (method === undefined || end > HEAD_BYTES_MAX) return 400;
  const header = (name: string): string => {
    const line = lines.find((one) => one.toLowerCase().startsWith(`${name}:`));
    return line?.slice(name.length + 1).trim() ?? '';
  };
  const said = header('content-length');
  if (!/^\d{0,9}$/.test(said) || header('transfer-encoding') !== '') return 400;
  const [from, length] = [end + 4, Number(said)];
  if (length > bodyBytesMax) return 413;
  if (bytes.length < from + length) return null;
  const body = bytes.subarray(from, from + length);
  return { request: { method, path, header, body }, bytes: from + length };
}
