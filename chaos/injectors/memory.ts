/**
 * Links of the sim gear: pairs of in-memory streams, through the very same toxics as the embedded proxy's. Data
 * passes on the next tick, so that a write never re-enters its writer. There is no back-pressure: what is on its way
 * is bounded by the windows of those who send.
 */
import { Duplex } from 'node:stream';
import { assert, type Timers, type ToxicSpec } from '#kernel';
import { type Undo, undoAll } from '../fault.ts';
import { type CohortLink, type LinkInjector, profileToxics, toxicName } from '../injector.ts';
import { ProxyCore } from '../proxy-core.ts';
import type { Ending } from '../toxic.ts';

export interface MemoryOptions {
  timers: Timers;
  seed: number;
  /** The target takes a connection; false refuses it. */
  accept(serverEnd: Duplex): boolean;
}

export class MemoryInjector implements LinkInjector {
  readonly #options: MemoryOptions;
  readonly #proxies = new Map<number, ProxyCore>();

  constructor(options: MemoryOptions) {
    this.#options = options;
  }

  async open(cohorts: readonly CohortLink[]): Promise<void> {
    for (const cohort of cohorts) {
      if (cohort.id === 'direct') continue;
      const proxy = new ProxyCore(cohort.id, this.#options.timers, this.#options.seed);
      if (cohort.profile !== null) {
        for (const toxic of profileToxics(cohort.profile)) addToxic(proxy, 'profile', toxic);
      }
      this.#proxies.set(cohort.index, proxy);
    }
  }

  /** A device's connection, through its cohort's proxy if there is one. */
  connect(cohort: number): Duplex {
    const proxy = this.#proxies.get(cohort);
    return proxy === undefined ? this.direct() : this.#through(proxy);
  }

  /** A connection past every toxic. */
  direct(): Duplex {
    const client = new MemoryEnd();
    const server = new MemoryEnd();
    client.join({ data: (bytes) => server.deliver(bytes), over: () => server.finish('fin') });
    server.join({ data: (bytes) => client.deliver(bytes), over: () => client.finish('fin') });
    if (!this.#options.accept(server)) client.refuse();
    return client;
  }

  /** Power-cut: the device's end goes silent, the server's end stays open and hears nothing. */
  abandon(end: Duplex): void {
    assert(end instanceof MemoryEnd, 'only an end of ours can be abandoned');
    end.silence();
  }

  async addToxics(cohort: number, faultId: string, toxics: readonly ToxicSpec[]): Promise<Undo> {
    const proxy = this.#proxyOf(cohort);
    return undoAll(
      toxics.map((toxic) => {
        const name = addToxic(proxy, faultId, toxic);
        return async () => proxy.remove(name);
      }),
    );
  }

  async disable(cohort: number): Promise<Undo> {
    const proxy = this.#proxyOf(cohort);
    proxy.setEnabled(false);
    return undoAll([async () => proxy.setEnabled(true)]);
  }

  async close(): Promise<void> {
    for (const proxy of this.#proxies.values()) proxy.closeAll();
  }

  #through(proxy: ProxyCore): Duplex {
    const client = new MemoryEnd();
    const server = new MemoryEnd();
    const connection = proxy.open({
      toServer: (bytes) => server.deliver(bytes),
      toClient: (bytes) => client.deliver(bytes),
      close: (ending) => {
        client.finish(ending);
        server.finish(ending);
      },
    });
    if (connection === null) {
      client.refuse();
      return client;
    }
    client.join({ data: connection.fromClient, over: connection.clientEnded });
    server.join({ data: connection.fromServer, over: connection.serverEnded });
    // The proxy has accepted; a target that does not is a close, not a refusal.
    if (!this.#options.accept(server)) connection.serverEnded();
    return client;
  }

  #proxyOf(cohort: number): ProxyCore {
    const proxy = this.#proxies.get(cohort);
    assert(proxy !== undefined, `cohort ${cohort} has a proxy`);
    return proxy;
  }
}

function addToxic(proxy: ProxyCore, owner: string, toxic: ToxicSpec): string {
  const name = toxicName(owner, toxic);
  proxy.add({ ...toxic, name, toxicity: 1 });
  return name;
}

/** Where an end's own bytes go. */
interface Peer {
  data(bytes: Uint8Array): void;
  /** This end was closed, in order or not. */
  over(): void;
}

/** One end of a connection in memory; behaves like a socket to whoever holds it. */
class MemoryEnd extends Duplex {
  #peer: Peer | null = null;
  #inbox: Uint8Array[] = [];
  #isOver = false;
  #isSilent = false;

  constructor() {
    super({ allowHalfOpen: false, autoDestroy: true });
  }

  join(peer: Peer): void {
    this.#peer = peer;
  }

  deliver(bytes: Uint8Array): void {
    if (this.#isOver || this.#isSilent) return;
    if (this.#inbox.push(bytes) === 1) process.nextTick(() => this.#empty());
  }

  /** The other side is gone. */
  finish(ending: Ending): void {
    if (this.#isOver || this.#isSilent) return;
    this.#empty();
    this.#isOver = true;
    process.nextTick(() => {
      if (this.destroyed) return;
      if (ending === 'rst') this.destroy(errorOf('ECONNRESET', 'read ECONNRESET'));
      else this.push(null);
    });
  }

  refuse(): void {
    this.#isOver = true;
    process.nextTick(() => this.destroy(errorOf('ECONNREFUSED', 'connect ECONNREFUSED')));
  }

  silence(): void {
    this.#isSilent = true;
    this.#inbox = [];
  }

  override _read(): void {}

  override _write(chunk: Uint8Array, _: string, done: (error?: Error | null) => void): void {
    if (!this.#isSilent && !this.#isOver) this.#peer?.data(chunk);
    done();
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#tellOver();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#tellOver();
    this.#isOver = true;
    done(error);
  }

  #empty(): void {
    const inbox = this.#inbox;
    this.#inbox = [];
    if (this.destroyed || this.readableEnded) return;
    for (const bytes of inbox) this.push(bytes);
  }

  #tellOver(): void {
    const peer = this.#peer;
    this.#peer = null;
    if (!this.#isSilent) peer?.over();
  }
}

function errorOf(code: string, message: string): NodeJS.ErrnoException {
  return Object.assign(new Error(message), { code });
}
