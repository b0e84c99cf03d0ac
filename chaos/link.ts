/**
 * One direction of one connection: an ordered chain of toxics between source and destination. Toxics come and go
 * while data flows; a stage that leaves hands what it holds to the one behind it, so no order is ever lost.
 */
import type { Chunk, ChunkSink, Timers } from '#kernel';
import type { Attributes, Ending, ToxicKind, ToxicStage } from './toxic.ts';

export interface LinkEnds extends ChunkSink {
  destroy(ending: Ending): void;
}

interface Place {
  name: string;
  stage: ToxicStage;
}

export class Link implements ChunkSink {
  readonly #ends: LinkEnds;
  readonly #timers: Timers;
  readonly #places: Place[] = [];
  #over = false;
  #ended = false;
  #delivered = false;

  constructor(ends: LinkEnds, timers: Timers) {
    this.#ends = ends;
    this.#timers = timers;
  }

  /** Bytes from the source, at this instant. */
  write(bytes: Uint8Array): void {
    this.push({ bytes, at: this.#timers.now() });
  }

  push(chunk: Chunk): void {
    if (!this.#over && !this.#ended) this.#after(-1).push(chunk);
  }

  end(): void {
    if (this.#over || this.#ended) return;
    this.#ended = true;
    this.#after(-1).end();
  }

  /** Appends a toxic; what is held before it flows through it from now on. */
  add(name: string, kind: ToxicKind, attributes: Attributes, random: () => number): void {
    if (this.#over || this.#delivered) return;
    const place: Partial<Place> & { name: string } = { name };
    const next: ChunkSink = {
      push: (chunk) => this.#after(this.#places.indexOf(place as Place)).push(chunk),
      end: () => this.#after(this.#places.indexOf(place as Place)).end(),
    };
    place.stage = kind.start({
      next,
      timers: this.#timers,
      random,
      attributes,
      destroy: (ending) => this.#ends.destroy(ending),
    });
    this.#places.push(place as Place);
  }

  update(name: string, attributes: Attributes): void {
    this.#places.find((place) => place.name === name)?.stage.update(attributes);
  }

  remove(name: string): void {
    const at = this.#places.findIndex((place) => place.name === name);
    const place = this.#places[at];
    if (place === undefined) return;
    // Still in its place while it lets go, so that what it held flows on to those behind it.
    place.stage.remove();
    this.#places.splice(this.#places.indexOf(place), 1);
  }

  /** The connection is over. */
  stop(): void {
    this.#over = true;
    for (const place of this.#places) place.stage.stop();
    this.#places.length = 0;
  }

  /** What stands behind the stage at `index`. */
  #after(index: number): ChunkSink {
    if (this.#over) return NOWHERE;
    return this.#places[index + 1]?.stage ?? this.#exit;
  }

  readonly #exit: ChunkSink = {
    push: (chunk) => this.#ends.push(chunk),
    end: () => {
      if (this.#delivered) return;
      this.#delivered = true;
      this.#ends.end();
    },
  };
}

const NOWHERE: ChunkSink = { push: () => {}, end: () => {} };
