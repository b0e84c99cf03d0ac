/**
 * One direction of one tapped connection. It stands there from the first byte, since whoever joins
 * later does not know where packets begin. While no fault asks for anything each chunk passes as it
 * came, and only its packets are counted off; else whole packets of the kinds that are asked for
 * are taken out, and what becomes of each is decided. Where the bytes are no MQTT it looks no more,
 * and passes everything.
 */
import { type Cancel, type Chunk, PACKET_TYPES, type Way } from '#kernel';
import { type ToxicContext, type ToxicStage, waitUntil } from '../toxic.ts';
import { FrameHead, spoiledFrame, typeOf } from './mqtt-frame.ts';
import type { TappedConnection, TapRule } from './tap-rule.ts';

/** A packet larger than this passes as it comes: nobody must hold that much. */
const FRAME_BYTES_MAX = 1024 * 1024;
/** A swapped packet whose successor does not come is let go after this. */
const SWAP_MS = 10_000;

interface HeldBack {
  rule: TapRule;
  bytes: Uint8Array;
  due: number;
  /** It waits for the next of its kind. */
  isSwapped: boolean;
  /** It may go as soon as no other packet is half through. */
  isFree: boolean;
}

export class TapStage implements ToxicStage {
  readonly #context: ToxicContext;
  readonly #connection: TappedConnection;
  readonly #way: Way;
  readonly #head = new FrameHead();
  /** What must be the first packet. */
  readonly #opening: number;
  #isOpened = false;
  #isLost = false;
  /** Bytes of the packet that have not come. */
  #left = 0;
  /** Of the packet that is being taken out; null while it passes. */
  #taken: Uint8Array[] | null = null;
  /** In the order in which they came. */
  #held: HeldBack[] = [];
  #cancel: Cancel | null = null;

  constructor(context: ToxicContext, connection: TappedConnection, way: Way) {
    this.#context = context;
    this.#connection = connection;
    this.#way = way;
    this.#opening = way === 'up' ? PACKET_TYPES.CONNECT : PACKET_TYPES.CONNACK;
  }

  push(chunk: Chunk): void {
    if (this.#isLost) return this.#context.next.push(chunk);
    const { at: came, bytes } = chunk;
    /** From here on bytes of the chunk pass as they are. */
    let passing = 0;
    let at = 0;
    const passTo = (end: number): void => {
      if (end > passing) this.#pass(bytes.subarray(passing, end), came);
    };
    while (at < bytes.length && !this.#isLost) {
      if (!this.#isInside && this.#wantsToStep()) {
        passTo(at);
        passing = at;
        this.#leave();
        if (this.#isAsked()) this.#taken ??= [];
      }
      const wasTaken = this.#taken !== null;
      const end = this.#left > 0 ? Math.min(bytes.length, at + this.#left) : at + 1;
      if (wasTaken) this.#taken?.push(bytes.subarray(at, end));
      if (this.#left > 0) this.#bodyCame(end - at, came);
      else this.#headCame(bytes[at] ?? 0, came);
      at = end;
      if (wasTaken) passing = at;
    }
    if (passing === 0) this.#context.next.push(chunk);
    else passTo(bytes.length);
    this.#leave();
  }

  end(): void {
    this.#lose(this.#context.timers.now());
    this.#context.next.end();
  }

  update(): void {}

  remove(): void {
    this.#lose(this.#context.timers.now());
  }

  stop(): void {
    this.#disarm();
    this.#held = [];
    this.#taken = null;
  }

  heldBytes(): number {
    const taken = this.#taken?.reduce((sum, { length }) => sum + length, 0) ?? 0;
    return this.#held.reduce((sum, { bytes }) => sum + bytes.length, taken);
  }

  /** The fault is over: what it held back comes now. */
  release(rule: TapRule): void {
    this.#letGo((one) => one.rule === rule);
  }

  /** A packet is half through: nothing may come between. */
  get #isInside(): boolean {
    return this.#left > 0 || !this.#head.isFresh;
  }

  #wantsToStep(): boolean {
    return this.#isAsked() || this.#held.some(({ isFree }) => isFree);
  }

  /** Whether a packet that begins now is to be looked at as a whole. */
  #isAsked(): boolean {
    const isFirst = this.#way === 'up' && !this.#isOpened;
    return isFirst || this.#connection.rules(this.#way).length > 0;
  }

