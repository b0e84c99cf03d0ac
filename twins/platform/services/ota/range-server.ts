/**
 * Hands out images: as much of one as is asked for. Who asks is nobody's business, since an image
 * is nobody's secret and says itself whose it is.
 */
import type { Duplex } from 'node:stream';
import type { Serving } from '#kernel';
import type { HttpAnswer, HttpRequest } from '../../http-server.ts';

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

export function rangeAnswer({ method, path, header }: HttpRequest, images: Images): HttpAnswer {
  if (method !== 'GET' && method !== 'HEAD')
    return { status: 405, headers: 'allow: GET, HEAD\r\n' };
  const image = images.at(path);
  if (image === null) return { status: 404 };
  const serving = images.serving?.(path) ?? null;
  const range = serving === 'whole' ? null : rangeOf(header('range'));
  if (range === null) return { status: 200, headers: 'accept-ranges: bytes\r\n', body: image };
  if (range[0] >= image.length) {
    return { status: 416, headers: `content-range: bytes */${image.length}\r\n` };
  }
  const last = Math.min(range[1], image.length - 1);
  const headers = `content-range: bytes ${range[0]}-${last}/${image.length}\r\n`;
  const from = images.from(range[0]);
  const body = image.subarray(from, from + last + 1 - range[0]);
  return { status: 206, headers, body, ...oddly(serving, images) };
}

/** As a server would that is broken or worse. */
function oddly(serving: Serving | null, images: Images): Pick<HttpAnswer, 'write'> {
  if (serving === 'dripping') return { write: (to, body) => drip(to, body, images) };
  if (serving !== 'endless') return {};
  return {
    write: (connection, body) => {
      connection.write(body);
      connection.write(new Uint8Array(ENDLESS_BYTES));
    },
  };
}

function drip(connection: Duplex, body: Uint8Array, images: Images): void {
  if (!connection.writable || body.length === 0) return;
  connection.write(body.subarray(0, 1));
  images.after?.(DRIP_MS, () => drip(connection, body.subarray(1), images));
}

/** Of one range of bytes, which is all that anybody needs; null for whatever else is asked. */
function rangeOf(text: string): [number, number] | null {
  const [, from, to] = /^bytes=(\d{1,9})-(\d{0,9})$/i.exec(text) ?? [];
  if (from === undefined) return null;
  const last = to === '' ? Number.POSITIVE_INFINITY : Number(to);
  return last < Number(from) ? null : [Number(from), last];
}
