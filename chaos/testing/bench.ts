/**
 * TEST ONLY. What every black-box test of an engine needs: proxies with names of their own, servers
 * behind them, calls of the API, and the honest list of deviations. Everything made here is taken
 * down after the test.
 */
import { expect } from 'vitest';
import { DEVIATIONS } from './deviations.ts';
import { call, type Engine, type EngineKind, type Reply, read } from './engines.ts';
import { dial, type Peer, Upstream } from './peers.ts';

export interface ShownToxic {
  name: string;
  type: string;
  stream: string;
  toxicity: number;
  attributes: Record<string, number>;
}

export interface ShownProxy {
  name: string;
  listen: string;
  upstream: string;
  enabled: boolean;
  toxics: ShownToxic[];
}

export class Bench {
  readonly kind: EngineKind;
  /** Entries of DEVIATIONS that were met. */
  readonly met = new Set<string>();
  #engine: Engine | null = null;
  #made = 0;
  #names: string[] = [];
  #upstreams: Upstream[] = [];
  #peers: Peer[] = [];

  constructor(kind: EngineKind) {
    this.kind = kind;
  }

  async start(): Promise<void> {
    this.#engine = await this.kind.start();
  }

  async stop(): Promise<void> {
    await this.#engine?.stop();
  }

  async cleanUp(): Promise<void> {
    for (const peer of this.#peers.splice(0)) peer.socket.destroy();
    for (const upstream of this.#upstreams.splice(0)) await upstream.stop();
    for (const name of this.#names.splice(0)) await this.call('DELETE', `/proxies/${name}`);
  }

  get url(): string {
    return this.#running().url;
  }

  call(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Reply> {
    return call(this.#running(), method, path, body, headers);
  }

  /** A name that is removed after the test, whoever makes the proxy. */
  name(): string {
    const name = `p${this.#made++}`;
    this.#names.push(name);
    return name;
  }

  async upstream(): Promise<Upstream> {
    const upstream = await Upstream.start();
    this.#upstreams.push(upstream);
    return upstream;
  }

  async proxy(upstream: string, more: Record<string, unknown> = {}): Promise<ShownProxy> {
    const body = { name: this.name(), listen: '127.0.0.1:0', upstream, ...more };
    const reply = await this.call('POST', '/proxies', body);
    expect([reply.status, reply.text.includes(body.name)]).toEqual([201, true]);
    return read<ShownProxy>(reply);
  }

  /** A toxic of that type on a proxy; gives its name. */
  async toxic(
    proxy: ShownProxy,
    type: string,
    stream: 'upstream' | 'downstream',
    attributes: Record<string, number> = {},
    more: Record<string, unknown> = {},
  ): Promise<string> {
    const name = `t${this.#made++}`;
    const body = { name, type, stream, attributes, ...more };
    const reply = await this.call('POST', `/proxies/${proxy.name}/toxics`, body);
    expect([reply.status, reply.text.includes(body.name)]).toEqual([200, true]);
    return body.name;
  }

  async remove(proxy: ShownProxy, toxic: string): Promise<void> {
    const reply = await this.call('DELETE', `/proxies/${proxy.name}/toxics/${toxic}`);
    expect(reply.status).toBe(204);
  }

  async shown(proxy: { name: string }): Promise<ShownProxy> {
    return read<ShownProxy>(await this.call('GET', `/proxies/${proxy.name}`));
  }

  async dial(proxy: { listen: string }): Promise<Peer> {
    const peer = await dial(portOf(proxy.listen));
    this.#peers.push(peer);
    return peer;
  }

  /** Both ends of a connection through a proxy. */
  async join(proxy: ShownProxy, upstream: Upstream): Promise<{ client: Peer; server: Peer }> {
    const client = await this.dial(proxy);
    return { client, server: await upstream.next() };
  }

  /** The one way to expect different things of the two engines. */
  deviating<T>(id: string, expected: { real: T; ours: T }): T {
    const deviation = DEVIATIONS.find((one) => one.id === id);
    expect(deviation?.id).toBe(id);
    this.met.add(id);
    const isAsReal = this.kind.isReal || (this.kind.isCompat && deviation?.isStrictOnly === true);
    return isAsReal ? expected.real : expected.ours;
  }

  #running(): Engine {
    if (this.#engine === null) throw new Error(`the ${this.kind.name} was not started`);
    return this.#engine;
  }
}

export const portOf = (listen: string): number => Number(listen.slice(listen.lastIndexOf(':') + 1));
