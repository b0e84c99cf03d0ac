/**
 * Hands out images over a connection of bytes: HTTP/1.1, one request after the other, as much of
 * an image as is asked for. Who asks is nobody's business, since an image is nobody's secret and
 * says itself whose it is.
 */
import type { Duplex } from 'node:stream';
import type { Serving } from '#kernel';

const HEAD_BYTES_MAX = 4096;
/** So many bytes of requests wait at most, while one is answered. */
const WAITING_MAX = 2 * HEAD_BYTES_MAX;
const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  206: 'Partial Content',
  400: 'Bad Request',
  404: 'Not Found',
  405: 'Method Not Allowed',
  416: 'Range Not Satisfiable',
};

export interface Images {
  /** What there is under a path; null for nothing. */
  at(path: string): Uint8Array | null;
  /** Where a stretch is truly taken from that is to begin there. */
  from(asked: number): number;
  /** How somebody wants it handed out to see what comes of that; null for as it should be. */
  serving?(path: string): Serving | null;
  after?(ms: number, action: () => void): void;
}

/** Of a server that drips. */
const DRIP_MS = 1000;
/** Of one that does not stop. */
const ENDLESS_BYTES = 65_536;

type Answer = (
  status: number,
  headers: string,
  body: Uint8Array | null,
  serving?: Serving | null,
) => void;

export function serveRanges(connection: Duplex, images: Images): void {
  let waiting = Buffer.alloc(0);
  let isOver = false;
  const answer: Answer = (status, headers, body, serving = null) => {
    const length = body?.length ?? 0;
    const head = `HTTP/1.1 ${status} ${REASONS[status]}\r\ncontent-length: ${length}\r\n`;
    connection.write(`${head}${headers}\r\n`);
    if (body === null) return;
    if (serving === 'dripping') return drip(body, 0);
    connection.write(body);
    if (serving === 'endless') connection.write(new Uint8Array(ENDLESS_BYTES));
  };
  const drip = (body: Uint8Array, at: number): void => {
    if (isOver || connection.destroyed || at >= body.length) return;
    connection.write(body.subarray(at, at + 1));
    images.after?.(DRIP_MS, () => drip(body, at + 1));
  };
  const end = (): void => {
    isOver = true;
    connection.end();
  };
  connection.on('data', (bytes: Uint8Array) => {
    if (isOver) return;
    waiting = Buffer.concat([waiting, bytes]);
    for (let at = waiting.indexOf('\r\n\r\n'); at >= 0 && !isOver; ) {
      const head = waiting.subarray(0, at).toString('latin1');
      waiting = waiting.subarray(at + 4);
      if (!answerOne(head, images, answer)) end();
      at = waiting.indexOf('\r\n\r\n');
    }
    if (waiting.length <= WAITING_MAX || isOver) return;
    answer(400, '', null);
    end();
  });
  connection.on('end', end);
  connection.on('close', () => {
    isOver = true;
  });
  connection.on('error', () => connection.destroy());
}

/** False when nothing more is to be expected of whoever asks so. */
function answerOne(head: string, images: Images, answer: Answer): boolean {
  const [first = '', ...lines] = head.split('\r\n');
  const [, method, path = ''] = /^([A-Z]+) (\S+) HTTP\/1[.][01]$/.exec(first) ?? [];
  if (method === undefined) {
    answer(400, '', null);
    return false;
  }
  if (method !== 'GET') {
    answer(405, 'allow: GET\r\n', null);
    return true;
  }
  const image = images.at(path);
  if (image === null) {
    answer(404, '', null);
    return true;
  }
  const serving = images.serving?.(path) ?? null;
  const range = serving === 'whole' ? null : rangeOf(lines);
  if (range === null) answer(200, 'accept-ranges: bytes\r\n', image);
  else if (range[0] >= image.length) {
    answer(416, `content-range: bytes */${image.length}\r\n`, null);
  } else {
    const last = Math.min(range[1], image.length - 1);
    const said = `content-range: bytes ${range[0]}-${last}/${image.length}\r\n`;
    const from = images.from(range[0]);
    answer(206, said, image.subarray(from, from + last + 1 - range[0]), serving);
  }
  return true;
}

/** Of one range of bytes, which is all that anybody needs; null for whatever else is asked. */
function rangeOf(lines: readonly string[]): [number, number] | null {
  const line = lines.find((one) => /^range:/i.test(one));
  const [, from, to] = /^range: *bytes=(\d{1,9})-(\d{0,9})$/i.exec(line ?? '') ?? [];
  if (from === undefined) return null;
  const last = to === '' ? Number.POSITIVE_INFINITY : Number(to);
  return last < Number(from) ? null : [Number(from), last];
}
