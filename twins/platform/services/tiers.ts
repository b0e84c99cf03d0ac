/**
 * Readings as they came for a while, and after that what windows of them come to: ever wider ones,
 * the widest for good. A window counts a reading in the transaction in which it is kept, so that
 * neither a kill nor a late reading leaves the two different, and a reading is taken away only when
 * a window has it. What comes later than declared is in no window; it is counted, and kept as it
 * came.
 */
import {
  type Asked,
  type DeviceRecord,
  defineService,
  type MovedPage,
  type Service,
  type ServicePorts,
  type ShelfKeeper,
  type TakenRow,
} from '../service.ts';
import { BLOCK, NUMBERS_SCHEMA, Numbers } from './tiers/numbers.ts';
import { isSame, POLICIES_SCHEMA, Policies, type Policy, readPolicy } from './tiers/policies.ts';
import { PROGRESS_SCHEMA, Progress } from './tiers/progress.ts';
import type { TiersSeams } from './tiers/seams.ts';
import { Sweep } from './tiers/sweep.ts';
import { addTo, type Reading, WINDOWS_SCHEMA, type Window, Windows } from './tiers/windows.ts';

export type { TiersSeams } from './tiers/seams.ts';

const STREAM = 'telemetry';
const ROWS_AT_ONCE = 1000;
/** A device has many windows. */
const DEVICES_A_PAGE = 50;

export default defineService<TiersSeams>({
  kind: 'tiers',
  summary: 'keeps readings for a while, and what windows of them come to for longer',
  schema: `${POLICIES_SCHEMA}${NUMBERS_SCHEMA}${WINDOWS_SCHEMA}${PROGRESS_SCHEMA}`,
  seams: ['amend', 'countAgain', 'keepFor', 'most', 'goOn', 'note', 'proof'],
  truth: 'tiers',
  start: (ports) => new Tiers(ports),
});

