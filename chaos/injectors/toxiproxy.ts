/**
 * Links of the real gear: one Toxiproxy proxy per cohort and channel, driven through
 * toxiproxy-node-client, whether our embedded engine or a real server answers. Every call is
 * bounded: a control API that hangs is a finding about the proxy, not a reason to hang.
 */
import { type Proxy as CohortProxy, type ICreateToxicBody, Toxiproxy } from 'toxiproxy-node-client';
import { assert, type ToxicSpec, WorldError } from '#kernel';
import { type Undo, undoAll } from '../fault.ts';
import {
  type CohortLink,
  type LinkInjector,
  profileToxics,
  toxicName,
  urlSafe,
} from '../injector.ts';
import { doAll, streamsOf } from '../link-fault.ts';
import { deadlyIn } from '../toxic-guard.ts';
import { hasStatus, isRefusal, speakingTransport } from '../toxiproxy-transport.ts';

const CALL_MS = 5000;
/** How much longer than its own limit a call may take before it counts as hung. */
const WATCHDOG_MS = 1000;

/** So often that neither side closes its connections to the API for being idle. */
const WARM_MS = 1000;

/** So often that the code on both sides has been run in. */
const REHEARSALS = 5;

type Attributes = Record<string, number>;

/** Where proxies are made to listen, and under which host they are reached if not under that. */
export interface ListenAddress {
  on: string;
  reachedAt: string | null;
}

const ON_LOOPBACK: ListenAddress = { on: '127.0.0.1:0', reachedAt: null };

export class ToxiproxyInjector implements LinkInjector {
  readonly #client: Toxiproxy;
  readonly #url: string;
  readonly #callMs: number;
  /** By cohort, then by channel; '' is the first connection's. */
  readonly #proxies = new Map<number, Map<string, CohortProxy>>();
  /** A real server answers the removal of a reset_peer only when its wait is over. By URL. */
  readonly #extraMs = new Map<string, number>();
  /** Those that could not be removed. */
  readonly #left: string[] = [];
  readonly #listen: ListenAddress;
  #warming: NodeJS.Timeout | null = null;

