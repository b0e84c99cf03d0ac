/**
 * Links of the sim gear: pairs of in-memory streams, bare or through the very same proxy core as
 * the embedded server's. Data passes on the next tick, so that a write never re-enters its writer.
 * An end that is not read, or a toxic that holds, makes the writer wait above 4 MiB, as a socket
 * would.
 */
import { Duplex } from 'node:stream';
import { assert, type Timers } from '#kernel';
import { ProxyCore, type Standing } from './proxy-core.ts';
import type { Ending } from './toxic.ts';

/** The target takes a connection's far end; false refuses it. */
export type Accept = (serverEnd: Duplex) => boolean;

/** A proxy whose connections are in-memory streams. */
export class MemoryProxy extends ProxyCore {
  readonly #accept: Accept;

  constructor(
    name: string,
    timers: Timers,
    seed: number,
    accept: Accept,
    stand: (() => Standing) | null = null,
  ) {
    super(name, timers, seed, stand);
    this.#accept = accept;
  }

  /** A client's end. Where the proxy is down it fails with ECONNREFUSED, as a socket would. */
  connect(): Duplex {
    const client = new MemoryEnd();
    const server = new MemoryEnd();
    const connection = this.open({
      toServer: (bytes) => server.deliver(bytes),
      toClient: (bytes) => client.deliver(bytes),
      endToServer: () => server.finish('fin'),
      endToClient: () => client.finish('fin'),
      destroy: (ending) => {
        client.finish(ending);
        server.finish(ending);
      },
      resumeClient: () => client.resumeWrites(),
      resumeServer: () => server.resumeWrites(),
    });
    if (connection === null) return refused(client);
    client.join({
      data: (bytes) => connection.fromClient(bytes) && !server.isFull,
      over: connection.clientEnded,
      hasRoom: () => server.resumeWrites(),
    });
    server.join({
      data: (bytes) => connection.fromServer(bytes) && !client.isFull,
      over: connection.serverEnded,
      hasRoom: () => client.resumeWrites(),
    });
    // The proxy has accepted already; a target that does not is a close, not a refusal.
    if (!this.#accept(server)) connection.close();
    return client;
  }
}

/** A connection past every toxic. */
export function connectDirect(accept: Accept): Duplex {
  const client = new MemoryEnd();
  const server = new MemoryEnd();
  joinEnds(client, server);
  joinEnds(server, client);
  return accept(server) ? client : refused(client);
}

/** Power-cut: the device's end goes silent; the target's end stays open and hears nothing. */
export function abandonEnd(end: Duplex): void {
  assert(end instanceof MemoryEnd, 'only an end of a memory link can be abandoned');
  end.silence();
}

/** Unread bytes above which the writer waits. */
const UNREAD_BYTES_MAX = 4 * 1024 * 1024;

/** What an end tells the rest of its connection. */
interface Peer {
  /** False: wait until `resumeWrites`. */
  data(bytes: Uint8Array): boolean;
  /** This end was closed, in order or not. */
  over(): void;
  /** This end has been read again. */
  hasRoom(): void;
}

/** One end of a connection in memory; behaves like a socket to whoever holds it. */
class MemoryEnd extends Duplex {
  #peer: Peer | null = null;
  #inbox: Uint8Array[] = [];
  #inboxBytes = 0;
  #ending: Ending | null = null;
  #isScheduled = false;
  #isSilent = false;
  #wasFull = false;
  #written: (() => void) | null = null;

  constructor() {
    super({ allowHalfOpen: false, autoDestroy: true });
  }

  join(peer: Peer): void {
    this.#peer = peer;
  }

  get isFull(): boolean {
    const isFull = this.#inboxBytes + this.readableLength > UNREAD_BYTES_MAX;
    if (isFull) this.#wasFull = true;
    return isFull;
  }

  deliver(bytes: Uint8Array): void {
    if (this.#ending !== null || this.#isSilent || this.destroyed) return;
    this.#inbox.push(bytes);
    this.#inboxBytes += bytes.length;
    this.#schedule();
  }

  /** The other side is gone. What was delivered before comes first. */
  finish(ending: Ending): void {
    if (this.#ending !== null || this.#isSilent) return;
    this.#ending = ending;
    this.#schedule();
  }

  silence(): void {
    this.#isSilent = true;
    this.#inbox = [];
    this.resumeWrites();
  }

  /**
   * Lets the writer go on, on the next tick: a link must not be written to while it lets go of what
   * it held.
   */
  resumeWrites(): void {
    const written = this.#written;
    this.#written = null;
    if (written !== null) process.nextTick(written);
  }

  override _read(): void {
    if (!this.#wasFull) return;
    this.#wasFull = false;
    this.#peer?.hasRoom();
  }

  override _write(chunk: Uint8Array, _: string, done: () => void): void {
    const isLost = this.#isSilent || this.#ending !== null || this.#peer === null;
    if (isLost || this.#peer?.data(chunk)) done();
    else this.#written = done;
  }

  override _final(done: () => void): void {
    this.#tellOver();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#tellOver();
    this.#inbox = [];
    this.#written = null;
    done(error);
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    process.nextTick(() => {
      this.#isScheduled = false;
      this.#empty();
    });
  }

  #empty(): void {
    if (this.destroyed || this.#isSilent) return;
    const inbox = this.#inbox;
    this.#inbox = [];
    this.#inboxBytes = 0;
    for (const bytes of inbox) this.push(bytes);
    // Whoever read may have closed this end in between.
    if (this.destroyed) return;
    if (this.#ending === 'rst') this.destroy(errorOf('ECONNRESET', 'read ECONNRESET'));
    else if (this.#ending === 'fin') {
      this.resumeWrites();
      this.push(null);
    }
  }

  #tellOver(): void {
    const peer = this.#peer;
    this.#peer = null;
    if (!this.#isSilent) peer?.over();
  }
}

function joinEnds(near: MemoryEnd, far: MemoryEnd): void {
  near.join({
    data: (bytes) => {
      far.deliver(bytes);
      return !far.isFull;
    },
    over: () => far.finish('fin'),
    hasRoom: () => far.resumeWrites(),
  });
}

function refused(client: MemoryEnd): Duplex {
  process.nextTick(() => client.destroy(errorOf('ECONNREFUSED', 'connect ECONNREFUSED')));
  return client;
}

function errorOf(code: string, message: string): NodeJS.ErrnoException {
  return Object.assign(new Error(message), { code });
}
