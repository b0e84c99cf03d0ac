/**
 * The embedded engine for the real gear: TCP around the proxy core, Toxiproxy's HTTP API around that. Any Toxiproxy
 * client can drive it. While a connection has no toxics its bytes pass straight through.
 */
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Timers } from '#kernel';
import { answer, type ProxyHouse, type ServedProxy } from './proxy-api.ts';
import { type OpenConnection, ProxyCore } from './proxy-core.ts';

export interface ProxyServer {
  url: string;
  close(): Promise<void>;
}

export interface ProxyServerOptions {
  host: string;
  port: number;
  seed: number;
}

const BACKLOG = 4096;
const BODY_BYTES_MAX = 4 * 1024 * 1024;
/** The version of the API that is spoken, with our own name behind it. */
const VERSION = '2.12.0-twinstorm';

export async function startProxyServer(options: ProxyServerOptions): Promise<ProxyServer> {
  const timers = processTimers();
  const house: ProxyHouse = {
    proxies: new Map(),
    version: VERSION,
    make: (name, listen, upstream) => new TcpProxy(name, listen, upstream, timers, options.seed),
  };
  const http = createHttp((request, response) => void serve(house, request, response));
  const port = await listening(http, options.host, options.port);
  return {
    url: `http://${options.host}:${port}`,
    close: async () => {
      for (const proxy of house.proxies.values()) proxy.stop();
      http.closeAllConnections();
      await new Promise<void>((resolve) => http.close(() => resolve()));
    },
  };
}

async function serve(house: ProxyHouse, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await bodyOf(request);
  const reply =
    body === null
      ? { status: 413, contentType: 'text/plain', body: 'request body too large\n' }
      : await answer(house, {
          method: request.method ?? 'GET',
          path: request.url ?? '/',
          body,
          userAgent: request.headers['user-agent'] ?? '',
        });
  response.writeHead(reply.status, { 'content-type': reply.contentType });
  response.end(reply.body);
}

async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of request as AsyncIterable<Buffer>) {
      length += part.length;
      if (length > BODY_BYTES_MAX) return null;
      parts.push(part);
    }
  } catch {
    return null;
  }
  return Buffer.concat(parts).toString();
}

/** One listening proxy. */
class TcpProxy implements ServedProxy {
  readonly name: string;
  listen: string;
  upstream: string;
  readonly #core: ProxyCore;
  #server: Server | null = null;

  constructor(name: string, listen: string, upstream: string, timers: Timers, seed: number) {
    this.name = name;
    this.listen = listen;
    this.upstream = upstream;
    this.#core = new ProxyCore(name, timers, seed);
    this.#core.setEnabled(false);
  }

  get enabled(): boolean {
    return this.#server !== null;
  }

  get toxics(): ProxyCore['toxics'] {
    return this.#core.toxics;
  }

  toxic(name: string): ReturnType<ProxyCore['toxic']> {
    return this.#core.toxic(name);
  }

  add(toxic: Parameters<ProxyCore['add']>[0]): void {
    this.#core.add(toxic);
  }

  update(...change: Parameters<ProxyCore['update']>): void {
    this.#core.update(...change);
  }

  remove(name: string): void {
    this.#core.remove(name);
  }

  async start(): Promise<void> {
    if (this.#server !== null) return;
    const { host, port } = addressOf(this.listen);
    const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => this.#accept(socket));
    const bound = await listening(server, host, port);
    this.listen = `${host.includes(':') ? `[${host}]` : host}:${bound}`;
    this.#server = server;
    this.#core.setEnabled(true);
  }

  stop(): void {
    this.#server?.close();
    this.#server = null;
    this.#core.setEnabled(false);
  }

  move(listen: string, upstream: string): void {
    this.listen = listen;
    this.upstream = upstream;
  }

  #accept(client: Socket): void {
    const server = connect({ ...addressOf(this.upstream), noDelay: true, allowHalfOpen: true });
    const connection = this.#core.open({
      toServer: (bytes) => pass(server, bytes, client),
      toClient: (bytes) => pass(client, bytes, server),
      close: (ending) => {
        for (const socket of [client, server]) {
          if (ending === 'rst') socket.resetAndDestroy();
          else socket.destroySoon();
        }
      },
    });
    if (connection === null) {
      client.destroy();
      server.destroy();
      return;
    }
    join(client, connection.fromClient, connection.clientEnded, connection);
    join(server, connection.fromServer, connection.serverEnded, connection);
  }
}

function join(socket: Socket, data: (bytes: Uint8Array) => void, ended: () => void, connection: OpenConnection): void {
  socket.on('data', data);
  socket.on('end', ended);
  socket.on('close', ended);
  socket.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ECONNRESET') connection.abort();
    else ended();
  });
}

/** Back-pressure: a receiver that does not read stops the sender. */
function pass(to: Socket, bytes: Uint8Array, from: Socket): void {
  if (to.destroyed || to.writableEnded) return;
  if (to.write(bytes) || from.isPaused()) return;
  from.pause();
  to.once('drain', () => from.resume());
}

/** `host:port`, `:port` or nothing, which is any free port on loopback. */
function addressOf(text: string): { host: string; port: number } {
  const match = /^(?:\[(.*)\]|([^:]*))(?::(\d+))?$/.exec(text);
  const port = Number(match?.[3] ?? 0);
  if (match === null || port > 65_535) throw new Error(`listen tcp: address ${text}: invalid`);
  const host = match[1] ?? match[2] ?? '';
  return { host: host === '' ? '127.0.0.1' : host === 'localhost' ? '127.0.0.1' : host, port };
}

function listening(server: Server | ReturnType<typeof createHttp>, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, backlog: BACKLOG }, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function processTimers(): Timers {
  return {
    now: () => performance.now(),
    after: (delayMs, action) => {
      const timer = setTimeout(action, delayMs);
      return () => clearTimeout(timer);
    },
  };
}
