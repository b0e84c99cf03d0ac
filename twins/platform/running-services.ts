/**
 * The services of one living platform, as the broker and the API see them: who takes which stream,
 * who hears of connections, who answers a channel, which pages and figures there are.
 */
import type { Duplex } from 'node:stream';
import { Misuse } from '#kernel';
import { performInside } from './api/router.ts';
import { startService } from './guarded-service.ts';
import type {
  Act,
  Admission,
  Arrival,
  DeviceRecord,
  DeviceRegistry,
  Door,
  Notice,
  Performed,
  Route,
  RowShelf,
  Service,
  ServiceKind,
  ServicePorts,
  Speech,
  TakenRow,
} from './service.ts';
import type { DeviceTopics } from './topics.ts';

/** What services get from outside; the rest they have of each other. */
export type OuterPorts = Omit<ServicePorts, InnerPort> & { topics: DeviceTopics };

type InnerPort =
  | 'registry'
  | 'summaryOf'
  | 'detailOf'
  | 'topicOf'
  | 'shelf'
  | 'notify'
  | 'perform'
  | 'ask';

/** Takes a connection that comes over a channel. */
type Answer = (connection: Duplex) => void;
/** Takes one in a dialect. */
type Speak = (connection: Duplex, door: Door) => void;

export class RunningServices {
  readonly routes: Readonly<Record<string, Route>>;
  readonly acts: Readonly<Record<string, Act>>;
  readonly #services: Service[] = [];
  readonly #listeners: (Speech & { service: Service })[] = [];
  readonly #channels: Readonly<Record<string, Answer>>;
  readonly #speakers: Readonly<Record<string, Speak>>;
  readonly #clock: OuterPorts['clock'];
  /** Those of channels and dialects: they drop with the platform. */
  readonly #connections = new Set<Duplex>();
  readonly #takers = new Map<string, readonly ((row: TakenRow) => void)[]>();

