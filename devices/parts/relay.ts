/**
 * A gateway that hands firmware on: those it carries have no link of their own, so they load over a
 * line to it, and what it has not got in its flash it loads itself, once for all of them. An
 * outage of its uplink keeps nobody from what is there; who asks for more meanwhile is told to come
 * again. What lies under a path is none of its business, and neither is whether it is any good.
 */
import { RELAY_OPS } from '#kernel';
import type { Channel, ChannelEvents } from '../channel.ts';
import { definePart, type Part, type PartDevice } from '../part.ts';
import { Cache } from './relay/cache.ts';
import { Caller } from './relay/caller.ts';
import { LineRate } from './relay/line-rate.ts';
import { RELAY_PARAMS, relayFlaws } from './relay/params.ts';
import { type Asked, answerHead, isForGood } from './relay/requests.ts';
import { Upstream } from './relay/upstream.ts';

export interface RelaySeams {
  /** Somebody asks for what may lie in its flash: false does not look there. */
  lookInCache?(gateway: string, path: string, from: number): boolean;
  /** What it loaded was interrupted: where it goes on. */
  resumeFetch?(gateway: string, at: number): number;
}

const CHANNEL = 'ota';
const PAGE_BYTES = 256;
/** Whoever waits for so long is told to come again, since silence would be taken for an end. */
const PATIENCE_MS = 3000;
/** And after so many seconds: while something comes, and while there is no uplink. */
const AGAIN = { soon: 1, later: 2 };
const NOTHING = new Uint8Array();

export default definePart({
  kind: 'relay',
  summary: 'hands firmware on to those it carries, and loads it once for all of them',
  params: RELAY_PARAMS,
  channels: [CHANNEL],
  serves: [CHANNEL],
  ops: RELAY_OPS,
  seams: ['lookInCache', 'resumeFetch'],
  flaws: relayFlaws,
  start: (device) => new Relay(device),
});

class Relay implements Part {
  readonly #device: PartDevice;
  readonly #blockBytes: number;
  readonly #cache: Cache;
  readonly #upstream: Upstream;
  readonly #rate: LineRate;
  readonly #callers = new Set<Caller>();
  /** Sizes of what there is no room for. */
  readonly #passed = new Map<string, number>();
  #isUp = false;

  constructor(device: PartDevice) {
    this.#device = device;
    const { cache, range, rate } = device.paramsOf('relay');
    this.#blockBytes = Math.floor(Number(range) / PAGE_BYTES) * PAGE_BYTES;
    this.#cache = new Cache(Number(cache), this.#blockBytes);
    this.#rate = new LineRate(device, Number(rate), (caller) => this.#sent(caller));
    const { id } = device.row;
    this.#upstream = new Upstream(device, {
      channel: CHANNEL,
      blockBytes: this.#blockBytes,
      sizeOf: (path) => this.#sizeOf(path),
      whole: (path, size) => this.#makeRoom(path, size),
      got: (path, block, bytes) => this.#got(path, block, bytes),
      refused: (path, status, isOther) => this.#refused(path, status, isOther),
      resumed: (at) => device.seam<RelaySeams['resumeFetch']>('resumeFetch')?.(id, at) ?? at,
      fetched: (path, bytes, cut) => {
        device.write('relay/fetched', { path, bytes, size: this.#sizeOf(path) ?? 0, cut });
      },
    });
  }

  booted(): void {
    this.#down();
    this.#isUp = true;
  }

  entered(state: string): void {
    if (state.startsWith('power.') && state !== 'power.on') this.#down();
  }

