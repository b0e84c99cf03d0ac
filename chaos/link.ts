/**
 * One direction of one connection: an ordered chain of toxics between source and destination.
 * Toxics come and go while data flows; a stage that leaves hands what it holds to the one behind
 * it, so no order is ever lost. A close is part of that order: it travels behind the data, and
 * nothing passes a stage that has closed.
 */
import type { Chunk, ChunkSink, Timers } from '#kernel';
import { type Attributes, type Ending, passing, type ToxicKind, type ToxicStage } from './toxic.ts';

/** The far end of a link. */
export interface LinkEnds {
  push(bytes: Uint8Array): void;
  /** Everything has been delivered and nothing follows. Told once. */
  end(): void;
  /** The whole connection is to go, at once. */
  destroy(ending: Ending): void;
  /**
   * There is room again after `write` had said that there is none. Do not write from within this
   * call.
   */
  relieved(): void;
}

/** A toxic as a link sees it. `affects` is false where its toxicity spares this connection. */
export interface LinkToxic {
  name: string;
  kind: ToxicKind;
  attributes: Attributes;
  affects: boolean;
  /** It stays behind all others. */
  isLast?: boolean;
  random(): number;
}

/** Held bytes above which a source should pause, and below which it may go on. */
const HELD_BYTES_MAX = 4 * 1024 * 1024;
const HELD_BYTES_LOW = HELD_BYTES_MAX / 2;

interface Place {
  toxic: LinkToxic;
  stage: ToxicStage;
  /** Its input has ended: whatever comes late is dropped. */
  ended: boolean;
}

export class Link {
  readonly #ends: LinkEnds;
  readonly #timers: Timers;
  readonly #places: Place[] = [];
  #isOver = false;
  #sourceEnded = false;
  #delivered = false;
  #wasFull = false;

  constructor(ends: LinkEnds, timers: Timers) {
    this.#ends = ends;
    this.#timers = timers;
  }

  /** Bytes from the source, at this instant. False: pause until `relieved`. */
  write(bytes: Uint8Array): boolean {
    if (this.#isOver || this.#sourceEnded) return true;
    if (this.#places.length === 0) {
      this.#deliver(bytes);
      return true;
    }
    this.#pushTo(0, { bytes, at: this.#timers.now() });
    if (this.heldBytes() > HELD_BYTES_MAX) this.#wasFull = true;
    return !this.#wasFull;
  }

  end(): void {
    if (this.#isOver || this.#sourceEnded) return;
    this.#sourceEnded = true;
    this.#endTo(0);
  }

  /** Appends a toxic, ahead of what stays last; what is held before it flows through it now. */
  add(toxic: LinkToxic): void {
    if (this.#isOver || this.#delivered) return;
    const place: Omit<Place, 'stage'> & { stage: ToxicStage | null } = {
      toxic,
      stage: null,
      ended: false,
    };
    place.stage = this.#start(place as Place);
    const last = toxic.isLast ? -1 : this.#places.findIndex((one) => one.toxic.isLast === true);
    this.#places.splice(last < 0 ? this.#places.length : last, 0, place as Place);
  }

  /** New attributes, and whether it affects this connection at all, for a toxic in its place. */
  update(name: string, attributes: Attributes, affects: boolean): void {
    const place = this.#places.find(({ toxic }) => toxic.name === name);
    if (place === undefined) return;
    const { toxic, stage } = place;
    place.toxic = { ...toxic, attributes, affects };
    if (toxic.affects === affects) {
      stage.update(attributes);
    } else {
      if (toxic.affects) stage.remove();
      else stage.stop();
      if (this.#isOver) return;
      place.stage = this.#start(place);
      if (place.ended) place.stage.end();
    }
    this.#relieve();
  }

  remove(name: string): void {
    const place = this.#places.find(({ toxic }) => toxic.name === name);
    if (place === undefined) return;
    // Still in its place while it lets go, so that what it held flows on to those behind it.
    place.stage.remove();
    const at = this.#places.indexOf(place);
    if (at >= 0) this.#places.splice(at, 1);
    this.#relieve();
  }

  /** The connection is over. */
  stop(): void {
    this.#isOver = true;
    for (const place of this.#places.splice(0)) place.stage.stop();
  }

  heldBytes(): number {
    let sum = 0;
    for (const place of this.#places) sum += place.stage.heldBytes?.() ?? 0;
    return sum;
  }

  #start(place: Place): ToxicStage {
    const { kind, attributes, affects, random } = place.toxic;
    const next: ChunkSink = {
      push: (chunk) => {
        this.#pushTo(this.#behind(place), chunk);
        // Also when what stands behind swallows it, or the source would pause for ever.
        this.#relieve();
      },
      end: () => this.#endTo(this.#behind(place)),
    };
    const destroy = (ending: Ending): void => this.#ends.destroy(ending);
    const context = { next, timers: this.#timers, random, attributes, destroy };
    return affects ? kind.start(context) : (kind.spare ?? passing)(context);
  }

  /** Where a stage's output goes; one that has left the chain must be silent, and is not heard. */
  #behind(place: Place): number {
    const at = this.#places.indexOf(place);
    return at < 0 ? Number.POSITIVE_INFINITY : at + 1;
  }

  #pushTo(index: number, chunk: Chunk): void {
    if (this.#isOver || index === Number.POSITIVE_INFINITY) return;
    const place = this.#places[index];
    if (place === undefined) this.#deliver(chunk.bytes);
    else if (!place.ended) place.stage.push(chunk);
  }

  #endTo(index: number): void {
    if (this.#isOver || index === Number.POSITIVE_INFINITY) return;
    const place = this.#places[index];
    if (place === undefined) {
      if (this.#delivered) return;
      this.#delivered = true;
      this.#ends.end();
    } else if (!place.ended) {
      place.ended = true;
      place.stage.end();
    }
  }

  #deliver(bytes: Uint8Array): void {
    if (this.#delivered) return;
    this.#ends.push(bytes);
  }

  #relieve(): void {
    if (!this.#wasFull || this.#isOver || this.heldBytes() > HELD_BYTES_LOW) return;
    this.#wasFull = false;
    this.#ends.relieved();
  }
}
