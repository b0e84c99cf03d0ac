/**
 * A receiver of satellites: every few seconds it makes out where it is. One that is not free to say
 * what it sees stays nearer to what it said before, so each of its fixes hangs on the last one.
 */

const FIX_MS = 5000;

/** m beside some place. */
interface Fix {
  east: number;
  north: number;
}

/** What it would say at a time, and how much of that is then new to it. */
export interface Sky {
  seenAt(t: number): Fix;
  freshAt(t: number): number;
}

export class Receiver {
  /** The last one by its number; none at first. */
  #last = { count: -1, east: 0, north: 0 };

  get fix(): Readonly<Fix> {
    return this.#last;
  }

  /** All that are due by a time, which is no earlier than the one before. */
  by(t: number, { seenAt, freshAt }: Sky): void {
    const due = Math.floor(t / FIX_MS);
    if (due <= this.#last.count) return;
    // Where all is new, those in between leave no trace.
    const isNew = freshAt(due * FIX_MS) === 1;
    for (let count = isNew ? due : this.#last.count + 1; count <= due; count++) {
      const fresh = this.#last.count < 0 ? 1 : freshAt(count * FIX_MS);
      const seen = seenAt(count * FIX_MS);
      const { east, north } = this.#last;
      const toward = (from: number, to: number): number =>
        fresh === 1 ? to : from + fresh * (to - from);
      this.#last = { count, east: toward(east, seen.east), north: toward(north, seen.north) };
    }
  }
}