  #headCame(byte: number, came: number): void {
    const isFirst = this.#head.isFresh;
    const length = this.#head.take(byte);
    if (isFirst && !this.#isOpened && byte >>> 4 !== this.#opening) return this.#lose(came);
    if (length === 'broken') return this.#lose(came);
    if (length === 'more') return;
    this.#left = length;
    if (this.#taken !== null && (length > FRAME_BYTES_MAX || !this.#isMeant())) {
      const bytes = joined(this.#taken);
      this.#taken = null;
      this.#pass(bytes, came);
    }
    if (length === 0) this.#packetCame(came);
  }

  #isMeant(): boolean {
    if (!this.#isOpened) return true;
    const type = this.#head.first >>> 4;
    return this.#connection.rules(this.#way).some((rule) => rule.type === type);
  }

  #bodyCame(bytes: number, came: number): void {
    this.#left -= bytes;
    if (this.#left === 0) this.#packetCame(came);
  }

  #packetCame(came: number): void {
    const parts = this.#taken;
    this.#taken = null;
    const isFirst = !this.#isOpened;
    this.#isOpened = true;
    if (parts === null) return;
    const frame = joined(parts);
    if (isFirst && this.#way === 'up') this.#connection.opened(frame);
    const type = typeOf(frame);
    for (const rule of this.#connection.rules(this.#way)) {
      if (rule.type === type && this.#connection.isMet(rule, this.#way, frame)) {
        return this.#do(rule, frame, came);
      }
    }
    this.#pass(frame, came);
  }

  #do(rule: TapRule, frame: Uint8Array, came: number): void {
    const { timers } = this.#context;
    const hit = (): void => this.#connection.hit(rule);
    switch (rule.does) {
      case 'drop':
        return hit();
      case 'corrupt':
        hit();
        return this.#pass(spoiledFrame(frame), came);
      case 'duplicate':
        hit();
        this.#pass(frame, came);
        return this.#pass(Uint8Array.from(frame), came);
      case 'delay':
        hit();
        return this.#hold({
          ...{ rule, bytes: frame, due: timers.now() + rule.delayMs },
          ...{ isSwapped: false, isFree: false },
        });
      case 'reorder':
        return this.#swap(rule, frame, came);
    }
  }

  #swap(rule: TapRule, frame: Uint8Array, came: number): void {
    const first = this.#held.find((one) => one.rule === rule && one.isSwapped);
    if (first === undefined) {
      const due = this.#context.timers.now() + SWAP_MS;
      return this.#hold({ rule, bytes: frame, due, isSwapped: true, isFree: false });
    }
    this.#connection.hit(rule);
    this.#pass(frame, came);
    this.#letGo((one) => one === first);
  }

  #hold(one: HeldBack): void {
    this.#held.push(one);
    this.#arm();
  }

  #arm(): void {
    this.#disarm();
    const waiting = this.#held.filter(({ isFree }) => !isFree);
    if (waiting.length === 0) return;
    const { timers } = this.#context;
    const due = Math.min(...waiting.map((one) => one.due));
    this.#cancel = timers.after(waitUntil(timers, due), () => {
      this.#cancel = null;
      const now = timers.now();
      this.#letGo((one) => one.due <= now);
    });
  }

  #letGo(mayGo: (one: HeldBack) => boolean): void {
    for (const one of this.#held) if (mayGo(one)) one.isFree = true;
    // One that is being taken out has not begun to pass.
    if (!this.#isInside || this.#taken !== null || this.#isLost) this.#leave();
    this.#arm();
  }

  #leave(): void {
    if (this.#isInside && this.#taken === null && !this.#isLost) return;
    const free = this.#held.filter(({ isFree }) => isFree);
    if (free.length === 0) return;
    this.#held = this.#held.filter(({ isFree }) => !isFree);
    const now = this.#context.timers.now();
    for (const { bytes } of free) this.#pass(bytes, now);
  }

  /** No MQTT, or nothing that could be told from it: from here on all of it passes. */
  #lose(came: number): void {
    this.#isLost = true;
    this.#letGo(() => true);
    this.#giveUp(came);
  }

  /** The beginning of a packet whose end did not come passes as well. */
  #giveUp(came: number): void {
    const parts = this.#taken;
    this.#taken = null;
    if (parts !== null && parts.length > 0) this.#pass(joined(parts), came);
  }

  #pass(bytes: Uint8Array, at: number): void {
    this.#context.next.push({ bytes, at });
  }

  #disarm(): void {
    this.#cancel?.();
    this.#cancel = null;
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