  constructor(url: string, callMs = CALL_MS, listen: ListenAddress = ON_LOOPBACK) {
    this.#url = url.replace(/\/+$/, '');
    this.#callMs = callMs;
    this.#listen = listen;
    this.#client = new Toxiproxy(this.#url);
    this.#client.api = speakingTransport(
      (method, url) => this.#callMs + (method === 'DELETE' ? (this.#extraMs.get(url) ?? 0) : 0),
    );
  }

  /** All or none: what was made before a failure is removed again. */
  async open(cohorts: readonly CohortLink[]): Promise<void> {
    try {
      for (const { index, id, upstream, profile, channel } of cohorts) {
        const name = urlSafe(id);
        const proxy = await this.#change(
          `create ${name}`,
          () => this.#create(name, upstream),
          () => this.#client.api.delete(`${this.#url}/proxies/${name}`),
        );
        const proxies = this.#proxies.get(index) ?? new Map<string, CohortProxy>();
        this.#proxies.set(index, proxies.set(channel ?? '', proxy));
        if (profile === null) continue;
        for (const toxic of profileToxics(profile)) await this.#addToxic(proxy, 'profile', toxic);
      }
      await this.#rehearse();
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Where a cohort's devices connect to; null for a cohort without a proxy. */
  addressOf(cohort: number, channel?: string): { host: string; port: number } | null {
    const listen = this.#proxies.get(cohort)?.get(channel ?? '')?.listen;
    if (listen === undefined) return null;
    const at = listen.lastIndexOf(':');
    return {
      host: (this.#listen.reachedAt ?? listen.slice(0, at)).replace(/^\[|\]$/g, ''),
      port: Number(listen.slice(at + 1)),
    };
  }

  async addToxics(cohort: number, faultId: string, toxics: readonly ToxicSpec[]): Promise<Undo> {
    const each = this.#proxiesOf(cohort).flatMap((proxy) =>
      toxics.map((toxic) => [proxy, toxic] as const),
    );
    return undoAll(await doAll(each, ([proxy, toxic]) => this.#addToxic(proxy, faultId, toxic)));
  }

  async disable(cohort: number): Promise<Undo> {
    return undoAll(await doAll(this.#proxiesOf(cohort), (proxy) => this.#disable(proxy)));
  }

  async #disable(proxy: CohortProxy): Promise<Undo> {
    const { listen, name, upstream } = proxy;
    const set = (enabled: boolean): Promise<unknown> => proxy.update({ enabled, listen, upstream });
    await this.#change(
      `disable ${name}`,
      () => set(false),
      () => set(true),
    );
    return undoAll([() => this.#call(`enable ${name}`, async () => void (await set(true)))]);
  }

  /**
   * Tries every proxy, all at once, so that a control API that hangs costs one limit and no more.
   */
  async close(): Promise<void> {
    if (this.#warming !== null) clearInterval(this.#warming);
    const proxies = [...this.#proxies.values()].flatMap((one) => [...one.values()]);
    this.#proxies.clear();
    const remove = (proxy: CohortProxy): Promise<void> =>
      this.#removal(`remove ${proxy.name}`, () => proxy.remove(), this.#callMs).catch(() => {
        this.#left.push(proxy.name);
      });
    await Promise.all(proxies.map(remove));
  }

  /** What is still there after all was closed, because nobody answered. */
  get left(): readonly string[] {
    return this.#left;
  }

  /**
   * A toxic that does nothing, both ways, on and off again: a proxy that does not take it is found
   * out before the run. Then the connections are kept open, since a fault that first had to connect
   * would come milliseconds after its instant.
   */
  async #rehearse(): Promise<void> {
    const [proxy] = this.#proxies.values().next().value?.values() ?? [];
    if (proxy === undefined) return;
    const nothing = streamsOf({}).map(
      (stream): ToxicSpec => ({ type: 'noop', stream, attributes: {} }),
    );
    for (let i = 0; i < REHEARSALS; i++) {
      await undoAll(await doAll(nothing, (toxic) => this.#addToxic(proxy, 'rehearsal', toxic)))();
    }
    const ask = (): void => {
      for (const _ of nothing)
        void this.#client.api.getText(`${this.#url}/version`).catch(() => {});
    };
    this.#warming = setInterval(ask, WARM_MS).unref();
  }

  async #addToxic(proxy: CohortProxy, owner: string, toxic: ToxicSpec): Promise<Undo> {
    const name = toxicName(owner, toxic);
    const { attributes, stream, type } = toxic;
    // Before anything is sent: some values end a real server, and all the runs that share it.
    const flaw = deadlyIn(type, attributes);
    if (flaw !== null) throw this.#failed(`add ${name}`, `it would harm a real one: ${flaw}`);
    // The client's types know neither noop nor a read-only record; the server takes both.
    const body = { name, type, stream, toxicity: 1, attributes } as ICreateToxicBody<Attributes>;
    const path = `${proxy.getPath()}/toxics/${name}`;
    const waitMs = type === 'reset_peer' ? Math.max(0, attributes.timeout ?? 0) : 0;
    this.#extraMs.set(path, waitMs);
    await this.#change(
      `add ${name}`,
      () => proxy.addToxic<Attributes>(body),
      () => this.#client.api.delete(path),
    );
    const remove = (): Promise<void> => this.#client.api.delete(path);
    return () => this.#removal(`remove ${name}`, remove, this.#callMs + waitMs);
  }

  async #create(name: string, upstream: string): Promise<CohortProxy> {
    const wanted = { name, listen: this.#listen.on, upstream, enabled: true };
    const proxy = await this.#client.createProxy(wanted);
    // Without an address the cohort would quietly be connected directly, past every fault.
    if (!/:[1-9]\d*$/.test(String(proxy.listen)))
      throw new Error('it answers as no Toxiproxy does');
    return proxy;
  }

  #proxiesOf(cohort: number): CohortProxy[] {
    const proxies = this.#proxies.get(cohort);
    assert(proxies !== undefined, `cohort ${cohort} has a proxy`);
    return [...proxies.values()];
  }

  /** What somebody else has removed already is as good as removed. */
  #removal(what: string, remove: () => Promise<void>, limitMs: number): Promise<void> {
    const tolerant = (): Promise<void> =>
      remove().catch((error: unknown) => {
        if (!hasStatus(error, 404)) throw error;
      });
    return this.#call(what, tolerant, limitMs);
  }

  /**
   * A call that changes something. Where no answer comes, the change may have been made all the
   * same, so it is taken back.
   */
  #change<T>(what: string, change: () => Promise<T>, takeBack: () => Promise<unknown>): Promise<T> {
    const careful = (): Promise<T> =>
      change().catch(async (error: unknown) => {
        if (!isRefusal(error)) await takeBack().catch(() => {});
        throw error;
      });
    return this.#call(what, careful, 2 * this.#callMs);
  }

  #call<T>(what: string, call: () => Promise<T>, limitMs = this.#callMs): Promise<T> {
    return new Promise((resolve, reject) => {
      const fail = (why: string): void => reject(this.#failed(what, why));
      const watchdog = setTimeout(() => fail('the call hung'), limitMs + WATCHDOG_MS);
      call()
        .then(resolve, (error: Error) => fail(error.message))
        .finally(() => clearTimeout(watchdog));
    });
  }

  #failed(what: string, why: string): WorldError {
    const message = `the proxy at ${this.#url} did not ${what}: ${why}`;
    return new WorldError('proxy', message, 'see log/proxy.log in the run directory');
  }
}
