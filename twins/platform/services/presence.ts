/**
 * Who is online, and since when. It follows connections, keep-alive timeouts and take-overs alike,
 * since all of them end or begin a registered client. After a restart everybody is offline until
 * they connect.
 */
import { type Asked, defineService, type Service, type ServicePorts } from '../service.ts';

export interface PresenceSeams {
  /** Presence of a device is about to change; null leaves it as it was. */
  presence?(device: string, online: boolean): boolean | null;
}

export default defineService<PresenceSeams>({
  kind: 'presence',
  summary: 'says which devices are connected, and since when',
  schema: `
    CREATE TABLE IF NOT EXISTS presence(
      device TEXT PRIMARY KEY, online INTEGER NOT NULL, since REAL NOT NULL) WITHOUT ROWID;
  `,
  seams: ['presence'],
  truth: 'presence',
  readsNothing: true,
  start: (ports) => new Presence(ports),
});

interface State {
  online: boolean;
  /** Platform clock, milliseconds. */
  since: number;
  /** Connections in this life of the platform. */
  connects: number;
}

class Presence implements Service {
  readonly #ports: ServicePorts<PresenceSeams>;
  readonly #byDevice = new Map<string, State>();
  /** Device → its current connection; an older one that ends late says nothing. */
  readonly #current = new Map<string, object>();
  readonly #put;
  readonly routes = { presence: (asked: Asked) => this.#page(asked) };

  constructor(ports: ServicePorts<PresenceSeams>) {
    const { sql, clock } = ports;
    this.#ports = ports;
    this.#put = sql.prepare('INSERT OR REPLACE INTO presence VALUES(?,?,?)');
    const all = sql.prepare<{ device: string; online: number; since: number }>(
      'SELECT device, online, since FROM presence ORDER BY device',
    );
    for (const { device, online, since } of all.all()) {
      // Those who were online when the platform died are offline since it came back.
      const start = online === 1 ? clock.now() : since;
      this.#byDevice.set(device, { online: false, since: start, connects: 0 });
    }
  }

  connected(device: string, connection: object): void {
    this.#current.set(device, connection);
    this.#set(device, true);
  }

  disconnected(device: string, connection: object): void {
    if (this.#current.get(device) !== connection) return;
    this.#current.delete(device);
    this.#set(device, false);
  }

  summaryOf({ id }: { id: string }): State {
    return this.#of(id);
  }

  #page(asked: Asked) {
    const { limit, items, next } = this.#ports.registry.page(asked);
    return { presence: items.map(({ id }) => ({ device: id, ...this.#of(id) })), limit, next };
  }

  /** Devices that never connected are offline since the start. */
  #of(device: string): State {
    return this.#byDevice.get(device) ?? { online: false, since: 0, connects: 0 };
  }

  #set(device: string, online: boolean): void {
    const seam = this.#ports.seams?.presence;
    const shown = seam === undefined ? online : seam(device, online);
    const state = this.#of(device);
    if (online) state.connects++;
    this.#byDevice.set(device, state);
    if (shown === null) return;
    state.online = shown;
    state.since = this.#ports.clock.now();
    const { since } = state;
    this.#ports.commits.defer(() => this.#put.run(device, shown ? 1 : 0, since));
  }
}
