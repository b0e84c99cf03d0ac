/**
 * Whole values again of what devices say as differences: each is added to the sample that it names,
 * and what comes of it is committed before the message is acknowledged, so that a device may go on
 * from any sample that was. A difference from a sample that is not there is counted, and kept as it
 * came by whoever keeps telemetry.
 */
import {
  type Asked,
  defineService,
  type Service,
  type ServicePorts,
  type TakenRow,
} from '../service.ts';

export interface DeltaSeams {
  /** A difference is added up: the sample that it is added to, of those that are there. */
  baseOf?(device: string, named: number, last: number): number;
}

type Values = Readonly<Record<string, unknown>>;

interface Row {
  device: string;
  stream: string;
  n: number;
  whole: string;
}

export default defineService<DeltaSeams>({
  kind: 'delta',
  summary: 'makes whole values of what devices say as differences',
  schema: `
    CREATE TABLE IF NOT EXISTS delta_samples(
      device TEXT NOT NULL, stream TEXT NOT NULL, n INTEGER NOT NULL, whole TEXT NOT NULL,
      PRIMARY KEY(device, stream, n)) WITHOUT ROWID;
  `,
  seams: ['baseOf'],
  truth: 'delta',
  start: (ports) => new Deltas(ports),
});

class Deltas implements Service {
  readonly #ports: ServicePorts<DeltaSeams>;
  readonly #kept: ReadonlySet<string>;
  readonly #put;
  readonly #one;
  readonly #last;
  readonly #all;
  readonly #counts = { deltasAdded: 0, deltasWithoutBase: 0 };
  readonly routes = { delta: (asked: Asked) => this.#page(asked) };

  constructor(ports: ServicePorts<DeltaSeams>) {
    this.#ports = ports;
    this.#kept = new Set(ports.kept);
    this.#put = ports.sql.prepare('INSERT OR IGNORE INTO delta_samples VALUES(?,?,?,?)');
    this.#one = ports.sql.prepare<Row>(
      'SELECT * FROM delta_samples WHERE device = ? AND stream = ? AND n = ?',
    );
    this.#last = ports.sql.prepare<{ n: number | null }>(
      'SELECT MAX(n) AS n FROM delta_samples WHERE device = ? AND stream = ?',
    );
    this.#all = ports.sql.prepare<Row>(
      'SELECT * FROM delta_samples WHERE device = ? ORDER BY stream, n',
    );
  }

  takes(stream: string): boolean {
    return this.#kept.has(stream);
  }

  take({ device, stream, n, payload }: TakenRow): void {
    const said = saidIn(payload);
    if (said === null) return;
    if ('whole' in said) return void this.#put.run(device, stream, n, JSON.stringify(said.whole));
    const base = this.#baseOf(device, stream, said.of);
    if (base === null) {
      this.#counts.deltasWithoutBase++;
      return;
    }
    this.#counts.deltasAdded++;
    this.#put.run(device, stream, n, JSON.stringify({ ...added(base, said.by), ...said.also }));
  }

  counts(): Readonly<Record<string, number>> {
    return this.#counts;
  }

  #baseOf(device: string, stream: string, named: number): Values | null {
    const seam = this.#ports.seams?.baseOf;
    const last = seam === undefined ? null : (this.#last.all(device, stream)[0]?.n ?? null);
    const n = last === null ? named : (seam?.(device, named, last) ?? named);
    const [row] = this.#one.all(device, stream, n);
    return row === undefined ? null : (JSON.parse(row.whole) as Values);
  }

  /** Every device, since any may begin to say differences. */
  #page(asked: Asked) {
    const { limit, items, next } = this.#ports.registry.page(asked);
    const delta = items.map(({ id }) => ({
      device: id,
      samples: this.#all.all(id).map(({ stream, n, whole }) => ({
        ...{ stream, n },
        values: JSON.parse(whole) as Values,
      })),
    }));
    return { delta, limit, next };
  }
}

type Said = { whole: Values } | { of: number; by: Values; also: Values };

/** Of most messages neither stands in their first bytes, and nothing more is read of them. */
const MARKS = ['"v":{"whole":true', '"v":{"of":'] as const;

/** What is no sample that goes whole, or as a difference, is null. */
function saidIn(payload: Uint8Array): Said | null {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
  if (!MARKS.some((mark) => bytes.includes(mark))) return null;
  const values = valuesIn(bytes.toString());
  if (values === null) return null;
  const { whole, of, by, also = {}, ...rest } = values;
  if (whole === true) return { whole: rest };
  if (!Number.isSafeInteger(of) || !isMap(by) || !isMap(also)) return null;
  return { of: Number(of), by, also };
}

function valuesIn(text: string): Values | null {
  try {
    const envelope: unknown = JSON.parse(text);
    return isMap(envelope) && isMap(envelope.v) ? envelope.v : null;
  } catch {
    return null;
  }
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A number that has no difference is what it was; what is no number is not gone on with. */
function added(base: Values, by: Values): Values {
  const numbers = Object.entries(base).filter(([, value]) => typeof value === 'number');
  return Object.fromEntries(
    numbers.map(([name, value]) => {
      const more = by[name];
      return [name, Number(value) + (typeof more === 'number' ? more : 0)];
    }),
  );
}
