/**
 * TEST ONLY. What an end of an in-memory connection went through, and links on a clock that is
 * moved by hand.
 */
import type { Duplex } from 'node:stream';
import type { LinkProfile } from '#kernel';
import { MemoryInjector } from '../injectors/memory.ts';
import { ManualClock } from './manual-clock.ts';

/** Everything that happens on one end. */
export class Tape {
  readonly end: Duplex;
  readonly #parts: Buffer[] = [];
  error: string | null = null;
  isEnded = false;
  isClosed = false;

  constructor(end: Duplex) {
    this.end = end;
    end.on('data', (bytes: Buffer) => this.#parts.push(Buffer.from(bytes)));
    end.on('end', () => {
      this.isEnded = true;
    });
    end.on('error', (error: NodeJS.ErrnoException) => {
      this.error = error.code ?? error.message;
    });
    end.on('close', () => {
      this.isClosed = true;
    });
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }

  get text(): string {
    return this.bytes.toString();
  }

  /** `open`, `fin`, the code of an error, or `closed` where it was closed from this side. */
  get state(): string {
    if (this.error !== null) return this.error;
    if (this.isEnded) return 'fin';
    return this.isClosed ? 'closed' : 'open';
  }
}

/** Lets everything that waits for the next tick happen. */
export const settled = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(() => setImmediate(resolve));
  });

/** Cohort 0 and 1 behind a proxy each, cohort 2 directly connected. */
export class MemoryBench {
  readonly clock = new ManualClock();
  readonly injector: MemoryInjector;
  /** Server ends in the order in which they were accepted. */
  readonly servers: Tape[] = [];
  accepts = true;

  constructor(seed = 1) {
    this.injector = new MemoryInjector({
      timers: this.clock,
      seed,
      accept: (end) => {
        if (this.accepts) this.servers.push(new Tape(end));
        return this.accepts;
      },
    });
  }

  async open(profile: LinkProfile | null = null): Promise<this> {
    await this.injector.open([
      { index: 0, id: 'cohort-0', upstream: '', profile },
      { index: 1, id: 'cohort-1', upstream: '', profile: null },
      { index: 2, id: 'direct', upstream: '', profile: null },
    ]);
    return this;
  }

  /** Both ends of a fresh connection. */
  join(cohort: number): { client: Tape; server: Tape } {
    const client = new Tape(this.injector.connect(cohort));
    const server = this.servers.at(-1);
    if (server === undefined) throw new Error('nothing was accepted');
    return { client, server };
  }

  async advance(ms: number): Promise<void> {
    await settled();
    this.clock.advance(ms);
    await settled();
  }

  /** Whether a fresh connection carries data both ways without any time passing. */
  async carries(cohort: number): Promise<boolean> {
    const { client, server } = this.join(cohort);
    client.end.write('ping');
    server.end.write('pong');
    await settled();
    const isCarried = server.text === 'ping' && client.text === 'pong';
    client.end.destroy();
    await settled();
    return isCarried && server.state === 'fin';
  }
}
