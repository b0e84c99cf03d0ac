/**
 * The embedded engine for the real gear: TCP around the proxy core, Toxiproxy's HTTP API around
 * that. Any Toxiproxy client can drive it. While a connection has no toxics its bytes pass straight
 * through.
 */
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Timers } from '#kernel';
import { addressOf, addressText, bindError } from './address.ts';
import { type ProxyApi, proxyApi, type ServedProxy } from './proxy-api.ts';
import {
  type ConnectionEnds,
  type Direction,
  type OpenConnection,
  ProxyCore,
  type Standing,
  type Toxic,
} from './proxy-core.ts';
import { ProxyMetrics } from './proxy-metrics.ts';
import type { ProxyMode } from './proxy-modes.ts';
import type { Attributes } from './toxic.ts';

export interface ProxyServer {
  url: string;
  close(): Promise<void>;
}

export interface ProxyServerOptions {
  host: string;
  port: number;
  seed: number;
  /** `strict` unless it is asked for otherwise. */
  mode?: ProxyMode;
  /** Whether its counters are served. */
  metrics?: boolean;
  /** Made before anybody can ask. */
  proxies?: readonly unknown[];
}

const BACKLOG = 4096;
const BODY_BYTES_MAX = 4 * 1024 * 1024;
/** The version of the API that is spoken, with our own name behind it. */
const VERSION = '2.12.0-twinstorm';

export async function startProxyServer(options: ProxyServerOptions): Promise<ProxyServer> {
  const timers = processTimers();
  const counts = new ProxyMetrics();
  const around = { timers, counts, seed: options.seed };
  const api = proxyApi({
    version: VERSION,
    mode: options.mode ?? 'strict',
    ...(options.metrics === true ? { metrics: () => counts.text() } : {}),
    make: (name, listen, upstream) => new TcpProxy(name, listen, upstream, around),
  });
  if (options.proxies !== undefined) await populated(api, options.proxies);
  const http = createHttp((request, response) => void serve(api, request, response));
  const port = await listening(http, options.host, options.port);
  http.on('error', () => {});
  return {
    url: `http://${addressText({ host: options.host, port })}`,
    close: async () => {
      const closed = new Promise<void>((resolve) => http.close(() => resolve()));
      http.closeAllConnections();
      for (const proxy of api.proxies()) proxy.stop();
      await closed;
    },
  };
}

/** As over HTTP, so that the same is refused in the same words. */
async function populated(api: ProxyApi, proxies: readonly unknown[]): Promise<void> {
  const { status, body } = await api.handle('POST', '/populate', JSON.stringify(proxies), '');
  if (status === 201) return;
  for (const proxy of api.proxies()) proxy.stop();
  throw new Error(String((JSON.parse(body) as { error: unknown }).error));
}

async function serve(
  api: ProxyApi,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await bodyOf(request);
  if (body === null) {
    response.writeHead(413, { 'content-type': 'text/plain', connection: 'close' });
    response.end('request body too large\n');
    return;
  }
  const { method = 'GET', url = '/', headers } = request;
  const reply = await api.handle(method, url, body, headers['user-agent'] ?? '');
  response.writeHead(reply.status, reply.headers);
  response.end(reply.body);
}

/** Read to its end even when it is too large, or the answer would be lost in a reset. */
async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of request as AsyncIterable<Buffer>) {
      length += part.length;
      if (length <= BODY_BYTES_MAX) parts.push(part);
    }
  } catch {
    return null;
  }
  return length > BODY_BYTES_MAX ? null : Buffer.concat(parts).toString();
}

/** What all proxies of a server share. */
export interface Around {
  timers: Timers;
  counts: ProxyMetrics;
  seed: number;
}

/** One listening proxy. */
export class TcpProxy implements ServedProxy {
  readonly name: string;
  listen: string;
  upstream: string;
  readonly #core: ProxyCore;
  readonly #counts: ProxyMetrics;
  /** Also those that are past their connection and only flush. */
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;

  constructor(
    name: string,
    listen: string,
    upstream: string,
    { timers, counts, seed }: Around,
    stand: (() => Standing) | null = null,
  ) {
    this.name = name;
    this.listen = listen;
    this.upstream = upstream;
    this.#counts = counts;
    this.#core = new ProxyCore(name, timers, seed, stand);
    this.#core.setEnabled(false);
  }

  get enabled(): boolean {
    return this.#server !== null;
  }

  get toxics(): readonly Toxic[] {
    return this.#core.toxics;
  }

  toxic(name: string): Toxic | undefined {
    return this.#core.toxic(name);
  }

  add(toxic: Toxic): void {
    this.#core.add(toxic);
  }

  update(name: string, attributes: Attributes, toxicity: number): void {
    this.#core.update(name, attributes, toxicity);
  }

  remove(name: string): void {
    this.#core.remove(name);
  }

