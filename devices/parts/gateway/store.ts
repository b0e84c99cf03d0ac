/**
 * The buffer of a gateway: two lines of parcels in the order in which they came. What was taken in
 * while there was no uplink is backlog; what comes later is live. Within a line nobody overtakes.
 * While both wait, they take turns by a declared ratio, so that neither starves the other.
 */

/** What waits; what else it is, is nobody's business here. */
interface Waiting {
  readonly bytes: number;
  /** In which order it came. */
  readonly seq: number;
  /** The least goes first where that is the policy. */
  readonly priority: number;
}

export const DROP_POLICIES = ['oldest', 'newest', 'lowest'] as const;
export type DropPolicy = (typeof DROP_POLICIES)[number];

interface Limits {
  messages: number;
  bytes: number;
}

export class Store<T extends Waiting> {
  readonly #limits: Limits;
  readonly #share: number;
  #backlog = new Line<T>();
  #live = new Line<T>();
  /** What the backlog may still claim of the turns that both lines wanted. */
  #credit = 0;

  /** `share`: of the turns that both want, those of the backlog. */
  constructor(limits: Limits, share: number) {
    this.#limits = limits;
    this.#share = share;
  }

  get size(): number {
    return this.#backlog.size + this.#live.size;
  }

  get bytes(): number {
    return this.#backlog.bytes + this.#live.bytes;
  }

  /** Takes one in; answers those that had to go for it, itself perhaps among them. */
  put(item: T, isConnected: boolean, policy: () => DropPolicy): T[] {
    const gone: T[] = [];
    if (item.bytes > this.#limits.bytes || this.#limits.messages === 0) return [item];
    while (!this.#fits(item)) {
      const victim = this.#takeVictim(item, policy());
      if (victim === null) return [...gone, item];
      gone.push(victim);
    }
    (isConnected ? this.#live : this.#backlog).append(item);
    return gone;
  }

  /** The uplink is gone: whatever waits is backlog now. */
  cut(): void {
    for (let one = this.#live.take(0); one !== null; one = this.#live.take(0)) {
      this.#backlog.append(one);
    }
    this.#credit = 0;
  }

  /** Whose turn it is; `place` in its line is 0 in honest firmware. */
  next(place: (waiting: number) => number): { item: T; isBacklog: boolean } | null {
    const isBacklog = this.#isTurnOfBacklog();
    const line = isBacklog ? this.#backlog : this.#live;
    const item = line.take(place(line.size));
    return item === null ? null : { item, isBacklog };
  }

  /**
   * After a loss of memory: what is kept elsewhere is backlog, in the order in which it came.
   * Answers those for which there is no room, since they were under way before.
   */
  restore(items: readonly T[], policy: () => DropPolicy): T[] {
    for (const item of [...items].sort((a, b) => a.seq - b.seq)) this.#backlog.append(item);
    const gone: T[] = [];
    while (this.size > this.#limits.messages || this.bytes > this.#limits.bytes) {
      const last = this.#backlog.take(this.#backlog.size - 1);
      const victim = last === null ? null : (this.#takeVictim(last, policy()) ?? last);
      if (last === null || victim === null) return gone;
      if (victim !== last) this.#backlog.append(last);
      gone.push(victim);
    }
    return gone;
  }

  /** Empties it, first to last. */
  clear(): T[] {
    const all = [...this.#backlog.all(), ...this.#live.all()];
    this.#backlog = new Line();
    this.#live = new Line();
    this.#credit = 0;
    return all;
  }

  #fits({ bytes }: T): boolean {
    return this.size < this.#limits.messages && this.bytes + bytes <= this.#limits.bytes;
  }

  /** Null where it is the one that came. */
  #takeVictim(item: T, policy: DropPolicy): T | null {
    if (policy === 'newest') return null;
    if (policy === 'oldest') return this.#backlog.take(0) ?? this.#live.take(0);
    const least = Math.min(this.#backlog.leastPriority, this.#live.leastPriority);
    if (item.priority < least) return null;
    return this.#backlog.takeFirstOf(least) ?? this.#live.takeFirstOf(least);
  }

  #isTurnOfBacklog(): boolean {
    if (this.#backlog.size === 0 || this.#live.size === 0) {
      this.#credit = 0;
      return this.#backlog.size > 0;
    }
    this.#credit += this.#share;
    if (this.#credit < 1 - 1e-9) return false;
    this.#credit -= 1;
    return true;
  }
}

/** First in, first out. */
class Line<T extends Waiting> {
  #items: T[] = [];
  #first = 0;
  bytes = 0;

  get size(): number {
    return this.#items.length - this.#first;
  }

  append(item: T): void {
    this.#items.push(item);
    this.bytes += item.bytes;
  }

  /** The one at that place, counted from the first; null where none is. */
  take(place: number): T | null {
    const at = this.#first + place;
    const item = this.#items[at];
    if (item === undefined) return null;
    if (place === 0) this.#first++;
    else this.#items.splice(at, 1);
    this.bytes -= item.bytes;
    if (this.#first * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#first);
      this.#first = 0;
    }
    return item;
  }

  get leastPriority(): number {
    return this.all().reduce((least, { priority }) => Math.min(least, priority), Infinity);
  }

  /** The first of that priority. */
  takeFirstOf(priority: number): T | null {
    const at = this.all().findIndex((one) => one.priority === priority);
    return at < 0 ? null : this.take(at);
  }

  all(): T[] {
    return this.#items.slice(this.#first);
  }
}