class Tiers implements Service, ShelfKeeper {
  readonly #ports: ServicePorts<TiersSeams>;
  readonly #policies: Policies;
  readonly #numbers: Numbers;
  readonly #windows: Windows;
  readonly #progress: Progress;
  readonly #sweep: Sweep;
  /** Windows that this life of the platform has looked at; only where a bug asks for it. */
  readonly #looked = new Set<string>();
  readonly #counts = { tiersCounted: 0, tiersLate: 0, tiersMoved: 0, tiersRefusals: 0 };
  #answers = false;
  readonly routes = {
    tiers: (asked: Asked) => this.#page(asked),
    'tiers/*': (asked: Asked) =>
      this.#policies.get(asked.path[1] ?? '') ?? asked.refuse(404, 'there are no such tiers'),
  };
  readonly acts = { 'tiers/*': (asked: Asked, body: unknown) => this.#begin(asked, body) };

  constructor(ports: ServicePorts<TiersSeams>) {
    this.#ports = ports;
    this.#policies = new Policies(ports.sql);
    this.#numbers = new Numbers(ports.sql);
    this.#windows = new Windows(ports.sql);
    this.#progress = new Progress(ports.sql);
    this.#sweep = new Sweep({
      ports,
      policies: this.#policies,
      numbers: this.#numbers,
      windows: this.#windows,
      progress: this.#progress,
      stream: STREAM,
      moved: () => this.#counts.tiersMoved++,
    });
  }

  ready(): void {
    this.#policies.load();
    this.#progress.load();
    if (this.#policies.all.length > 0) this.#goOn();
  }

  takes(stream: string): boolean {
    return stream === STREAM;
  }

  take(row: TakenRow): void {
    const policy = this.#policies.over(row.device);
    if (policy === null) return;
    const record = this.#ports.registry.record(row.device, row.lane);
    this.#count(policy, record, row, row.receivedAt);
  }

  counts(): Readonly<Record<string, number>> {
    return this.#counts;
  }

  // --- for what was taken away ------------------------------------------------------------------

  has(device: DeviceRecord, stream: string, n: number): boolean {
    if (stream !== STREAM || this.#policies.over(device.id) === null) return false;
    return this.#numbers.has(device.key, n, 'moved');
  }

  list(lane: number | null, cursor: string, limit: number): MovedPage {
    const blocks = Math.max(1, Math.floor(limit / BLOCK));
    const { moved, next } = this.#numbers.page(lane, cursor, blocks);
    return { rows: moved.map((row) => ({ ...row, stream: STREAM })), next };
  }

  // --- what an operator asks --------------------------------------------------------------------

  #begin(asked: Asked, body: unknown) {
    const name = asked.path[1] ?? '';
    const known = this.#policies.get(name);
    const policy = readPolicy(name, body, this.#ports.clock.now());
    if (typeof policy === 'string') return this.#refuse(asked, 400, policy);
    // Whoever was not answered asks again.
    if (known !== undefined && isSame(known, policy)) return { at: known.began };
    const other = known ?? this.#policies.besides(policy);
    if (other !== undefined) {
      return this.#refuse(asked, 409, `some of its devices are under ${other.name}`);
    }
    this.#policies.add(policy);
    for (const id of this.#ports.registry.all()) this.#takeUp(policy, id);
    this.#goOn();
    return { at: policy.began };
  }

  #refuse(asked: Asked, status: 400 | 409, why: string): never {
    this.#counts.tiersRefusals++;
    return asked.refuse(status, why);
  }

  #goOn(): void {
    if (!this.#answers) this.#ports.shelf.answers(this);
    this.#answers = true;
    this.#sweep.begin();
  }

  /** What was there before it was asked for belongs into windows like all else. */
  #takeUp(policy: Policy, id: string): void {
    const record = this.#ports.registry.get(id);
    if (record === undefined || this.#policies.over(id) !== policy) return;
    for (let after = -1, isMore = true; isMore; ) {
      const rows = this.#ports.shelf.rows(record, STREAM, after, ROWS_AT_ONCE);
      for (const row of rows) this.#count(policy, record, row, row.received);
      after = rows.at(-1)?.n ?? after;
      isMore = rows.length === ROWS_AT_ONCE;
    }
  }

  #page(asked: Asked) {
    const { limit, items, next } = this.#ports.registry.page(asked);
    const some = items.slice(0, DEVICES_A_PAGE);
    const rows = some.map(({ id, key }) => {
      const policy = this.#policies.over(id);
      const of = (mark: 'counted' | 'late' | 'moved') => this.#numbers.ranges(key, mark);
      const numbers = { counted: of('counted'), late: of('late'), moved: of('moved') };
      const under = { tiers: policy?.name ?? '', from: policy?.began ?? 0 };
      return { device: id, ...under, ...numbers, windows: this.#windows.of(key) };
    });
    const isCut = some.length < items.length;
    return { tiers: rows, limit, next: isCut ? String(some.at(-1)?.key) : next };
  }

  // --- one reading ------------------------------------------------------------------------------

  #count(
    policy: Policy,
    { id, key }: DeviceRecord,
    { n, intended, payload }: Pick<TakenRow, 'n' | 'intended' | 'payload'>,
    received: number,
  ): void {
    const came = received + policy.aheadMs;
    const isLate = came - intended > policy.latenessMs;
    if (!this.#numbers.isNew(key, n, isLate ? 'late' : 'counted')) {
      if (this.#ports.seams?.countAgain?.(id, n) !== true) return;
    } else if (isLate) {
      this.#counts.tiersLate++;
      return;
    }
    this.#sweep.counted(policy, key, { at: intended, n });
    this.#counts.tiersCounted++;
    const reading = { n, at: intended, values: valuesIn(payload) };
    for (const [step, { everyMs }] of policy.steps.entries()) {
      const start = Math.floor(intended / everyMs) * everyMs;
      const isOver = start + everyMs <= came;
      if (isOver && this.#ports.seams?.amend?.(id, n) === false) continue;
      this.#add(id, key, step, start, reading);
    }
  }

  #add(id: string, key: number, step: number, start: number, reading: Reading): void {
    const { seams } = this.#ports;
    const window = this.#found(id, key, step, start) ?? { step, start, count: 0, signals: {} };
    addTo(window, reading, (signal, max, value) => {
      const honest = Math.max(max, value);
      return seams?.most?.(signal, honest, value) ?? honest;
    });
    this.#windows.put(key, window);
  }

  #found(id: string, key: number, step: number, start: number): Window | null {
    const found = this.#windows.find(key, step, start);
    const seam = this.#ports.seams?.goOn;
    if (seam === undefined) return found;
    const name = `${key} ${step} ${start}`;
    const isFirst = !this.#looked.has(name);
    this.#looked.add(name);
    return found !== null && isFirst && seam(id, start) === false ? null : found;
  }
}

/** Numbers alone. */
function valuesIn(payload: Uint8Array): [string, number][] {
  try {
    const { v } = JSON.parse(Buffer.from(payload).toString()) as { v: object };
    return Object.entries(v).filter(([, one]) => typeof one === 'number');
  } catch {
    return [];
  }
}
