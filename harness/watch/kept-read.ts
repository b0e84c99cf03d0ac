/**
 * The final read of a store that is not ours: whatever of this shard's messages it kept is written
 * down as stored. Rows of devices that nobody here knows are somebody else's. What cannot be read
 * to its end proves no loss, and the ledger says why.
 */
import { formatDuration, type Plan, type StorePlan, streamNamed } from '#kernel';
import type { Keeper, KeptRow } from './keeper.ts';
import { type KeptMessage, messagesIn, type RowReader } from './kept-rows.ts';
import type { ObserverPorts } from './observer.ts';

/** Beside what its size takes; a store that does not answer for so long does not answer. */
const READ_MS = 60_000;
const DEVICE_MS = 20;

export const keptReadBound = ({ devices }: Pick<Plan, 'devices'>): number =>
  READ_MS + devices.length * DEVICE_MS;

/** More rows than that are no store of this run: each message some times over. */
const COPIES_MAX = 16;
const ROWS_LEAST = 100_000;

export async function readKept(
  ports: ObserverPorts,
  store: StorePlan,
  keeper: Keeper,
  mine: ReadonlySet<number>,
): Promise<void> {
  const { clock, ledger } = ports;
  await new Promise<void>((go) => clock.after(store.withinMs, go));
  const reading = new Reading(ports, store, keeper, mine);
  let why: string | null = null;
  try {
    await inTime(clock, keptReadBound(ports.plan), reading.read());
    why = reading.trouble;
  } catch (error) {
    why = (error as Error).message;
  }
  reading.end();
  if (why !== null) ledger.write('unread', { port: 'store', why: why.slice(0, 400) });
  ledger.write('final-read', { complete: why === null, part: 'store' });
}

function inTime(
  clock: ObserverPorts['clock'],
  boundMs: number,
  task: Promise<void>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = (): void => reject(new Error(`not read within ${formatDuration(boundMs)}`));
    const cancel = clock.after(boundMs, late);
    task.then(resolve, reject).finally(cancel);
  });
}

class Reading {
  readonly #ports: ObserverPorts;
  readonly #keeper: Keeper;
  readonly #mine: ReadonlySet<number>;
  readonly #streams: ReadonlySet<string>;
  readonly #reader: RowReader;
  readonly #zeroAt: number;
  #rows = 0;
  #strange = 0;
  /** It was given up: what comes later is nobody's any more. */
  #isOver = false;

  constructor(
    ports: ObserverPorts,
    { params, streams }: StorePlan,
    keeper: Keeper,
    mine: ReadonlySet<number>,
  ) {
    const { dialect, plan, roster } = ports;
    this.#ports = ports;
    this.#keeper = keeper;
    this.#mine = mine;
    this.#streams = new Set(streams);
    this.#zeroAt = keeper.zeroAt();
    this.#reader = {
      dialect,
      laneOf: (device) => plan.devices[roster.get(device) ?? -1]?.lane ?? null,
      stream: streams.length === 1 ? (streams[0] ?? null) : null,
      exact: params.exact !== false,
    };
  }

  async read(): Promise<void> {
    const { plan } = this.#ports;
    const devices = [...this.#mine].flatMap((index) => plan.devices[index]?.id ?? []);
    await this.#keeper.read({ devices }, (rows) => {
      for (const row of rows) this.#take(row);
    });
  }

  /** Rows of which not one can be read are none of the store that was meant. */
  get trouble(): string | null {
    if (this.#rows === 0 || this.#strange < this.#rows) return null;
    return (
      `none of its ${this.#rows} rows says which message it is: ` +
      'it needs the columns device, stream and n, or topic and payload'
    );
  }

  end(): void {
    this.#isOver = true;
    if (this.#strange === 0) return;
    const rows = `${this.#strange} of ${this.#rows} rows of the store`;
    const text = `${rows} do not say which message they are`;
    this.#ports.ledger.write('note', { text });
  }

  #take(row: KeptRow): void {
    if (this.#isOver) return;
    const most = Math.max(ROWS_LEAST, this.#ports.plan.bounds.messages * COPIES_MAX);
    if (++this.#rows > most) throw new Error(`it has over ${most} rows of this run`);
    const found = messagesIn(row, this.#reader);
    if (found.length === 0) this.#strange++;
    for (const message of found) this.#write(message);
  }

  #write({ device: id, stream: name, n, hash, at }: KeptMessage): void {
    const { ledger, plan, roster } = this.#ports;
    const [device, stream] = [roster.get(id), streamNamed(plan, name)];
    if (device === undefined || stream === undefined) return;
    if (!this.#mine.has(device) || !this.#streams.has(name)) return;
    const message = { device, stream: stream.code, n };
    ledger.write('stored', { ...message, hash });
    if (at === null) return;
    ledger.write('stored-at', { ...message, came: Math.round((at - this.#zeroAt) * 1000) });
  }
}
