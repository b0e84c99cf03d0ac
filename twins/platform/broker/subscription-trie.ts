/**
 * Which persistent sessions want a topic: a tree with one level of a filter per level, so the cost
 * of a message is its depth and not the number of subscriptions. A session that matches more than
 * once appears once, with its highest QoS.
 */

interface Level {
  children: Map<string, Level>;
  /** Sessions whose filter ends here, with their QoS. */
  here: Map<string, number>;
  /** Sessions whose filter ends here with `#`. */
  below: Map<string, number>;
}

/** A topic is asked for with every message, and subscriptions change seldom. */
const REMEMBERED_MAX = 10_000;

export class SubscriptionTrie {
  readonly #root = newLevel();
  /** Answers by topic, until a subscription changes. */
  readonly #remembered = new Map<string, ReadonlyMap<string, number>>();

  get isEmpty(): boolean {
    return isEmpty(this.#root);
  }

  /** Sets the QoS of a subscription; replaces the old one. */
  add(filter: string, client: string, qos: number): void {
    this.#remembered.clear();
    const { level, isOpen } = this.#descend(filter);
    (isOpen ? level.below : level.here).set(client, qos);
  }

  remove(filter: string, client: string): void {
    this.#remembered.clear();
    const names = filter.split('/');
    const path: Level[] = [this.#root];
    const depth = names.at(-1) === '#' ? names.length - 1 : names.length;
    for (let i = 0; i < depth; i++) {
      const next = path[i]?.children.get(names[i] ?? '');
      if (next === undefined) return;
      path.push(next);
    }
    const last = path[depth];
    (depth < names.length ? last?.below : last?.here)?.delete(client);
    // Empty branches go, or the tree would grow with every device that ever lived.
    for (let i = depth; i > 0 && isEmpty(path[i]); i--)
      path[i - 1]?.children.delete(names[i - 1] ?? '');
  }

  /** Client → highest QoS; the order is that of the tree and of subscription. */
  match(topic: string): ReadonlyMap<string, number> {
    const known = this.#remembered.get(topic);
    if (known !== undefined) return known;
    const found = this.#find(topic);
    if (this.#remembered.size < REMEMBERED_MAX) this.#remembered.set(topic, found);
    return found;
  }

  #find(topic: string): Map<string, number> {
    const found = new Map<string, number>();
    const isSystem = topic.startsWith('$');
    let front: Level[] = [this.#root];
    let from = 0;
    for (;;) {
      const slash = topic.indexOf('/', from);
      const name = slash === -1 ? topic.slice(from) : topic.slice(from, slash);
      const next: Level[] = [];
      for (const level of front) {
        const isHidden = isSystem && level === this.#root;
        if (!isHidden) collect(level.below, found);
        const exact = level.children.get(name);
        if (exact !== undefined) next.push(exact);
        const any = isHidden ? undefined : level.children.get('+');
        if (any !== undefined) next.push(any);
      }
      front = next;
      if (slash === -1 || front.length === 0) break;
      from = slash + 1;
    }
    for (const level of front) {
      collect(level.here, found);
      collect(level.below, found);
    }
    return found;
  }

  #descend(filter: string): { level: Level; isOpen: boolean } {
    const names = filter.split('/');
    const isOpen = names.at(-1) === '#';
    if (isOpen) names.pop();
    let level = this.#root;
    for (const name of names) {
      let next = level.children.get(name);
      if (next === undefined) {
        next = newLevel();
        level.children.set(name, next);
      }
      level = next;
    }
    return { level, isOpen };
  }
}

const newLevel = (): Level => ({ children: new Map(), here: new Map(), below: new Map() });

const isEmpty = (level: Level | undefined): boolean =>
  level !== undefined &&
  level.children.size === 0 &&
  level.here.size === 0 &&
  level.below.size === 0;

function collect(from: ReadonlyMap<string, number>, into: Map<string, number>): void {
  for (const [client, qos] of from) {
    if ((into.get(client) ?? -1) < qos) into.set(client, qos);
  }
}
