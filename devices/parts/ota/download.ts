/**
 * Loads an image range by range over a connection of its own, and goes on after whatever ends that.
 * Between two ranges it leaves the link to others. What it was given is counted, since an
 * interruption must not cost much of what was there already.
 */
import type { Channel, ChannelEvents } from '../../channel.ts';
import { MORE, RangeReader, rangeRequest } from '../../firmware/range-client.ts';
import type { PartDevice } from '../../part.ts';

export interface DownloadOrder {
  /** Null for not now: it is started again. */
  path(): string | null;
  open(events: ChannelEvents): Channel;
  size: number;
  /** Where it begins. */
  from: number;
  rangeBytes: number;
  pauseMs: number;
  /** Where it truly goes on, when some of it is there. */
  resumed(at: number): number;
  /** Keeps whole pages, and says how far that went. */
  write(at: number, bytes: Uint8Array): number;
  done(): void;
  failed(why: string): void;
  /** A range is there. */
  progress(): void;
  /** So many bytes came since this was last told. */
  fetched(bytes: number): void;
}

/** An answer of which nothing comes for so long is none. */
const STALL_MS = 5000;
const AGAIN_MS = { base: 500, cap: 8000 };
/** So often in a row without a byte, and it gives up. */
const TRIES = 12;
/** Who answers that it has nothing yet is asked again for so long in a row, and no try is lost. */
const PATIENCE_MS = 900_000;
/** A range comes at such a rate at least, and may take so long however short it is. */
const [LEAST_PER_S, LEAST_MS] = [100, 10_000];
/** So often a server may send more than it says, or so slowly, and nothing more is asked of it. */
const ILLS = 3;
const SLOW = 'too slow';

export class Download {
  readonly #device: PartDevice;
  readonly #order: DownloadOrder;
  #channel: Channel | null = null;
  #reader: RangeReader | null = null;
  /** As far as whole pages are kept, and what came behind them. */
  #at: number;
  #rest = new Uint8Array();
  #tries = 0;
  #waitedMs = 0;
  #ills = 0;
  /** When the range at hand must be there. */
  #dueAt = 0;
  #heardAt = 0;
  #bytes = 0;
  #isOver = false;

  constructor(device: PartDevice, order: DownloadOrder) {
    this.#device = device;
    this.#order = order;
    this.#at = order.from;
  }

  /** Does nothing while it is under way; a device that comes online may try at once. */
  start(): void {
    if (this.#isOver || this.#channel !== null || !this.#device.isOnline) return;
    if (this.#order.path() === null) return;
    this.#rest = new Uint8Array();
    if (this.#at > 0) this.#at = this.#order.resumed(this.#at);
    let isMine = true;
    this.#channel = this.#order.open({
      data: (bytes) => {
        if (!isMine || this.#isOver) return;
        this.#heardAt = this.#device.now();
        this.#reader?.take(bytes);
      },
      closed: () => {
        isMine = false;
        this.#channel = null;
        this.#again();
      },
    });
    this.#ask();
  }

  /** Nothing more is heard of it. */
  stop(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#tell();
    this.#hangUp();
  }

  /** Power is gone, and the connection with it. */
  abandon(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#tell();
    this.#channel = null;
  }

  #ask(): void {
    const channel = this.#channel;
    if (this.#isOver || channel === null) return;
    const { size, rangeBytes } = this.#order;
    if (this.#at >= size) return this.#finish();
    const path = this.#order.path();
    if (path === null) return this.#standAside();
    const to = Math.min(size, this.#at + rangeBytes);
    this.#rest = new Uint8Array();
    this.#dueAt = this.#device.now() + Math.max(LEAST_MS, (1000 * (to - this.#at)) / LEAST_PER_S);
    const events = {
      bytes: (_: number, bytes: Uint8Array) => this.#keep(bytes),
      again: (bytes: number) => {
        this.#bytes += bytes;
      },
      done: () => {
        this.#dueAt = Number.POSITIVE_INFINITY;
        this.#order.progress();
        this.#later(this.#order.pauseMs, channel, () => this.#ask());
      },
      later: (ms: number) => this.#comeAgain(ms),
      failed: (why: string, forGood: boolean) => this.#refused(why, forGood),
    };
    this.#reader = new RangeReader(this.#at, to, events, size);
    this.#heardAt = this.#device.now();
    channel.write(new TextEncoder().encode(rangeRequest(path, this.#at, to)));
    this.#watch(channel, this.#reader);
  }

  /** Somebody else needs the connection. */
  #standAside(): void {
    this.#tell();
    this.#hangUp();
  }

  #keep(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    this.#tries = 0;
    this.#waitedMs = 0;
    const all = new Uint8Array(this.#rest.length + bytes.length);
    all.set(this.#rest);
    all.set(bytes, this.#rest.length);
    const kept = this.#order.write(this.#at, all);
    // It may have lost its power over that.
    if (this.#isOver) return;
    this.#rest = all.slice(kept - this.#at);
    this.#at = kept;
  }

  /** One that hangs is given up. */
  #watch(channel: Channel, reader: RangeReader): void {
    const due = Math.min(this.#heardAt + STALL_MS, this.#dueAt);
    this.#later(due - this.#device.now(), channel, () => {
      if (this.#reader !== reader) return;
      if (this.#device.now() >= this.#dueAt) return this.#refused(SLOW, false);
      if (this.#heardAt + STALL_MS > this.#device.now()) return this.#watch(channel, reader);
      this.#hangUp();
      this.#again();
    });
  }

  #later(ms: number, channel: Channel, action: () => void): void {
    this.#device.at(this.#device.now() + Math.max(0, ms), {
      fire: () => {
        if (!this.#isOver && this.#channel === channel) action();
        return Number.POSITIVE_INFINITY;
      },
    });
  }

  #refused(why: string, forGood: boolean): void {
    this.#hangUp();
    if ((why === MORE || why === SLOW) && ++this.#ills >= ILLS) return this.#fail(why);
    if (forGood) return this.#fail(why);
    this.#again(why);
  }

  #again(why = 'no answer'): void {
    if (this.#isOver) return;
    this.#tell();
    if (this.#tries >= TRIES) return this.#fail(why);
    const waitMs = Math.min(AGAIN_MS.cap, AGAIN_MS.base << Math.min(this.#tries++, 8));
    this.#startIn(waitMs);
  }

  /** Somebody is there, and has not got it yet. */
  #comeAgain(ms: number): void {
    this.#hangUp();
    this.#waitedMs += ms;
    if (this.#waitedMs > PATIENCE_MS) return this.#again('nothing yet');
    this.#startIn(ms);
  }

  #startIn(ms: number): void {
    this.#device.at(this.#device.now() + ms, {
      fire: () => {
        this.start();
        return Number.POSITIVE_INFINITY;
      },
    });
  }

  #hangUp(): void {
    this.#channel?.end();
    this.#channel = null;
    this.#reader = null;
  }

  #finish(): void {
    this.stop();
    this.#order.done();
  }

  #fail(why: string): void {
    this.stop();
    this.#order.failed(why);
  }

  #tell(): void {
    if (this.#bytes > 0) this.#order.fetched(this.#bytes);
    this.#bytes = 0;
  }
}
