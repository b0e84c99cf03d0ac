/**
 * The hands on links in the sim gear: one in-memory proxy per cohort; who has none is connected
 * directly.
 */
import type { Duplex } from 'node:stream';
import { assert, type Timers, type ToxicSpec } from '#kernel';
import { type Undo, undoAll } from '../fault.ts';
import { type CohortLink, type LinkInjector, profileToxics, toxicName } from '../injector.ts';
import { type Accept, abandonEnd, connectDirect, MemoryProxy } from '../memory-link.ts';

export interface MemoryOptions {
  timers: Timers;
  seed: number;
  /** The target takes a connection; false refuses it. */
  accept: Accept;
}

export class MemoryInjector implements LinkInjector {
  readonly #options: MemoryOptions;
  readonly #proxies = new Map<number, MemoryProxy>();

  constructor(options: MemoryOptions) {
    this.#options = options;
  }

  async open(cohorts: readonly CohortLink[]): Promise<void> {
    const { accept, seed, timers } = this.#options;
    for (const { id, index, profile } of cohorts) {
      if (id === 'direct') continue;
      const proxy = new MemoryProxy(id, timers, seed, accept);
      if (profile !== null) {
        for (const toxic of profileToxics(profile)) addToxic(proxy, 'profile', toxic);
      }
      this.#proxies.set(index, proxy);
    }
  }

  /** A device's connection, through its cohort's proxy if there is one. */
  connect(cohort: number): Duplex {
    return this.#proxies.get(cohort)?.connect() ?? this.direct();
  }

  /** A connection past every toxic. */
  direct(): Duplex {
    return connectDirect(this.#options.accept);
  }

  /** Power-cut: the device's end goes silent, the server's end stays open and hears nothing. */
  abandon(end: Duplex): void {
    abandonEnd(end);
  }

  async addToxics(cohort: number, faultId: string, toxics: readonly ToxicSpec[]): Promise<Undo> {
    const proxy = this.#proxyOf(cohort);
    const added: string[] = [];
    try {
      for (const toxic of toxics) added.push(addToxic(proxy, faultId, toxic));
    } catch (error) {
      for (const name of added) proxy.remove(name);
      throw error;
    }
    return undoAll(added.map((name) => async () => proxy.remove(name)));
  }

  async disable(cohort: number): Promise<Undo> {
    const proxy = this.#proxyOf(cohort);
    proxy.setEnabled(false);
    return undoAll([async () => proxy.setEnabled(true)]);
  }

  async close(): Promise<void> {
    for (const proxy of this.#proxies.values()) proxy.closeAll();
  }

  #proxyOf(cohort: number): MemoryProxy {
    const proxy = this.#proxies.get(cohort);
    assert(proxy !== undefined, `cohort ${cohort} has a proxy`);
    return proxy;
  }
}

function addToxic(proxy: MemoryProxy, owner: string, toxic: ToxicSpec): string {
  const name = toxicName(owner, toxic);
  proxy.add({ ...toxic, name, toxicity: 1 });
  return name;
}
