/**
 * A proxy without sockets: a name, a switch, an ordered chain of toxics per direction, and the connections that run
 * through it. The embedded server puts TCP around it, the sim gear an in-memory duplex.
 */
import { type Random, randomStream, type Timers, type ToxicSpec } from '#kernel';
import { Link } from './link.ts';
import type { Ending, ToxicKind } from './toxic.ts';
import { toxicKind } from './toxic-kinds.ts';

export type Direction = ToxicSpec['stream'];

export interface Toxic {
  name: string;
  type: ToxicSpec['type'];
  stream: Direction;
  toxicity: number;
  attributes: Readonly<Record<string, number>>;
}

/** What a connection's owner is told. */
export interface ConnectionEnds {
  toServer(bytes: Uint8Array): void;
  toClient(bytes: Uint8Array): void;
  /** Both sides are to be closed, in order or abruptly. Told once. */
  close(ending: Ending): void;
}

interface Connection {
  number: number;
  links: Record<Direction, Link>;
  /** Toxics that the toxicity spared here. */
  spared: Set<string>;
  finish(ending: Ending): void;
}

export class ProxyCore {
  readonly name: string;
  readonly #timers: Timers;
  readonly #seed: number;
  readonly #connections = new Set<Connection>();
  readonly #toxics: Toxic[] = [];
  #enabled = true;
  #opened = 0;

  constructor(name: string, timers: Timers, seed: number) {
    this.name = name;
    this.#timers = timers;
    this.#seed = seed;
  }

  get enabled(): boolean {
    return this.#enabled;
  }

  get connections(): number {
    return this.#connections.size;
  }

  /** Upstream first, then downstream, each in the order of creation. */
  get toxics(): readonly Toxic[] {
    return [
      ...this.#toxics.filter((toxic) => toxic.stream === 'upstream'),
      ...this.#toxics.filter((toxic) => toxic.stream === 'downstream'),
    ];
  }

  toxic(name: string): Toxic | undefined {
    return this.#toxics.find((toxic) => toxic.name === name);
  }

  /** Null when the proxy is down: refuse. */
  open(ends: ConnectionEnds): OpenConnection | null {
    if (!this.#enabled) return null;
    let over = false;
    const finish = (ending: Ending): void => {
      if (over) return;
      over = true;
      this.#connections.delete(connection);
      connection.links.upstream.stop();
      connection.links.downstream.stop();
      ends.close(ending);
    };
    const link = (push: (bytes: Uint8Array) => void): Link =>
      new Link(
        { push: (chunk) => push(chunk.bytes), end: () => finish('fin'), destroy: finish },
        this.#timers,
      );
    const connection: Connection = {
      number: this.#opened++,
      links: { upstream: link(ends.toServer), downstream: link(ends.toClient) },
      spared: new Set(),
      finish,
    };
    this.#connections.add(connection);
    for (const toxic of this.#toxics) this.#attach(connection, toxic);
    return {
      fromClient: (bytes) => connection.links.upstream.write(bytes),
      fromServer: (bytes) => connection.links.downstream.write(bytes),
      clientEnded: () => connection.links.upstream.end(),
      serverEnded: () => connection.links.downstream.end(),
      abort: () => finish('rst'),
    };
  }

  add(toxic: Toxic): void {
    this.#toxics.push(toxic);
    for (const connection of [...this.#connections]) this.#attach(connection, toxic);
  }

  /** Attributes that are not named keep their values. */
  update(name: string, attributes: Readonly<Record<string, number>>, toxicity?: number): void {
    const toxic = this.toxic(name);
    if (toxic === undefined) return;
    toxic.attributes = { ...toxic.attributes, ...attributes };
    if (toxicity !== undefined) toxic.toxicity = toxicity;
    for (const connection of [...this.#connections]) connection.links[toxic.stream].update(name, toxic.attributes);
  }

  remove(name: string): void {
    const at = this.#toxics.findIndex((toxic) => toxic.name === name);
    const [toxic] = at < 0 ? [] : this.#toxics.splice(at, 1);
    if (toxic === undefined) return;
    for (const connection of [...this.#connections]) connection.links[toxic.stream].remove(name);
  }

  /** Down closes every connection and refuses new ones; toxics stay. */
  setEnabled(enabled: boolean): void {
    this.#enabled = enabled;
    if (!enabled) this.closeAll();
  }

  closeAll(): void {
    for (const connection of [...this.#connections]) connection.finish('fin');
  }

  #attach(connection: Connection, toxic: Toxic): void {
    const random = this.#randomFor(connection, toxic);
    // Drawn once per connection and kept: whether a connection is affected does not change under it.
    if (toxic.toxicity < 1 && random().unit() >= toxic.toxicity) {
      connection.spared.add(toxic.name);
      return;
    }
    const kind: ToxicKind = toxicKind(toxic.type);
    connection.links[toxic.stream].add(toxic.name, kind, toxic.attributes, () => random().unit());
  }

  /** Made on first use: most toxics never draw. */
  #randomFor(connection: Connection, toxic: Toxic): () => Random {
    let stream: Random | null = null;
    return () => {
      stream ??= randomStream(this.#seed, `proxy/${this.name}/${connection.number}/${toxic.stream}/${toxic.name}`);
      return stream;
    };
  }
}

/** A connection as its owner drives it. */
export interface OpenConnection {
  fromClient(bytes: Uint8Array): void;
  fromServer(bytes: Uint8Array): void;
  clientEnded(): void;
  serverEnded(): void;
  abort(): void;
}
