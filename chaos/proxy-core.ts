/**
 * A proxy without sockets: a name, a switch, an ordered chain of toxics per direction, and the
 * connections that run through it. The embedded server puts TCP around it, the sim gear an
 * in-memory duplex.
 *
 *      client ──▶ upstream link ──▶ server
 *      client ◀── downstream link ◀── server
 *
 * A close travels behind the data of its own direction. When it arrives, the side it reaches is
 * closed and that side's own stream ends.
 */
import { assert, streamKey, type Timers, type ToxicSpec, unitAt } from '#kernel';
import { Link } from './link.ts';
import type { Attributes, Ending, ToxicKind } from './toxic.ts';
import { harmless } from './toxic-guard.ts';
import { toxicKind } from './toxic-kinds.ts';

export type Direction = ToxicSpec['stream'];

export interface Toxic {
  name: string;
  type: ToxicSpec['type'];
  stream: Direction;
  /** The stream as its maker spelled it, if differently. */
  spelling?: string;
  /** Share of the connections that it affects, drawn once per connection. */
  toxicity: number;
  attributes: Attributes;
}

/** What stands in each direction of a connection from its first byte to its last. */
export type Standing = Readonly<Record<Direction, readonly ToxicKind[]>>;

/** What a connection's owner is told. */
export interface ConnectionEnds {
  toServer(bytes: Uint8Array): void;
  toClient(bytes: Uint8Array): void;
  /** The client closed and all it sent has arrived: close the server's side. */
  endToServer(): void;
  endToClient(): void;
  /** Both sides are to go at once, in order or abruptly. Told once, and nothing after it. */
  destroy(ending: Ending): void;
  /** The client may send again after `fromClient` said false. */
  resumeClient(): void;
  resumeServer(): void;
}

/** A connection as its owner drives it. */
export interface OpenConnection {
  /** False: pause until resumed; the link holds more than it should. */
  fromClient(bytes: Uint8Array): boolean;
  fromServer(bytes: Uint8Array): boolean;
  clientEnded(): void;
  serverEnded(): void;
  /** Gives the connection up, in both directions and at once. */
  close(): void;
}

interface Connection {
  number: number;
  links: Record<Direction, Link>;
  finish(ending: Ending): void;
}

export class ProxyCore {
  readonly name: string;
  readonly #timers: Timers;
  readonly #seed: number;
  readonly #connections = new Set<Connection>();
  readonly #toxics: Toxic[] = [];
  readonly #stand: (() => Standing) | null;
  #enabled = true;
  #opened = 0;

  constructor(name: string, timers: Timers, seed: number, stand: (() => Standing) | null = null) {
    this.#stand = stand;
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
    const connection = this.#connect(ends);
    const { upstream, downstream } = connection.links;
    this.#connections.add(connection);
    const standing = this.#stand?.();
    if (standing !== undefined) standUp(connection, standing);
    for (const toxic of this.#toxics) this.#attach(connection, toxic);
    return {
      fromClient: (bytes) => upstream.write(bytes),
      fromServer: (bytes) => downstream.write(bytes),
      clientEnded: () => upstream.end(),
      serverEnded: () => downstream.end(),
      close: () => connection.finish('fin'),
    };
  }

  add(toxic: Toxic): void {
    assert(this.toxic(toxic.name) === undefined, `toxic ${toxic.name} is new to ${this.name}`);
    // Now and not when the next connection comes: an unknown type must fail where it is put on.
    toxicKind(toxic.type);
    this.#toxics.push(toxic);
    for (const connection of [...this.#connections]) this.#attach(connection, toxic);
  }

  /** Attributes that are not named keep their values. */
  update(name: string, attributes: Attributes, toxicity?: number): void {
    const toxic = this.toxic(name);
    if (toxic === undefined) return;
    toxic.attributes = { ...toxic.attributes, ...attributes };
    if (toxicity !== undefined) toxic.toxicity = toxicity;
    const inRange = harmless(toxic.type, toxic.attributes);
    for (const connection of [...this.#connections]) {
      const affects = this.#affects(connection, toxic);
      connection.links[toxic.stream].update(name, inRange, affects);
    }
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

  #connect(ends: ConnectionEnds): Connection {
    let isOver = false;
    let arrived = 0;
    const stop = (): void => {
      isOver = true;
      this.#connections.delete(connection);
      connection.links.upstream.stop();
      connection.links.downstream.stop();
    };
    const finish = (ending: Ending): void => {
      if (isOver) return;
      stop();
      ends.destroy(ending);
    };
    // The side that a close reaches is gone, so its own stream ends as well: half-close becomes
    // full close.
    const arrive = (tell: () => void, back: Direction): void => {
      arrived++;
      tell();
      if (isOver) return;
      if (arrived === 2) stop();
      else connection.links[back].end();
    };
    const upstream = new Link(
      {
        push: ends.toServer,
        end: () => arrive(ends.endToServer, 'downstream'),
        destroy: finish,
        relieved: ends.resumeClient,
      },
      this.#timers,
    );
    const downstream = new Link(
      {
        push: ends.toClient,
        end: () => arrive(ends.endToClient, 'upstream'),
        destroy: finish,
        relieved: ends.resumeServer,
      },
      this.#timers,
    );
    const connection = { number: this.#opened++, links: { upstream, downstream }, finish };
    return connection;
  }

  #attach(connection: Connection, toxic: Toxic): void {
    const { name, attributes, stream, type } = toxic;
    connection.links[stream].add({
      name,
      kind: toxicKind(type),
      attributes: harmless(type, attributes),
      affects: this.#affects(connection, toxic),
      random: this.#randomFor(connection, toxic),
    });
  }

  /**
   * Drawn from the connection's name, so that it stays what it was until the toxicity itself
   * changes.
   */
  #affects(connection: Connection, toxic: Toxic): boolean {
    if (toxic.toxicity >= 1) return true;
    const key = streamKey(this.#seed, `${this.#streamName(connection, toxic)}/toxicity`);
    return unitAt(key, 0) < toxic.toxicity;
  }

  #randomFor(connection: Connection, toxic: Toxic): () => number {
    let key: number | null = null;
    let drawn = 0;
    return () => {
      key ??= streamKey(this.#seed, this.#streamName(connection, toxic));
      return unitAt(key, drawn++);
    };
  }

  #streamName(connection: Connection, { stream, name }: Toxic): string {
    return `proxy/${this.name}/${connection.number}/${stream}/${name}`;
  }
}

/**
 * Beside the target: behind all toxics upwards and before them downwards, as a hop of its own would
 * be between the proxy and the target.
 */
function standUp({ links }: Connection, standing: Standing): void {
  for (const stream of ['upstream', 'downstream'] as const) {
    for (const kind of standing[stream]) {
      const stands = { name: kind.kind, kind, attributes: {}, affects: true, random: () => 0 };
      links[stream].add({ ...stands, isLast: stream === 'upstream' });
    }
  }
}
