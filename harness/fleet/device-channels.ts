/**
 * The further connections of one device, opened by its parts: over the links of the fleet, so
 * through the faults that act on its first one, and gone when the device has no link any more. Who
 * is carried has a line to its carrier instead. What goes over them, and when to open one again,
 * is the parts' affair.
 */
import type { Duplex } from 'node:stream';
import type { Channel, ChannelEvents } from '#devices';
import type { DevicePlan } from '#kernel';
import type { FleetContext } from './fleet-context.ts';
import type { CalledLine } from './local-lines.ts';

/** What they need of their device. */
export interface ChannelOwner {
  readonly row: DevicePlan;
  /** Off, asleep or carried it has none of its own. */
  readonly hasLink: boolean;
  /** Of one that is carried and runs: a line to its carrier; null where nobody there answers. */
  callCarrier(channel: string, events: ChannelEvents): CalledLine | null;
}

export class DeviceChannels {
  readonly #fleet: FleetContext;
  readonly #owner: ChannelOwner;
  /** By the part that opened it, and its name. */
  readonly #open = new Map<string, OpenChannel>();
  readonly #lines = new Map<string, CalledLine>();
  #ended = false;

  constructor(fleet: FleetContext, owner: ChannelOwner) {
    this.#fleet = fleet;
    this.#owner = owner;
  }

  isOpen(part: number, name: string): boolean {
    const key = `${part} ${name}`;
    return this.#open.has(key) || this.#lines.has(key);
  }

  open(part: number, name: string, events: ChannelEvents): Channel {
    const key = `${part} ${name}`;
    const line = this.#ended ? null : this.#call(key, name, events);
    if (line !== null) return line;
    const { hasLink, row } = this.#owner;
    const stream = hasLink && !this.#ended ? this.#fleet.openLink(row, name) : null;
    const channel = new OpenChannel(stream, events, (why) => {
      this.#open.delete(key);
      if (why !== null) this.#tellClosed(channel, why);
    });
    this.#open.set(key, channel);
    if (stream === null) channel.over('no-link');
    return channel;
  }

  #call(key: string, name: string, events: ChannelEvents): Channel | null {
    const called = this.#owner.callCarrier(name, {
      data: (bytes) => events.data(bytes),
      closed: (why) => {
        if (this.#lines.get(key) === called) this.#lines.delete(key);
        if (!this.#ended) events.closed(why);
      },
    });
    if (called === null) return null;
    this.#lines.set(key, called);
    return {
      write: (bytes) => called.write(bytes),
      end: () => {
        if (this.#lines.get(key) === called) this.#lines.delete(key);
        called.end();
      },
    };
  }

  /** A line has nothing half-open: whoever is at its other end sees it go. */
  #cutLines(why: string): void {
    for (const line of [...this.#lines.values()]) line.cut(why);
  }

  /** The device has no link any more, and had time to say so. */
  leave(state: string): void {
    this.#cutLines(state);
    for (const channel of [...this.#open.values()]) channel.leave(state);
  }

  /** Power or memory is gone at once: the other side hears nothing. */
  abandon(why: string): void {
    this.#cutLines(why);
    for (const channel of [...this.#open.values()]) {
      const stream = channel.release(why);
      if (stream !== null) this.#fleet.abandonLink(stream);
    }
  }

  /** For good, and nobody is told. */
  end(): void {
    this.#ended = true;
    this.#cutLines('ended');
    for (const channel of [...this.#open.values()]) channel.end();
  }

  /**
   * On the wheel, since a refusal comes at once and a part may open again when it hears of it: no
   * time would pass any more.
   */
  #tellClosed(channel: OpenChannel, why: string): void {
    this.#fleet.wheel.after(1, () => {
      if (!this.#ended) channel.tellClosed(why);
    });
  }
}

class OpenChannel implements Channel {
  /** Null without a link, and when it is over. */
  #stream: Duplex | null;
  readonly #events: ChannelEvents;
  /** Told once; null where the part ended it itself. */
  readonly #gone: (why: string | null) => void;
  #isOver = false;
  #isEnded = false;

  constructor(stream: Duplex | null, events: ChannelEvents, gone: (why: string | null) => void) {
    this.#stream = stream;
    this.#events = events;
    this.#gone = gone;
    if (stream === null) return;
    let error: string | null = null;
    const over = (): void => this.over(error ?? 'closed');
    stream.on('data', (bytes: Uint8Array) => {
      if (!this.#isOver) events.data(bytes);
    });
    stream.on('end', over);
    stream.on('close', over);
    // It stays: an error of a stream that is none of ours any more must not become an exception.
    stream.on('error', ({ code, message }: NodeJS.ErrnoException) => {
      error = code ?? message;
    });
  }

  write(bytes: Uint8Array): void {
    if (this.#stream?.writable === true) this.#stream.write(bytes);
  }

  end(): void {
    this.#isEnded = true;
    this.#bid(this.#leave(null));
  }

  /** The device leaves it in good order. */
  leave(why: string): void {
    this.#bid(this.#leave(why));
  }

  /** Hands the stream back as it is, paused and half-open. */
  release(why: string): Duplex | null {
    return this.#leave(why)?.pause() ?? null;
  }

  over(why: string): void {
    this.#leave(why)?.destroy();
  }

  tellClosed(why: string): void {
    if (!this.#isEnded) this.#events.closed(why);
  }

  /** What still comes is read and dropped: a close with unread bytes would be a reset. */
  #bid(stream: Duplex | null): void {
    stream?.resume();
    stream?.end();
  }

  #leave(why: string | null): Duplex | null {
    if (this.#isOver) return null;
    this.#isOver = true;
    const stream = this.#stream;
    this.#stream = null;
    this.#gone(why);
    return stream;
  }
}