  async start(): Promise<void> {
    if (this.#server !== null) return;
    const { host, port } = addressOf(this.listen);
    const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) =>
      this.#accept(client),
    );
    const bound = await listening(server, host, port);
    // A failing accept (no descriptors left) must not end the process; the client sees a refusal.
    server.on('error', () => {});
    this.listen = addressText({ host, port: bound });
    this.#server = server;
    this.#core.setEnabled(true);
  }

  /**
   * Closes the port, and what is open at once: what is on its way is lost, as on a link that goes
   * down.
   */
  stop(): void {
    this.#server?.close();
    this.#server = null;
    this.#core.setEnabled(false);
    for (const socket of this.#sockets) socket.destroy();
  }

  move(listen: string, upstream: string): void {
    this.listen = listen;
    this.upstream = upstream;
  }

  #accept(client: Socket): void {
    this.#track(client, 'upstream');
    const server = dial(this.upstream);
    if (server === null) {
      client.destroy();
      return;
    }
    this.#track(server, 'downstream');
    const [fromClient, fromServer] = [new Source(client), new Source(server)];
    const connection = this.#core.open(endsOf(fromClient, fromServer));
    if (connection === null) {
      client.destroy();
      server.destroy();
      return;
    }
    fromClient.feed(connection.fromClient, connection.clientEnded);
    fromServer.feed(connection.fromServer, connection.serverEnded);
    closeUnlessConnected(server, connection);
  }

  /** `from`: in which direction what it sends goes. */
  #track(socket: Socket, from: Direction): void {
    this.#sockets.add(socket);
    const to = from === 'upstream' ? 'downstream' : 'upstream';
    const { name, listen, upstream } = this;
    // Without a listener an error would end the process; what it means is told by `close`.
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#sockets.delete(socket);
      this.#counts.add('received', { name, listen, upstream }, from, socket.bytesRead);
      this.#counts.add('sent', { name, listen, upstream }, to, socket.bytesWritten);
    });
  }
}

function endsOf(client: Source, server: Source): ConnectionEnds {
  return {
    toServer: (bytes) => convey(client, server.socket, bytes),
    toClient: (bytes) => convey(server, client.socket, bytes),
    endToServer: () => server.socket.destroySoon(),
    endToClient: () => client.socket.destroySoon(),
    destroy: (ending) => {
      for (const { socket } of [client, server]) {
        if (ending === 'rst') socket.resetAndDestroy();
        else socket.destroySoon();
      }
    },
    resumeClient: () => client.waitForLink(false),
    resumeServer: () => server.waitForLink(false),
  };
}

/** Writes, and stops the sender while the receiver does not read. */
function convey(from: Source, to: Socket, bytes: Uint8Array): void {
  if (to.destroyed || to.writableEnded || to.write(bytes) || from.isWaitingForReceiver) return;
  from.waitForReceiver(true);
  to.once('drain', () => from.waitForReceiver(false));
}

/** A socket that is read only while both the link and the receiver behind it have room. */
class Source {
  readonly socket: Socket;
  isWaitingForReceiver = false;
  #isWaitingForLink = false;

  constructor(socket: Socket) {
    this.socket = socket;
  }

  /** Its bytes, and its end however it came. A reset travels as a close, behind the data. */
  feed(data: (bytes: Uint8Array) => boolean, ended: () => void): void {
    this.socket.on('data', (bytes: Buffer) => {
      if (!data(bytes)) this.waitForLink(true);
    });
    this.socket.on('end', ended);
    this.socket.on('close', ended);
  }

  waitForLink(isWaiting: boolean): void {
    this.#isWaitingForLink = isWaiting;
    this.#turn();
  }

  waitForReceiver(isWaiting: boolean): void {
    this.isWaitingForReceiver = isWaiting;
    this.#turn();
  }

  #turn(): void {
    if (this.#isWaitingForLink || this.isWaitingForReceiver) this.socket.pause();
    else this.socket.resume();
  }
}

/** A target that cannot be reached closes the client at once, whatever toxics there are. */
function closeUnlessConnected(server: Socket, connection: OpenConnection): void {
  const close = (): void => connection.close();
  server.once('close', close);
  server.once('connect', () => server.off('close', close));
}

/** Null for an address that nobody could connect to. */
function dial(upstream: string): Socket | null {
  try {
    return connect({ ...addressOf(upstream), noDelay: true, allowHalfOpen: true });
  } catch {
    return null;
  }
}

function listening(
  server: Server | ReturnType<typeof createHttp>,
  host: string,
  port: number,
): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(bindError(error, { host, port })));
    server.listen({ host, port, backlog: BACKLOG }, () => {
      server.removeAllListeners('error');
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

/** The longest wait that Node's timers know; a longer one would fire at once. */
const TIMER_MS_MAX = 2_147_483_647;

function processTimers(): Timers {
  return {
    now: () => performance.now(),
    after: (delayMs, action) => {
      const timer = setTimeout(action, Math.min(delayMs, TIMER_MS_MAX));
      return () => clearTimeout(timer);
    },
  };
}
