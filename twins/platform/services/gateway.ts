/**
 * What gateways brought of devices that are not their own: how often they were refused, and what
 * was taken all the same, which in an honest platform is nothing. A count is committed before the
 * message is acknowledged, so that it is as durable as the refusal.
 */
import {
  type Asked,
  defineService,
  type Service,
  type ServicePorts,
  type TakenRow,
} from '../service.ts';

/** Of one gateway and one device that is not its own. */
interface Row {
  device: string;
  refused: number;
  taken: number;
}

export default defineService({
  kind: 'gateway',
  summary: 'counts what gateways bring of devices that are not their own',
  schema: `
    CREATE TABLE IF NOT EXISTS gateway_strays(
      gateway TEXT NOT NULL, device TEXT NOT NULL, refused INTEGER NOT NULL, taken INTEGER NOT NULL,
      PRIMARY KEY(gateway, device)) WITHOUT ROWID;
  `,
  truth: 'gateway',
  start: (ports) => new GatewayStrays(ports),
});

class GatewayStrays implements Service {
  readonly #registry: () => ServicePorts['registry'];
  readonly #add;
  readonly #read;
  readonly #counts = { straysRefused: 0, straysTaken: 0 };
  readonly routes = { gateway: (asked: Asked) => this.#page(asked) };

  constructor(ports: ServicePorts) {
    this.#registry = () => ports.registry;
    this.#add = ports.sql.prepare(`
      INSERT INTO gateway_strays VALUES(?,?,?,?) ON CONFLICT(gateway, device) DO UPDATE SET
        refused = refused + excluded.refused, taken = taken + excluded.taken`);
    this.#read = ports.sql.prepare<Row>(
      'SELECT device, refused, taken FROM gateway_strays WHERE gateway = ? ORDER BY device',
    );
  }

  takes(stream: string): boolean {
    return stream === 'gateway-stray';
  }

  take({ by, device }: TakenRow): void {
    if (by === device) return;
    this.#counts.straysTaken++;
    this.#add.run(by, device, 0, 1);
  }

  refused(by: string, { device }: { device: string }): void {
    this.#counts.straysRefused++;
    this.#add.run(by, device, 1, 0);
  }

  counts(): Readonly<Record<string, number>> {
    return this.#counts;
  }

  /** Every device, since any may be one that carries others. */
  #page(asked: Asked) {
    const { limit, items, next } = this.#registry().page(asked);
    const gateway = items.map(({ id }) => ({ gateway: id, strays: this.#read.all(id) }));
    return { gateway, limit, next };
  }
}