  online(): void {
    if (this.#isUp) this.#upstream.start();
  }

  called(passenger: number, channel: string, line: Channel): ChannelEvents | null {
    if (!this.#isUp || channel !== CHANNEL) return null;
    const caller = new Caller(passenger, line);
    this.#callers.add(caller);
    return {
      data: (bytes) => {
        if (caller.isOver) return;
        caller.hear(bytes);
        this.#serve(caller);
      },
      closed: () => this.#left(caller),
    };
  }

  end(): void {
    this.#down();
  }

  /** What is in its flash stays. */
  #down(): void {
    this.#isUp = false;
    this.#upstream.forget();
    this.#rate.clear();
    this.#passed.clear();
    for (const caller of [...this.#callers]) this.#left(caller);
  }

  // --- those on their lines ---------------------------------------------------------------------

  #serve(caller: Caller): void {
    const [asked] = caller.asked;
    if (asked === undefined || caller.isServed || caller.isOver) return;
    if (typeof asked === 'number') return this.#answer(caller, asked);
    const { path, from } = asked;
    if (caller.path !== path) this.#tell(caller);
    caller.path = path;
    const size = this.#sizeOf(path);
    if (size !== null && from >= size) {
      return this.#answer(caller, 416, `content-range: bytes */${size}\r\n`);
    }
    const bytes = size === null ? null : this.#look(caller, asked);
    if (bytes === null) return this.#load(caller, asked);
    // It may be less than was asked for: the rest is for the next request.
    const said = `content-range: bytes ${from}-${from + bytes.length - 1}/${size}\r\n`;
    this.#answer(caller, 206, said, bytes);
  }

  #look(caller: Caller, { path, from, to }: Asked): Uint8Array | null {
    const { block } = caller;
    if (block !== null && block.path === path && from >= block.from) {
      const bytes = block.bytes.subarray(from - block.from, to - block.from);
      if (bytes.length > 0) return bytes;
    }
    const seam = this.#device.seam<RelaySeams['lookInCache']>('lookInCache');
    const looks = seam?.(this.#device.row.id, path, from) !== false;
    return looks ? this.#cache.look(path, from, to) : null;
  }

  #load(caller: Caller, asked: Asked): void {
    const { path, from } = asked;
    caller.waits = true;
    this.#upstream.want(path, Math.floor(from / this.#blockBytes));
    if (!this.#device.isOnline) return this.#sendAway(caller, AGAIN.later);
    this.#device.at(this.#device.now() + PATIENCE_MS, {
      fire: () => {
        const isWaiting = caller.asked[0] === asked && !caller.isServed && !caller.isOver;
        if (isWaiting) this.#sendAway(caller, AGAIN.soon);
        return Number.POSITIVE_INFINITY;
      },
    });
  }

  #sendAway(caller: Caller, seconds: number): void {
    this.#answer(caller, 503, `retry-after: ${seconds}\r\n`);
  }

  #answer(caller: Caller, status: number, more = '', body: Uint8Array = NOTHING): void {
    caller.answer(answerHead(status, body.length, more), body);
    this.#rate.add(caller);
  }

  #sent(caller: Caller): void {
    const asked = caller.asked.shift();
    if (typeof asked === 'number' && isForGood(asked)) {
      caller.hangUp();
      return this.#left(caller);
    }
    this.#serve(caller);
  }

  #left(caller: Caller): void {
    if (!this.#callers.delete(caller)) return;
    caller.isOver = true;
    this.#tell(caller);
  }

  #tell(caller: Caller): void {
    const { passenger: child, path, given } = caller;
    if (given.bytes > 0) this.#device.write('relay/served', { child, path, ...given });
    caller.given = { bytes: 0, fresh: 0 };
  }

  #waitingFor(path: string): Caller[] {
    return [...this.#callers].filter(({ asked: [first], isServed }) => {
      return typeof first === 'object' && first.path === path && !isServed;
    });
  }

  // --- what is loaded ---------------------------------------------------------------------------

  #sizeOf(path: string): number | null {
    return this.#cache.sizeOf(path) ?? this.#passed.get(path) ?? null;
  }

  #makeRoom(path: string, size: number): void {
    if (this.#sizeOf(path) === size) return;
    const isInUse = (other: string): boolean =>
      [...this.#callers].some((caller) => caller.path === other);
    const gone = this.#cache.take(path, size, isInUse);
    for (const [other, bytes] of gone ?? []) this.#room(other, bytes, 'evicts');
    if (gone === null) this.#passed.set(path, size);
    this.#room(path, size, gone === null ? 'passes' : 'takes');
  }

  #room(path: string, size: number, what: string): void {
    this.#device.write('relay/room', { path, size, what });
  }

  #got(path: string, block: number, bytes: Uint8Array): void {
    this.#cache.put(path, block, bytes);
    for (const caller of this.#waitingFor(path)) {
      caller.block = { path, from: block * this.#blockBytes, bytes };
      this.#serve(caller);
    }
    this.#goOn(path);
  }

  /** What somebody has begun to load, others will want to the end. */
  #goOn(path: string): void {
    const lacks = this.#cache.lacks(path);
    if (lacks !== null) {
      if (this.#upstream.isIdle) this.#upstream.want(path, lacks);
      return;
    }
    const all = this.#cache.whole(path);
    if (all === null) return;
    const sha256 = this.#device.seals.sha256Hex(all);
    this.#device.write('relay/whole', { path, size: all.length, sha256 });
  }

  #refused(path: string, status: number, isOther: boolean): void {
    const size = this.#cache.sizeOf(path);
    if (isOther && size !== null) {
      this.#cache.drop(path);
      this.#room(path, size, 'evicts');
    }
    this.#passed.delete(path);
    for (const caller of this.#waitingFor(path)) this.#answer(caller, status);
  }
}
