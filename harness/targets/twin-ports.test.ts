/**
 * The ports of the twin, by either way of asking: pages are followed to the end, a page that is not
 * to be had makes a list incomplete, and an answer that never came is none.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import type { Plan } from '#kernel';
import { readPages } from '../watch/read-list.ts';
import type { Query } from '../watch/target-ports.ts';
import { type Fetch, httpFetch, twinPorts } from './twin-ports.ts';

let close = (): void => {};
afterEach(() => close());

async function serve(answer: (url: URL, token: string) => [status: number, body: string]) {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://x');
    const [status, body] = answer(url, request.headers.authorization ?? '');
    response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () => void server.close();
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Whom it believes online, three devices in pages of two. */
const presence: Fetch = async (path, query: Query) => {
  if (path !== '/presence') return { status: 404, body: null };
  const rows = query.cursor === '2' ? [3] : [1, 2];
  return { status: 200, body: { presence: rows, next: query.cursor === '2' ? null : '2' } };
};

async function listed(fetch: Fetch, name: string): Promise<[rows: unknown[], complete: boolean]> {
  const rows: unknown[] = [];
  const port = twinPorts(fetch).port(name);
  const ports = { plan: {} as Plan, ledger: { write: () => 0 } };
  const complete = await readPages(ports, name, port, {}, (page) => rows.push(...page));
  return [rows, complete];
}

it('follows the pages of a list', async () => {
  expect(await listed(presence, 'presence')).toEqual([[1, 2, 3], true]);
});

it('tells a list that is not complete', async () => {
  expect(await listed(presence, 'campaigns')).toEqual([[], false]);
});

it('asks over HTTP with the secret of the run, below a port as well', async () => {
  const url = await serve((asked, token) => [
    token === 'Bearer secret' ? 200 : 401,
    JSON.stringify({ path: asked.pathname, lane: asked.searchParams.get('lane') }),
  ]);
  const port = twinPorts(httpFetch({ url, token: 'secret' })).port('devices');
  expect(await port?.get({ lane: '7' }, 'd-1/telemetry')).toEqual({
    status: 200,
    body: { path: '/devices/d-1/telemetry', lane: '7' },
  });
});

it('tells what is to be done, below the port, with a body of JSON', async () => {
  const told: unknown[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    request.on('end', () => {
      told.push([request.method, request.url, JSON.parse(text)]);
      response.writeHead(409).end('{"error":"it has changed"}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () => void server.close();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const port = twinPorts(httpFetch({ url, token: 'secret' })).port('valves');
  const answer = await port?.tell?.('a%2Fb', { open: true });
  expect(answer).toEqual({ status: 409, body: { error: 'it has changed' } });
  expect(told).toEqual([['POST', '/valves/a%2Fb', { open: true }]]);
});

it('gives no answer where none came, or none that can be read', async () => {
  const url = await serve(() => [200, 'not JSON']);
  expect(await httpFetch({ url, token: '' })('/stats', {})).toEqual({ status: 0, body: null });
  close();
  const gone = httpFetch({ url: 'http://127.0.0.1:9', token: '' });
  expect(await gone('/stats', {})).toEqual({ status: 0, body: null });
});

it('is told that nobody is there where nobody listens, as in virtual time', async () => {
  const url = await serve(() => [200, '{}']);
  const ask = httpFetch({ url, token: '' });
  expect((await ask('/stats', {})).status).toBe(200);
  close();
  await new Promise((resolve) => setImmediate(resolve));
  expect(await ask('/stats', {})).toEqual({ status: 503, body: null });
});
