/**
 * TEST ONLY. Both ends of a TCP connection through a proxy, as a test sees them: what came, when it
 * ended and how. Everything is waited for and nothing is timed from above, so that a slow machine
 * changes no result.
 */
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export type PeerEnd = 'open' | 'fin' | 'rst';

/**
 * One end of a connection. Half-open is allowed, so that a FIN and a full close can be told apart.
 */
export class Peer {
  readonly socket: Socket;
  /** Times and sizes of what was read. */
  readonly reads: { at: number; size: number }[] = [];
  /** How the other side ended it, and when. */
  end: PeerEnd = 'open';
  endedAt = 0;
  closed = false;
  readonly #parts: Buffer[] = [];
  #waiting: (() => void)[] = [];

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (bytes: Buffer) => {
      this.#parts.push(bytes);
      this.reads.push({ at: performance.now(), size: bytes.length });
      this.#wake();
    });
    socket.on('end', () => this.#ended('fin'));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET' || error.code === 'EPIPE') this.#ended('rst');
    });
    socket.on('close', () => {
      this.closed = true;
      this.#wake();
    });
  }

  get received(): Buffer {
    return Buffer.concat(this.#parts);
  }

  get size(): number {
    return this.reads.reduce((sum, read) => sum + read.size, 0);
  }

  write(data: string | Uint8Array): void {
    this.socket.write(data);
  }

  /** Resolves as soon as `holds`, which is asked whenever anything happens here. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  untilSize(size: number): Promise<void> {
    return this.until(() => this.size >= size);
  }

  untilEnded(): Promise<void> {
    return this.until(() => this.end !== 'open' || this.closed);
  }

  #ended(end: PeerEnd): void {
    if (this.end === 'open' || end === 'rst') this.end = end;
    this.endedAt = performance.now();
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** Connects, or rejects with the socket's error. */
export function dial(port: number): Promise<Peer> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true, allowHalfOpen: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(new Peer(socket));
    });
  });
}

/** Whether anybody listens there. */
export async function refuses(port: number): Promise<boolean> {
  try {
    (await dial(port)).socket.destroy();
    return false;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED') return true;
    throw error;
  }
}

/** A server that hands its connections out in the order in which they came. */
export class Upstream {
  readonly port: number;
  readonly #server: Server;
  readonly #peers: Peer[] = [];
  #taken = 0;
  #waiting: (() => void)[] = [];

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (socket: Socket) => {
      this.#peers.push(new Peer(socket));
      for (const resolve of this.#waiting.splice(0)) resolve();
    });
  }

  static async start(): Promise<Upstream> {
    const server = createServer({ noDelay: true, allowHalfOpen: true });
    // A proxy may dial for all its clients at once; the usual 511 would be too few to wait in.
    const place = { host: '127.0.0.1', port: 0, backlog: 4096 };
    await new Promise<void>((resolve) => server.listen(place, resolve));
    return new Upstream(server);
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  get accepted(): number {
    return this.#peers.length;
  }

  async next(): Promise<Peer> {
    for (;;) {
      const peer = this.#peers[this.#taken];
      if (peer !== undefined) {
        this.#taken++;
        return peer;
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async stop(): Promise<void> {
    for (const peer of this.#peers) peer.socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

/** A port on which nobody listens, most likely still so in a moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
