/**
 * Links of the real gear: one Toxiproxy proxy per cohort, driven through toxiproxy-node-client, whether our embedded
 * engine or a real server answers. Every call is bounded: a control API that hangs is a finding about the proxy, not
 * a reason to hang.
 */
import { type ICreateToxicBody, type Proxy, type Toxic, Toxiproxy } from 'toxiproxy-node-client';
import { assert, type ToxicSpec, WorldError } from '#kernel';
import { type Undo, undoAll } from '../fault.ts';
import { type CohortLink, type LinkInjector, profileToxics, toxicName } from '../injector.ts';

const CALL_MS = 5000;

export class ToxiproxyInjector implements LinkInjector {
  readonly #client: Toxiproxy;
  readonly #url: string;
  readonly #proxies = new Map<number, Proxy>();

  constructor(url: string) {
    this.#url = url;
    this.#client = new Toxiproxy(url);
  }

  async open(cohorts: readonly CohortLink[]): Promise<void> {
    for (const { index, id, upstream, profile } of cohorts) {
      const proxy = await this.#call(`create ${id}`, () =>
        this.#client.createProxy({ name: id, listen: '127.0.0.1:0', upstream }),
      );
      this.#proxies.set(index, proxy);
      if (profile === null) continue;
      for (const toxic of profileToxics(profile)) await this.#addToxic(proxy, 'profile', toxic);
    }
  }

  /** Where a cohort's devices connect to; null for a cohort without a proxy. */
  addressOf(cohort: number): { host: string; port: number } | null {
    const listen = this.#proxies.get(cohort)?.listen;
    if (listen === undefined) return null;
    const at = listen.lastIndexOf(':');
    return { host: listen.slice(0, at), port: Number(listen.slice(at + 1)) };
  }

  async addToxics(cohort: number, faultId: string, toxics: readonly ToxicSpec[]): Promise<Undo> {
    const proxy = this.#proxyOf(cohort);
    const undos: Undo[] = [];
    try {
      for (const toxic of toxics) {
        const added = await this.#addToxic(proxy, faultId, toxic);
        undos.push(() => this.#call(`remove ${added.name}`, () => added.remove()));
      }
    } catch (error) {
      await undoAll(undos)().catch(() => {});
      throw error;
    }
    return undoAll(undos);
  }

  async disable(cohort: number): Promise<Undo> {
    const proxy = this.#proxyOf(cohort);
    const { listen, upstream } = proxy;
    await this.#call(`disable ${proxy.name}`, () => proxy.update({ enabled: false, listen, upstream }));
    return undoAll([
      async () => {
        await this.#call(`enable ${proxy.name}`, () => proxy.update({ enabled: true, listen, upstream }));
      },
    ]);
  }

  async close(): Promise<void> {
    for (const proxy of this.#proxies.values()) {
      await this.#call(`remove ${proxy.name}`, () => proxy.remove()).catch(() => {});
    }
    this.#proxies.clear();
  }

  #addToxic(proxy: Proxy, owner: string, toxic: ToxicSpec): Promise<Toxic<Record<string, number>>> {
    const name = toxicName(owner, toxic);
    const body = { name, type: toxic.type, stream: toxic.stream, toxicity: 1, attributes: toxic.attributes };
    return this.#call(`add ${name}`, () =>
      proxy.addToxic(body as unknown as ICreateToxicBody<Record<string, number>>),
    );
  }

  #proxyOf(cohort: number): Proxy {
    const proxy = this.#proxies.get(cohort);
    assert(proxy !== undefined, `cohort ${cohort} has a proxy`);
    return proxy;
  }

  /** The client has no time-out of its own. */
  #call<T>(what: string, call: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const fail = (why: string): void =>
        reject(new WorldError('proxy', `the proxy at ${this.#url} did not ${what}: ${why}`, 'see log/proxy.log in the run directory'));
      const timer = setTimeout(() => fail(`no answer within ${CALL_MS / 1000} s`), CALL_MS);
      call()
        .then(resolve, (error: Error) => fail(error.message))
        .finally(() => clearTimeout(timer));
    });
  }
}
