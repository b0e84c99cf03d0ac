/**
 * The HTTP API on a socket: a token, a URL, and the same plain function that the sim gear calls.
 */
import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Platform } from '../platform.ts';

export function httpServer(platform: Platform, token: string | null): Server {
  return createServer((request, response) => {
    const { status, body } = answer(platform, token, request);
    const text = JSON.stringify(body);
    response.writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(text),
      'cache-control': 'no-store',
    });
    response.end(request.method === 'HEAD' ? '' : text);
  });
}

function answer(platform: Platform, token: string | null, request: IncomingMessage) {
  if (token !== null && !hasToken(request, token)) {
    return { status: 401, body: { error: 'a bearer token is needed' } };
  }
  const url = urlOf(request.url ?? '/');
  if (url === null) return { status: 400, body: { error: 'unreadable path' } };
  return platform.request(request.method ?? 'GET', url.pathname, url.searchParams);
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
