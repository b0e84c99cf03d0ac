/**
 * What acts on links in the sim gear: one in-memory proxy per cohort and channel; who has none is
 * connected directly.
 */
import type { Duplex } from 'node:stream';
import { assert, type Timers, type ToxicSpec } from '#kernel';
import { type Undo, undoAll } from '../fault.ts';
import { type CohortLink, type LinkInjector, profileToxics, toxicName } from '../injector.ts';
import { abandonEnd, connectDirect, MemoryProxy } from '../memory-link.ts';
import type { Standing } from '../proxy-core.ts';

export interface MemoryOptions {
  timers: Timers;
  seed: number;
  /** The target takes a connection of this channel; false refuses it. */
  accept(serverEnd: Duplex, channel?: string): boolean;
  /** What stands on the links of a cohort; null where nothing does. */
  standingOn?(cohort: number, channel: string | null): (() => Standing) | null;
}

export class MemoryInjector implements LinkInjector {
  readonly #options: MemoryOptions;
  /** By cohort, then by channel; '' is the first connection's. */
  readonly #proxies = new Map<number, Map<string, MemoryProxy>>();

  constructor(options: MemoryOptions) {
    this.#options = options;
  }

  async open(cohorts: readonly CohortLink[]): Promise<void> {
    const { seed, timers } = this.#options;
    for (const { id, index, profile, channel } of cohorts) {
      if (id === 'direct') continue;
      const stand = this.#options.standingOn?.(index, channel ?? null) ?? null;
      const proxy = new MemoryProxy(id, timers, seed, this.#accepting(channel), stand);
      if (profile !== null) {
        for (const toxic of profileToxics(profile)) addToxic(proxy, 'profile', toxic);
      }
      const proxies = this.#proxies.get(index) ?? new Map<string, MemoryProxy>();
      this.#proxies.set(index, proxies.set(channel ?? '', proxy));
    }
  }

  /** A device's connection, through its cohort's proxy if there is one. */
  connect(cohort: number, channel?: string): Duplex {
    const proxies = this.#proxies.get(cohort);
    if (proxies === undefined) return this.direct(channel);
    const proxy = proxies.get(channel ?? '');
    assert(proxy !== undefined, `cohort ${cohort} has a proxy for its channel ${channel}`);
    return proxy.connect();
  }

  /** A connection past every toxic. */
  direct(channel?: string): Duplex {
    return connectDirect(this.#accepting(channel));
  }

  /** Power-cut: the device's end goes silent, the server's end stays open and hears nothing. */
  abandon(end: Duplex): void {
    abandonEnd(end);
  }

  async addToxics(cohort: number, faultId: string, toxics: readonly ToxicSpec[]): Promise<Undo> {
    const added: [MemoryProxy, string][] = [];
    try {
      for (const proxy of this.#proxiesOf(cohort)) {
        for (const toxic of toxics) added.push([proxy, addToxic(proxy, faultId, toxic)]);
      }
    } catch (error) {
      for (const [proxy, name] of added) proxy.remove(name);
      throw error;
    }
    return undoAll(
      added.map(
        ([proxy, name]) =>
          async () =>
            proxy.remove(name),
      ),
    );
  }

  async disable(cohort: number): Promise<Undo> {
    const proxies = this.#proxiesOf(cohort);
    for (const proxy of proxies) proxy.setEnabled(false);
    return undoAll(proxies.map((proxy) => async () => proxy.setEnabled(true)));
  }

  async close(): Promise<void> {
    for (const proxies of this.#proxies.values()) {
      for (const proxy of proxies.values()) proxy.closeAll();
    }
  }

  #accepting(channel: string | undefined): (serverEnd: Duplex) => boolean {
    return (serverEnd) => this.#options.accept(serverEnd, channel);
  }

  #proxiesOf(cohort: number): MemoryProxy[] {
    const proxies = this.#proxies.get(cohort);
    assert(proxies !== undefined, `cohort ${cohort} has a proxy`);
    return [...proxies.values()];
  }
}

function addToxic(proxy: MemoryProxy, owner: string, toxic: ToxicSpec): string {
  const name = toxicName(owner, toxic);
  proxy.add({ ...toxic, name, toxicity: 1 });
  return name;
}
