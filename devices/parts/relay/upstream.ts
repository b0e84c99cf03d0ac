/**
 * Loads blocks over the relay's own uplink, one after the other and each once, whoever waits for
 * it. What breaks off goes on where it was, as long as the relay keeps its power; whatever came is
 * counted, whether or not anything came of it.
 */
import type { Channel } from '../../channel.ts';
import { RangeReader, rangeRequest } from '../../firmware/range-client.ts';
import type { PartDevice } from '../../part.ts';
import { joined } from './cache.ts';

export interface UpstreamOrder {
  channel: string;
  blockBytes: number;
  /** How much there is under a path; null while nobody has said so. */
  sizeOf(path: string): number | null;
  /** So much there is, by the word of the server: before the first byte of each answer. */
  whole(path: string, size: number): void;
  /** A block is there. */
  got(path: string, block: number, bytes: Uint8Array): void;
  /** Nothing comes of it: the status for those who wait; `isOther`: it is not what it was. */
  refused(path: string, status: number, isOther: boolean): void;
  /** Where it truly goes on after an interruption. */
  resumed(at: number): number;
  /** So many bytes came since this was last told. */
  fetched(path: string, bytes: number, cut: boolean): void;
}

interface Wanted {
  readonly path: string;
  readonly block: number;
}

/** An answer of which nothing comes for so long is none. */
const STALL_MS = 5000;
const AGAIN_MS = { base: 500, cap: 8000 };
const NO_ANSWER = 502;

export class Upstream {
  readonly #device: PartDevice;
  readonly #order: UpstreamOrder;
  readonly #wanted: Wanted[] = [];
  #channel: Channel | null = null;
  #reader: RangeReader | null = null;
  /** Of the block at hand. */
  #pieces: Uint8Array[] = [];
  #isResumed = false;
  #tries = 0;
  #bytes = 0;
  #heardAt = 0;
  /** After a failure nothing is asked before that. */
  #restsUntil = 0;
  /** Of its program: what an earlier one had planned, nobody does any more. */
  #life = 0;

  constructor(device: PartDevice, order: UpstreamOrder) {
    this.#device = device;
    this.#order = order;
  }

  want(path: string, block: number): void {
    const isKnown = this.#wanted.some((one) => one.path === path && one.block === block);
    if (!isKnown) this.#wanted.push({ path, block });
    this.start();
  }

  /** Does nothing while it is under way, or has nothing to do. */
  start(): void {
    if (this.#wanted.length === 0 || this.#reader !== null || !this.#device.isOnline) return;
    if (this.#device.now() < this.#restsUntil) return;
    this.#channel ??= this.#open();
    this.#ask(this.#channel);
  }

  /** Power or memory is gone: what was half there, and who wanted what. */
  forget(): void {
    this.#life++;
    this.#tell(this.#reader !== null);
    this.#channel?.end();
    this.#channel = null;
    this.#reader = null;
    this.#wanted.length = 0;
    this.#pieces = [];
    this.#isResumed = false;
    this.#tries = 0;
    this.#restsUntil = 0;
  }

  get isIdle(): boolean {
    return this.#wanted.length === 0;
  }

  #open(): Channel {
    const channel: Channel = this.#device.open(this.#order.channel, {
      data: (bytes) => {
        if (this.#channel !== channel) return;
        this.#heardAt = this.#device.now();
        this.#reader?.take(bytes);
      },
      closed: () => {
        if (this.#channel !== channel) return;
        this.#channel = null;
        this.#cut();
      },
    });
    return channel;
  }

  #ask(channel: Channel): void {
    const [wanted] = this.#wanted;
    if (wanted === undefined) return;
    const { path, block } = wanted;
    const { blockBytes, resumed, sizeOf } = this.#order;
    const size = sizeOf(path);
    const end = (block + 1) * blockBytes;
    const to = size === null ? end : Math.min(size, end);
    const at = block * blockBytes + this.#has;
    if (at >= to) return this.#got(wanted);
    const from = this.#isResumed ? Math.min(to - 1, Math.max(0, resumed(at))) : at;
    this.#isResumed = false;
    const reader: RangeReader = new RangeReader(
      from,
      // What it lacks, and no byte more.
      to - at + from,
      {
        whole: (said) => this.#order.whole(path, said),
        bytes: (_, bytes) => {
          this.#tries = 0;
          this.#bytes += bytes.length;
          this.#pieces.push(bytes.slice());
        },
        again: (bytes) => {
          this.#bytes += bytes;
        },
        done: () => {
          this.#reader = null;
          this.#done(wanted);
        },
        later: () => this.#refused(path, 'status 503', false),
        failed: (why, forGood) => this.#refused(path, why, forGood),
      },
      size ?? 0,
    );
    this.#reader = reader;
    this.#heardAt = this.#device.now();
    channel.write(new TextEncoder().encode(rangeRequest(path, from, to - at + from)));
    this.#watch(reader);
  }

  get #has(): number {
    return this.#pieces.reduce((sum, { length }) => sum + length, 0);
  }

  #done(wanted: Wanted): void {
    const { blockBytes, sizeOf } = this.#order;
    const size = sizeOf(wanted.path) ?? 0;
    const length = Math.min(blockBytes, size - wanted.block * blockBytes);
    if (this.#has < length) this.start();
    else this.#got(wanted);
  }

  #got({ path, block }: Wanted): void {
    const bytes = joined(this.#pieces);
    this.#wanted.shift();
    this.#pieces = [];
    this.#order.got(path, block, bytes);
    if (this.#wanted[0]?.path !== path) this.#tell(false, path);
    this.start();
    if (this.#wanted.length === 0) this.#hangUp();
  }

  /** One that hangs is given up. */
  #watch(reader: RangeReader): void {
    this.#after(this.#heardAt + STALL_MS - this.#device.now(), () => {
      if (this.#reader !== reader) return;
      if (this.#heardAt + STALL_MS > this.#device.now()) return this.#watch(reader);
      this.#hangUp();
      this.#cut();
    });
  }

  /** What has come of it stays. */
  #cut(): void {
    if (this.#reader === null && this.#wanted.length === 0) return;
    this.#reader = null;
    this.#tell(true);
    this.#isResumed = true;
    this.#again();
  }

  #refused(path: string, why: string, forGood: boolean): void {
    this.#hangUp();
    this.#tell(false);
    const status = Number(/^status (4\d\d)$/.exec(why)?.[1] ?? NO_ANSWER);
    // Whoever waits asks again, and then so does this.
    const rest = this.#wanted.filter((one) => one.path !== path);
    this.#wanted.splice(0, this.#wanted.length, ...rest);
    this.#pieces = [];
    this.#order.refused(path, status, forGood && status === NO_ANSWER);
    this.#again();
  }

  #again(): void {
    const ms = Math.min(AGAIN_MS.cap, AGAIN_MS.base << Math.min(this.#tries++, 8));
    this.#restsUntil = this.#device.now() + ms;
    this.#after(ms, () => this.start());
  }

  #after(ms: number, action: () => void): void {
    const life = this.#life;
    this.#device.at(this.#device.now() + Math.max(0, ms), {
      fire: () => {
        if (life === this.#life) action();
        return Number.POSITIVE_INFINITY;
      },
    });
  }

  #hangUp(): void {
    this.#channel?.end();
    this.#channel = null;
    this.#reader = null;
  }

  #tell(cut: boolean, path = this.#wanted[0]?.path): void {
    if (this.#bytes > 0 && path !== undefined) this.#order.fetched(path, this.#bytes, cut);
    this.#bytes = 0;
  }
}
