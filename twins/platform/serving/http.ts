/**
 * The HTTP API on a socket: a token, a URL, a body of JSON, and the same plain function that the
 * sim gear calls.
 */
import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { ApiAnswer, Platform } from '../platform.ts';

/** Whose trouble it is; taken at once, whatever the store can do. */
const TROUBLES = /^\/troubles\/([^/]{1,200})$/;
const BODY_MAX_BYTES = 1024 * 1024;

export function httpServer(platform: Platform, token: string | null): Server {
  return createServer((request, response) => {
    const isHead = request.method === 'HEAD';
    if (token !== null && !hasToken(request, token)) {
      send(response, isHead, { status: 401, body: { error: 'a bearer token is needed' } });
    } else if (request.method === 'POST') {
      receive(request, (text) => send(response, isHead, answer(platform, request, text)));
    } else {
      send(response, isHead, answer(platform, request, ''));
    }
  });
}

function send(response: ServerResponse, isHead: boolean, { status, body }: ApiAnswer): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
  });
  response.end(isHead ? '' : text);
}

function answer(platform: Platform, request: IncomingMessage, text: string | null): ApiAnswer {
  const url = urlOf(request.url ?? '/');
  if (url === null) return { status: 400, body: { error: 'unreadable path' } };
  if (text === null) return { status: 413, body: { error: 'the body is too large' } };
  let body: unknown = null;
  try {
    if (text !== '') body = JSON.parse(text);
  } catch {
    return { status: 400, body: { error: 'the body is not JSON' } };
  }
  const [, name] = TROUBLES.exec(url.pathname) ?? [];
  if (request.method === 'POST' && name !== undefined) {
    const isTaken = platform.suffer(name, body);
    return { status: isTaken ? 200 : 400, body: { isTaken } };
  }
  return platform.request(request.method ?? 'GET', url.pathname, url.searchParams, body);
}

/** The whole body, or null for one that is too large: it is read to its end and thrown away. */
function receive(request: IncomingMessage, done: (text: string | null) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= BODY_MAX_BYTES) chunks.push(chunk);
  });
  request.on('end', () => done(size <= BODY_MAX_BYTES ? Buffer.concat(chunks).toString() : null));
  request.on('error', () => {});
}

function urlOf(path: string): URL | null {
  // A path that begins with // would be read as a host name.
  return URL.canParse(`http://twin${path}`) ? new URL(`http://twin${path}`) : null;
}

function hasToken(request: IncomingMessage, token: string): boolean {
  const given = Buffer.from(request.headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
