/**
 * How an alarm was at a place of its history. It is not gone through state by state: what is so at
 * a place is told by the last row before it of each sort.
 */
import { addTo } from '#kernel';
import type { Row } from './known.ts';

export interface Past {
  /** It was raised later than it was cleared. */
  isActive: boolean;
  /** Nobody had acknowledged it since it was last raised. */
  isUnseen: boolean;
  /** How often it was raised. */
  number: number;
  /** The row by which it was raised last; null where it never was. */
  raised: Row | null;
  /** The row by which it lies on the shelf; null where it does not. */
  shelf: Row | null;
}

export class History {
  readonly rows: readonly Row[];
  readonly #sorts = new Map<string, Row[]>();

  constructor(rows: readonly Row[]) {
    this.rows = [...rows].sort((a, b) => a.place - b.place);
    for (const row of this.rows) addTo(this.#sorts, row.event, row);
  }

  all(event: string): readonly Row[] {
    return this.#sorts.get(event) ?? [];
  }

  /** Before that place; the row that lies there with it where it says so. */
  at(place: number, isWithIt = false): Past {
    const until = isWithIt ? place + 1 : place;
    const [raised, cleared] = [this.#last('raised', until), this.#last('cleared', until)];
    const acked = this.#last('acked', until);
    const [shelved, unshelved] = [this.#last('shelved', until), this.#last('unshelved', until)];
    return {
      isActive: placeOf(raised) > placeOf(cleared),
      isUnseen: placeOf(raised) > placeOf(acked),
      number: this.#count('raised', until),
      raised,
      shelf: placeOf(shelved) > placeOf(unshelved) ? shelved : null,
    };
  }

  #last(event: string, before: number): Row | null {
    return this.all(event)[this.#count(event, before) - 1] ?? null;
  }

  /** How many lie before that place. */
  #count(event: string, before: number): number {
    const rows = this.all(event);
    let [from, to] = [0, rows.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((rows[middle]?.place ?? 0) < before) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}

const placeOf = (row: Row | null): number => row?.place ?? 0;

export const stateOf = ({ isActive, isUnseen }: Past): string => {
  if (isActive) return isUnseen ? 'unack-active' : 'acked-active';
  return isUnseen ? 'unack-returned' : 'normal';
};
