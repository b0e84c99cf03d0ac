/**
 * What the buffer of one gateway must hold, told by what came in and what left it. It follows what
 * the gateway truly did, so that one mistake is told once and does not make a mistake of all that
 * comes after.
 */

export interface BufferRules {
  messages: number;
  bytes: number;
  drop: 'oldest' | 'newest' | 'lowest';
  /** Of the turns that backlog and live both want, those of the backlog. */
  backlog: number;
}

export interface Item {
  child: number;
  stream: number;
  n: number;
  bytes: number;
  /** Of its child: the least goes first where the policy is `lowest`. */
  priority: number;
  /** Microseconds. */
  takenAt: number;
  /** In which order it came. */
  seq: number;
}

export type Mistake =
  /** It gave up one for which it had room. */
  | 'dropped-with-room'
  /** It gave up another than its policy says. */
  | 'dropped-another'
  /** It kept more than it may. */
  | 'kept-too-much'
  /** One went before another that came before it. */
  | 'overtook'
  /** One went while there was no uplink. */
  | 'sent-without-uplink'
  /** It dealt with one that it did not have. */
  | 'not-there'
  | 'taken-twice'
  /** It is said to be lost with the memory, and was in flash for long. */
  | 'lost-too-much'
  /** It was given up when its gateway restarted by its own will, which could have saved it. */
  | 'lost-in-restart'
  /** Backlog and live did not share as declared. */
  | 'unfair';

export interface Told {
  mistake: Mistake;
  item: Item;
  /** The one that it should have been, where that is known. */
  instead: Item | null;
}

/** One turn more or less is rounding. */
const TURNS_ASIDE = 1 + 1e-6;

type Line = Map<string, Item>;

export class BufferModel {
  readonly #rules: BufferRules;
  /** In the order in which they came, but for what was restored since anybody asked. */
  readonly #old: Line = new Map();
  readonly #live: Line = new Map();
  #isInOrder = true;
  #bytes = 0;
  /** Just taken in: whom the policy `newest` means. */
  #newest: Item | null = null;
  #isUp = false;
  /** Of the turns since both lines began to wait at once. */
  #contested = { all: 0, backlog: 0 };
  #toldOver = false;

  constructor(rules: BufferRules) {
    this.#rules = rules;
  }

  get waiting(): number {
    return this.#backlog.size + this.#live.size;
  }

  /** As it came in; null where it does not wait. */
  find(item: Item): Item | null {
    return this.#backlog.get(nameOf(item)) ?? this.#live.get(nameOf(item)) ?? null;
  }

  get first(): Item | null {
    return firstOf(this.#backlog) ?? firstOf(this.#live);
  }

  connected(isUp: boolean): void {
    this.#isUp = isUp;
    this.#contested = { all: 0, backlog: 0 };
    if (isUp) return;
    for (const [name, item] of this.#live) this.#backlog.set(name, item);
    this.#live.clear();
  }

  took(item: Item): Told[] {
    const told = this.#overfull(item);
    const name = nameOf(item);
    if (this.#backlog.has(name) || this.#live.has(name)) {
      return [...told, { mistake: 'taken-twice', item, instead: null }];
    }
    this.#newest = item;
    this.#bytes += item.bytes;
    (this.#isUp ? this.#live : this.#backlog).set(name, item);
    return told;
  }

  /** For want of room. */
  dropped(item: Item): Told[] {
    const victim = this.#victim();
    const known = this.#remove(item);
    this.#toldOver = false;
    if (known === null) return [{ mistake: 'not-there', item, instead: null }];
    if (victim === null) return [{ mistake: 'dropped-with-room', item: known, instead: null }];
    if (victim === known) return [];
    return [{ mistake: 'dropped-another', item: known, instead: victim }];
  }

  passed(item: Item): Told[] {
    const told = this.#overfull(item);
    const isBacklog = this.#backlog.has(nameOf(item));
    const first = firstOf(isBacklog ? this.#backlog : this.#live);
    const bothWait = this.#backlog.size > 0 && this.#live.size > 0;
    const known = this.#remove(item);
    if (known === null) return [...told, { mistake: 'not-there', item, instead: null }];
    if (!this.#isUp) told.push({ mistake: 'sent-without-uplink', item: known, instead: null });
    if (first !== known) told.push({ mistake: 'overtook', item: known, instead: first });
    if (this.#isUnfair(isBacklog, bothWait)) {
      told.push({ mistake: 'unfair', item: known, instead: null });
    }
    return told;
  }

  /** It was under way when the memory was lost, and waits again: where it came from. */
  restored(item: Item): void {
    this.#old.set(nameOf(item), item);
    this.#isInOrder = false;
    this.#bytes += item.bytes;
  }

  /** It is gone with the gateway's memory; false for one that did not wait here. */
  lost(item: Item): boolean {
    return this.#remove(item) !== null;
  }

  /** Hundreds are restored at once, among thousands: they are put in their places together. */
  get #backlog(): Line {
    if (this.#isInOrder) return this.#old;
    this.#isInOrder = true;
    const all = [...this.#old].sort(([, a], [, b]) => a.seq - b.seq);
    this.#old.clear();
    for (const [name, item] of all) this.#old.set(name, item);
    return this.#old;
  }

  /** Before anything else happens it must have given up what it has no room for. */
  #overfull(item: Item): Told[] {
    const victim = this.#victim();
    if (victim === null || this.#toldOver) return [];
    this.#toldOver = true;
    return [{ mistake: 'kept-too-much', item, instead: victim }];
  }

  /** Whom the policy gives up now; null where there is room for all. */
  #victim(): Item | null {
    const { messages, bytes, drop } = this.#rules;
    if (this.waiting <= messages && this.#bytes <= bytes) return null;
    const newest = this.#lastTaken();
    const isTooLarge = newest !== null && (newest.bytes > bytes || messages === 0);
    if (drop === 'newest' || isTooLarge) return newest;
    return drop === 'oldest' ? this.first : this.#lowest();
  }

  #lastTaken(): Item | null {
    const newest = this.#newest;
    if (newest !== null && this.find(newest) !== null) return newest;
    return [...this.#live.values()].at(-1) ?? [...this.#backlog.values()].at(-1) ?? null;
  }

  /** The oldest of the lowest priority; the one that came only where it alone has that. */
  #lowest(): Item | null {
    let least: Item | null = null;
    for (const line of [this.#backlog, this.#live]) {
      for (const item of line.values()) {
        if (least === null || item.priority < least.priority) least = item;
      }
    }
    return least;
  }

  #isUnfair(isBacklog: boolean, bothWait: boolean): boolean {
    const turns = this.#contested;
    if (!bothWait) {
      this.#contested = { all: 0, backlog: 0 };
      return false;
    }
    turns.all++;
    if (isBacklog) turns.backlog++;
    const aside = Math.abs(turns.backlog - turns.all * this.#rules.backlog);
    if (aside <= TURNS_ASIDE) return false;
    this.#contested = { all: 0, backlog: 0 };
    return true;
  }

  #remove(item: Item): Item | null {
    const name = nameOf(item);
    for (const line of [this.#backlog, this.#live]) {
      const known = line.get(name);
      if (known === undefined) continue;
      line.delete(name);
      this.#bytes -= known.bytes;
      return known;
    }
    return null;
  }
}

export const nameOf = ({ child, stream, n }: Pick<Item, 'child' | 'stream' | 'n'>): string =>
  `${child}/${stream}/${n}`;

const firstOf = (line: Line): Item | null => line.values().next().value ?? null;