  constructor(kinds: readonly ServiceKind[], outer: OuterPorts) {
    this.#clock = outer.clock;
    const said = (hook: 'summaryOf' | 'detailOf') => (device: DeviceRecord) =>
      Object.assign({}, ...this.#services.map((service) => service[hook]?.(device))) as object;
    const registry = (): DeviceRegistry => this.#registry();
    const shelf = (): RowShelf => this.#shelf();
    const { topics, ...given } = outer;
    const ports: ServicePorts = {
      ...given,
      get registry() {
        return registry();
      },
      get shelf() {
        return shelf();
      },
      topicOf: (device, stream, through) => {
        const lane = registry().get(device)?.lane ?? -1;
        if (lane < 0) return null;
        if (through !== undefined) return topics.throughOf(lane, through, { device, stream });
        return `${topics.prefixOf(lane, device)}${stream}`;
      },
      notify: (notice) => this.#notify(notice),
      perform: (path, body): Performed => performInside(this.acts, path, body),
      ask: (path): Performed => performInside(this.routes, path, undefined),
      summaryOf: said('summaryOf'),
      detailOf: said('detailOf'),
    };
    for (const kind of kinds) {
      const service = startService(kind, ports);
      this.#services.push(service);
      if (kind.listens !== undefined) this.#listeners.push({ ...kind.listens, service });
    }
    this.routes = this.#gather<Route>('routes');
    this.acts = this.#gather<Act>('acts');
    this.#channels = this.#gather<Answer>('channels');
    this.#speakers = this.#gather<Speak>('speaks');
    this.#registry();
    for (const service of this.#services) service.ready?.();
  }

  /** Asked with every message, so answered once per stream. */
  takersOf(stream: string): readonly ((row: TakenRow) => void)[] {
    let takers = this.#takers.get(stream);
    if (takers === undefined) {
      const own = this.#services.filter((service) => service.takes?.(stream) === true);
      takers = own.length === 0 ? [] : [this.#takerOf(own)];
      if (this.#takers.size < STREAMS_MAX) this.#takers.set(stream, takers);
    }
    return takers;
  }

  #takerOf(services: readonly Service[]): (row: TakenRow) => void {
    const registry = this.#registry();
    const clock = this.#clock;
    const stores = services.filter(({ store }) => store !== undefined);
    return (row) => {
      // Whoever speaks is known from its first word on: it may have to be answered.
      registry.record(row.device, row.lane);
      // One that waited for its turn is behind all that was done meanwhile, as on a timer's word.
      row.receivedAt = clock.now();
      let isNew = true;
      for (const one of stores) isNew = one.store?.(row) !== false && isNew;
      for (const service of services) service.take?.(row, isNew);
    };
  }

  /** Null for a topic on which this device speaks to nobody. */
  listenerOf(device: string, topic: string): ((payload: Uint8Array) => void) | null {
    for (const { root, of, service } of this.#listeners) {
      const own = topic.startsWith(root) ? `${root}${of(device)}` : null;
      if (own === null || !topic.startsWith(own)) continue;
      const what = topic.slice(own.length);
      return (payload) => service.spoken?.({ device, what, payload });
    }
    return null;
  }

  /** The first answer decides. */
  admit(arrival: Arrival): Admission | null {
    for (const service of this.#services) {
      const admission = service.admit?.(arrival) ?? null;
      if (admission !== null) return admission;
    }
    return null;
  }

  refused(by: string, about: { device: string; stream: string }): void {
    for (const service of this.#services) service.refused?.(by, about);
  }

  #notify(notice: Notice): void {
    for (const service of this.#services) service.noticed?.(notice);
  }

  connected(device: string, connection: object): void {
    for (const service of this.#services) service.connected?.(device, connection);
  }

  disconnected(device: string, connection: object): void {
    for (const service of this.#services) service.disconnected?.(device, connection);
  }

  /** False where no service answers the channel. */
  accept(connection: Duplex, channel: string): boolean {
    const answer = this.#channels[channel];
    if (answer === undefined) return false;
    this.#hold(connection);
    answer(connection);
    return true;
  }

  /** Whether a service speaks it. */
  speaks(dialect: string): boolean {
    return this.#speakers[dialect] !== undefined;
  }

  /** Gives a connection to whoever speaks the dialect. */
  speak(connection: Duplex, dialect: string, door: Door): void {
    this.#hold(connection);
    this.#speakers[dialect]?.(connection, door);
  }

  #hold(connection: Duplex): void {
    this.#connections.add(connection);
    connection.once('close', () => this.#connections.delete(connection));
    // An error ends this connection, and nothing else.
    connection.on('error', () => {});
  }

  stop(): void {
    for (const connection of this.#connections) connection.destroy();
  }

  get counts(): Record<string, number> {
    return Object.assign({}, ...this.#services.map((service) => service.counts?.()));
  }

  #gather<T>(what: 'routes' | 'acts' | 'channels' | 'speaks'): Record<string, T> {
    const gathered = new Map<string, T>();
    for (const service of this.#services) {
      for (const [pattern, answer] of Object.entries(service[what] ?? {})) {
        if (gathered.has(pattern)) throw new Misuse(`two services answer ${pattern}`);
        gathered.set(pattern, answer as T);
      }
    }
    return Object.fromEntries(gathered);
  }

  #registry(): DeviceRegistry {
    const found = this.#services.find(({ registry }) => registry !== undefined)?.registry;
    if (found === undefined) throw new Misuse('no service says which devices there are');
    return found;
  }

  #shelf(): RowShelf {
    const found = this.#services.find(({ shelf }) => shelf !== undefined)?.shelf;
    if (found === undefined) throw new Misuse('no service keeps rows that can be taken over');
    return found;
  }
}

/** What a service of a user's does wrong is told under its name. */
/** A device may name its streams as it likes; a platform must not grow with that. */
const STREAMS_MAX = 1000;
