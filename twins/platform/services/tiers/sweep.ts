/**
 * Takes away what was kept for long enough: readings that a window has counted, and windows that a
 * wider one outlives. Round after round over the devices of which something is due, some in each
 * transaction, so that nobody waits long for an acknowledgement; one that dies in the midst has
 * done a device or has not. When something is due is known by what came last, so a device at rest
 * costs nothing, and neither does what stays as it came.
 */
import { hashBytes } from '#kernel';
import type { DeviceRecord, ServicePorts, ShelvedRow } from '../../service.ts';
import type { Numbers } from './numbers.ts';
import type { Policies, Policy } from './policies.ts';
import type { Behind, Progress } from './progress.ts';
import type { TiersSeams } from './seams.ts';
import type { Windows } from './windows.ts';

const DEVICES_AT_ONCE = 200;
const ROWS_AT_ONCE = 256;
/** In so many rounds whatever is due is gone in time. */
const ROUNDS = 4;
const ROUND_LEAST_MS = 50;
const NEVER = Number.POSITIVE_INFINITY;

export interface SweepPorts {
  ports: ServicePorts<TiersSeams>;
  policies: Policies;
  numbers: Numbers;
  windows: Windows;
  progress: Progress;
  stream: string;
  moved(): void;
}

/** Of one device, by the clock of the fleet; Infinity for never. */
interface Soonest {
  /** Time of the first reading that will have to go. */
  reading: number;
  /** When the first window has to. */
  window: number;
}

interface Due {
  policy: Policy;
  record: DeviceRecord;
}

export class Sweep {
  readonly #own: SweepPorts;
  /** Of those that this life has looked at. */
  readonly #soonest = new Map<number, Soonest>();
  #isUnderWay = false;

  constructor(own: SweepPorts) {
    this.#own = own;
  }

  /** Goes on for as long as the platform lives: a stopped queue calls nobody back. */
  begin(): void {
    if (this.#isUnderWay) return;
    this.#isUnderWay = true;
    this.#round();
  }

  /** A reading is counted in its windows. */
  counted({ steps }: Policy, device: number, reading: Behind): void {
    this.#own.progress.counted(device, reading);
    const soonest = this.#soonest.get(device);
    if (soonest === undefined) return;
    soonest.reading = Math.min(soonest.reading, reading.at);
    for (const { everyMs, keepMs } of steps) {
      if (keepMs === null) continue;
      const start = Math.floor(reading.at / everyMs) * everyMs;
      soonest.window = Math.min(soonest.window, start + everyMs + keepMs);
    }
  }

  #round(): void {
    const { ports, policies } = this.#own;
    const due = ports.registry.all().flatMap((id): Due[] => {
      const [policy, record] = [policies.over(id), ports.registry.get(id)];
      if (policy === null || record === undefined) return [];
      return this.#isDue(policy, record) ? [{ policy, record }] : [];
    });
    this.#some(due, 0);
  }

  #some(due: readonly Due[], from: number): void {
    const { clock, commits } = this.#own.ports;
    if (from >= due.length) return void clock.after(this.#pauseMs, () => this.#round());
    const end = from + DEVICES_AT_ONCE;
    const write = (): void => {
      for (const { policy, record } of due.slice(from, end)) this.#sweep(policy, record);
    };
    commits.add(write, (error) => {
      if (error !== null) return;
      if (end >= due.length) this.#some(due, end);
      else clock.after(0, () => this.#some(due, end));
    });
  }

  get #pauseMs(): number {
    const least = Math.min(...this.#own.policies.all.map(({ withinMs }) => withinMs));
    return Math.max(ROUND_LEAST_MS, least / ROUNDS);
  }

  #isDue(policy: Policy, record: DeviceRecord): boolean {
    const soonest = this.#soonest.get(record.key);
    if (soonest === undefined) return true;
    const now = this.#own.ports.clock.now() + policy.aheadMs;
    return soonest.window <= now || soonest.reading <= now - this.#keepOf(policy, record);
  }

  #keepOf({ keepMs }: Policy, { id }: DeviceRecord): number {
    return this.#own.ports.seams?.keepFor?.(id, keepMs) ?? keepMs;
  }

  #sweep(policy: Policy, record: DeviceRecord): void {
    const { ports, windows, progress } = this.#own;
    const now = ports.clock.now() + policy.aheadMs;
    const until = now - this.#keepOf(policy, record);
    this.#late(record, until);
    const ahead = this.#readings(record, until);
    const reading = Math.min(ahead, progress.firstBehind(record.key));
    let window = NEVER;
    for (const [step, { everyMs, keepMs: kept }] of policy.steps.entries()) {
      if (kept === null) continue;
      windows.drop(record.key, step, now - kept - everyMs);
      const start = windows.first(record.key, step) ?? NEVER;
      window = Math.min(window, start + everyMs + kept);
    }
    this.#soonest.set(record.key, { reading, window });
  }

  /** Those that came when others behind them had gone. */
  #late(record: DeviceRecord, until: number): void {
    const { ports, progress, stream } = this.#own;
    for (const one of progress.behind(record.key, until)) {
      const [row] = ports.shelf.rows(record, stream, one.n - 1, 1);
      if (row?.n === one.n) this.#move(record, row);
      progress.forget(record.key, one);
    }
  }

  /** When the next one was, which is not due; what no window has counted stays as it came. */
  #readings(record: DeviceRecord, until: number): number {
    const { ports, numbers, progress, stream } = this.#own;
    let passed = progress.passed(record.key);
    let next = NEVER;
    for (let isMore = true; isMore && next === NEVER; ) {
      const rows = ports.shelf.rows(record, stream, passed, ROWS_AT_ONCE);
      isMore = rows.length === ROWS_AT_ONCE;
      for (const row of rows) {
        // Those behind it are later still.
        if (row.intended > until) {
          next = row.intended;
          break;
        }
        if (numbers.has(record.key, row.n, 'counted')) this.#move(record, row);
        passed = row.n;
      }
    }
    progress.pass(record.key, passed);
    return next;
  }

  #move(record: DeviceRecord, { n, payload }: ShelvedRow): void {
    const { ports, numbers, stream, moved } = this.#own;
    ports.shelf.takeAway(record, stream, n);
    moved();
    if (ports.seams?.note?.(record.id, n) === false) return;
    const hash = hashBytes(payload);
    numbers.moved(record.key, n, ports.seams?.proof?.(record.id, n, hash) ?? hash);
  }
}
