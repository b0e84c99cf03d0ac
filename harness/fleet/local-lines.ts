/**
 * Lines on the local side of a carrier: a passenger opens a channel, and a part of its carrier
 * answers it. Nothing of it goes over the network, so no fault on a link acts on it; it is gone
 * when either of the two does not run, or the passenger is off the bus on which it stands. Bytes
 * take a quantum, in every gear.
 */
import type { Channel, ChannelEvents } from '#devices';

/** Runs an action in the next quantum, those of one quantum in the order in which they came. */
export type Soon = (action: () => void) => void;

/** The end of a line that a passenger has. */
export interface CalledLine extends Channel {
  /** Its device does not run any more, or lost the line by a fault: both ends hear that. */
  cut(why: string): void;
}

/** The carrier, as those who call it know it. */
interface Answerer {
  /** Its program runs. */
  readonly isUp: boolean;
  /** Whether the passenger stands on the bus of the carrier, with nothing in between. */
  reaches(passenger: number): boolean;
  /** What a part answers with; null where none does. */
  called(passenger: number, channel: string, line: Channel): ChannelEvents | null;
}

export class LocalLines {
  readonly #soon: Soon;
  readonly #answerer: Answerer;
  readonly #lines = new Map<Line, number>();

  constructor(soon: Soon, answerer: Answerer) {
    this.#soon = soon;
    this.#answerer = answerer;
  }

  /** What is written at once waits until somebody has answered. */
  call(passenger: number, channel: string, events: ChannelEvents): CalledLine {
    const line = new Line(this.#soon, () => this.#lines.delete(line));
    this.#lines.set(line, passenger);
    line.here.events = events;
    this.#soon(() => {
      if (line.isOver) return;
      const { isUp } = this.#answerer;
      const isThere = isUp && this.#answerer.reaches(passenger);
      const answers = isThere
        ? this.#answerer.called(passenger, channel, line.end(line.there))
        : null;
      if (answers === null) line.cut('no-link');
      else line.there.events = answers;
    });
    return { ...line.end(line.here), cut: (why) => line.cut(why) };
  }

  /** The carrier does not run any more. */
  hangUp(why: string): void {
    for (const line of [...this.#lines.keys()]) line.cut(why);
  }

  /** A fault began on the bus of a passenger: it may be off it. */
  look(passenger: number): void {
    if (this.#answerer.reaches(passenger)) return;
    for (const [line, whose] of [...this.#lines]) if (whose === passenger) line.cut('off-bus');
  }
}

interface End {
  events: ChannelEvents | null;
  isOver: boolean;
}

class Line {
  readonly here: End = { events: null, isOver: false };
  readonly there: End = { events: null, isOver: false };
  readonly #soon: Soon;
  readonly #gone: () => void;
  /** What is under way is lost. */
  #isCut = false;

  constructor(soon: Soon, gone: () => void) {
    this.#soon = soon;
    this.#gone = gone;
  }

  get isOver(): boolean {
    return this.#isCut || this.here.isOver;
  }

  end(end: End): Channel {
    const other = end === this.here ? this.there : this.here;
    return {
      write: (bytes) => {
        if (this.#isCut || end.isOver) return;
        this.#soon(() => {
          if (!this.#isCut && !other.isOver) other.events?.data(bytes);
        });
      },
      // What was written before still comes.
      end: () => {
        if (end.isOver) return;
        end.isOver = true;
        this.#gone();
        this.#soon(() => this.#tell(other, 'closed'));
      },
    };
  }

  cut(why: string): void {
    if (this.#isCut) return;
    this.#isCut = true;
    this.#gone();
    this.#soon(() => {
      this.#tell(this.there, why);
      this.#tell(this.here, why);
    });
  }

  #tell(end: End, why: string): void {
    if (end.isOver) return;
    end.isOver = true;
    end.events?.closed(why);
  }
}
