/**
 * The device and gateway API of ThingsBoard, as a face of the platform twin: who connects is known
 * by an access token, and what it says on topics that name no device is said for itself. It keeps
 * what devices say of themselves as attributes, the last value of each, beside all that the other
 * services make of the same messages.
 */
import {
  type Asked,
  type Door,
  defineService,
  type Service,
  type ServicePorts,
} from '../service.ts';
import type { Desk, ThingsBoardSeams } from './thingsboard/desk.ts';
import { talk } from './thingsboard/talk.ts';

interface Kept {
  key: string;
  value: string;
}

/** Numbers of one life of the platform for messages that do not name themselves. */
const OF_A_LIFE = 10_000_000;

export default defineService<ThingsBoardSeams>({
  kind: 'thingsboard',
  summary: 'speaks the device and gateway API of ThingsBoard',
  schema: `
    CREATE TABLE IF NOT EXISTS thingsboard_attributes(
      device TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
      PRIMARY KEY(device, key)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS thingsboard_lives(life INTEGER PRIMARY KEY);
  `,
  seams: ['childOfReading', 'requestOfAnswer', 'pushShared'],
  truth: 'thingsboard',
  speaks: ['thingsboard'],
  start: (ports) => new ThingsBoard(ports),
});

class ThingsBoard implements Service, Desk {
  readonly #ports: ServicePorts<ThingsBoardSeams>;
  readonly #put;
  readonly #all;
  /** Of the devices that did not name a message, in this life. */
  readonly #numbers = new Map<string, number>();
  #life: number | null = null;
  readonly routes = { thingsboard: (asked: Asked) => this.#page(asked) };
  readonly speaks = {
    thingsboard: (connection: Parameters<typeof talk>[0], door: Door) =>
      talk(connection, door, this),
  };

  constructor(ports: ServicePorts<ThingsBoardSeams>) {
    this.#ports = ports;
    this.#put = ports.sql.prepare(`
      INSERT INTO thingsboard_attributes VALUES(?,?,?)
        ON CONFLICT(device, key) DO UPDATE SET value = excluded.value`);
    this.#all = ports.sql.prepare<Kept>(
      'SELECT key, value FROM thingsboard_attributes WHERE device = ? ORDER BY key',
    );
  }

  get seams(): Partial<ThingsBoardSeams> | null {
    return this.#ports.seams;
  }

  now(): number {
    return this.#ports.clock.now();
  }

  numberFor(device: string): number {
    const n = this.#numbers.get(device) ?? 0;
    this.#numbers.set(device, n + 1);
    return this.#lifeNow() * OF_A_LIFE + n;
  }

  keep(device: string, attributes: Readonly<Record<string, unknown>>, done: () => void): void {
    const write = (): void => {
      for (const [key, value] of Object.entries(attributes)) {
        this.#put.run(device, key, JSON.stringify(value ?? null));
      }
    };
    this.#ports.commits.add(write, (error) => {
      if (!error) done();
    });
  }

  /** What is shared with a device is what is desired of its twin. */
  attributes(device: string, scope: 'client' | 'shared', keys: readonly string[] | null): object {
    const known = scope === 'client' ? this.#clientOf(device) : this.#desiredOf(device);
    if (keys === null) return known;
    return Object.fromEntries(Object.entries(known).filter(([key]) => keys.includes(key)));
  }

  #clientOf(device: string): Record<string, unknown> {
    const rows = this.#all.all(device);
    return Object.fromEntries(rows.map(({ key, value }) => [key, JSON.parse(value) as unknown]));
  }

  #desiredOf(device: string): object {
    const { status, body } = this.#ports.ask(`twin/${encodeURIComponent(device)}`);
    return status === 200 ? ((body as { desired?: object }).desired ?? {}) : {};
  }

  /** Counted when it is asked for first: most platforms never are. */
  #lifeNow(): number {
    if (this.#life !== null) return this.#life;
    const { sql, commits } = this.#ports;
    const [last] = sql
      .prepare<{ life: number | null }>('SELECT max(life) AS life FROM thingsboard_lives')
      .all();
    const life = (last?.life ?? -1) + 1;
    this.#life = life;
    // Ahead of the message that it numbers, and so committed with it at the latest.
    commits.add(
      () => sql.prepare('INSERT INTO thingsboard_lives VALUES(?)').run(life),
      () => {},
    );
    return life;
  }

  #page(asked: Asked) {
    const { limit, items, next } = this.#ports.registry.page(asked);
    const thingsboard = items.map(({ id }) => ({ device: id, client: this.#clientOf(id) }));
    return { thingsboard, limit, next };
  }
}
