/** Whoever scrapes gets the counts of this moment, and the run's end ends it all. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { AuthorError, WorldError } from '#kernel';
import { endpointIn, serveMetrics } from './metrics-server.ts';

describe('the address', () => {
  it.each([
    ['9464', '127.0.0.1', 9464],
    ['0.0.0.0:0', '0.0.0.0', 0],
    ['localhost:80', 'localhost', 80],
    ['[::1]:9464', '::1', 9464],
  ])('%s', (text, host, port) => {
    expect(endpointIn('--metrics', text)).toEqual({ host, port });
  });

  it.each(['', 'localhost', ':9464', '1.2.3.4:70000', 'a:b:1', '127.0.0.1:-1', 'http://a:1'])(
    'is not "%s"',
    (text) => {
      expect(() => endpointIn('--metrics', text)).toThrow(AuthorError);
    },
  );
});

const here = { host: '127.0.0.1', port: 0 };

describe('the server', () => {
  it('gives what there is now, to whoever reads', async () => {
    let count = 0;
    const server = await serveMetrics(here, () => `twinstorm_x ${++count}\n`);
    const first = await fetch(server.url);
    expect(first.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await first.text()).toBe('twinstorm_x 1\n');
    expect(await (await fetch(server.url)).text()).toBe('twinstorm_x 2\n');
    const head = await fetch(server.url, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect((await fetch(server.url, { method: 'POST', body: 'x' })).status).toBe(405);
    expect((await fetch(new URL('/', server.url))).status).toBe(404);
    await server.close();
  });

  it('is gone when it is closed, though somebody stays connected', async () => {
    const server = await serveMetrics(here, () => '');
    const { port } = new URL(server.url);
    const socket = connect(Number(port), '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    const gone = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => {});
    await server.close();
    await gone;
    await expect(fetch(server.url)).rejects.toThrow();
  });

  it('says where it cannot be', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const taken = serveMetrics({ host: '127.0.0.1', port }, () => '');
    await expect(taken).rejects.toThrow(WorldError);
    await expect(taken).rejects.toThrow(/cannot be served at 127.0.0.1:\d+: EADDRINUSE/);
    other.close();
  });
});
