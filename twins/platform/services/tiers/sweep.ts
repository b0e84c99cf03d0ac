/**
 * Takes away what was kept for long enough: readings that a window has counted, and windows that a
 * wider one outlives. Round after round over all devices, some in each transaction, so that nobody
 * waits long for an acknowledgement; one that dies in the midst has done a device or has not.
 */
import { hashBytes } from '#kernel';
import type { DeviceRecord, ServicePorts } from '../../service.ts';
import type { Numbers } from './numbers.ts';
import type { Policies, Policy } from './policies.ts';
import type { TiersSeams } from './seams.ts';
import type { Windows } from './windows.ts';

const DEVICES_AT_ONCE = 200;
const ROWS_AT_ONCE = 256;
/** In so many rounds whatever is due is gone in time. */
const ROUNDS = 4;
const ROUND_LEAST_MS = 50;

export interface SweepPorts {
  ports: ServicePorts<TiersSeams>;
  policies: Policies;
  numbers: Numbers;
  windows: Windows;
  stream: string;
  moved(): void;
}

export class Sweep {
  readonly #own: SweepPorts;
  #isUnderWay = false;

  constructor(own: SweepPorts) {
    this.#own = own;
  }

  /** Goes on for as long as the platform lives: a stopped queue calls nobody back. */
  begin(): void {
    if (this.#isUnderWay) return;
    this.#isUnderWay = true;
    this.#round(0);
  }

  #round(from: number): void {
    const { ports, policies } = this.#own;
    const ids = ports.registry.all();
    const some = ids.slice(from, from + DEVICES_AT_ONCE);
    const write = (): void => {
      for (const id of some) {
        const [policy, record] = [policies.over(id), ports.registry.get(id)];
        if (policy !== null && record !== undefined) this.#sweep(policy, record);
      }
    };
    ports.commits.add(write, (error) => {
      if (error !== null) return;
      const next = from + some.length;
      const isOver = next >= ids.length;
      ports.clock.after(isOver ? this.#pauseMs : 0, () => this.#round(isOver ? 0 : next));
    });
  }

  get #pauseMs(): number {
    const least = Math.min(...this.#own.policies.all.map(({ withinMs }) => withinMs));
    return Math.max(ROUND_LEAST_MS, least / ROUNDS);
  }

  #sweep({ keepMs, steps, aheadMs }: Policy, record: DeviceRecord): void {
    const { ports, windows } = this.#own;
    const now = ports.clock.now() + aheadMs;
    const keep = ports.seams?.keepFor?.(record.id, keepMs) ?? keepMs;
    this.#readings(record, now - keep);
    for (const [step, { everyMs, keepMs: kept }] of steps.entries()) {
      if (kept !== null) windows.drop(record.key, step, now - kept - everyMs);
    }
  }

  /** What no window has counted stays as it came. */
  #readings(record: DeviceRecord, until: number): void {
    const { ports, numbers, stream, moved } = this.#own;
    for (let after = -1, isMore = true; isMore; ) {
      const rows = ports.shelf.rows(record, stream, after, ROWS_AT_ONCE);
      for (const { n, intended, payload } of rows) {
        // Those behind it are later still.
        if (intended > until) return;
        if (!numbers.has(record.key, n, 'counted')) continue;
        ports.shelf.takeAway(record, stream, n);
        moved();
        if (ports.seams?.note?.(record.id, n) === false) continue;
        const hash = hashBytes(payload);
        numbers.moved(record.key, n, ports.seams?.proof?.(record.id, n, hash) ?? hash);
      }
      after = rows.at(-1)?.n ?? after;
      isMore = rows.length === ROWS_AT_ONCE;
    }
  }
}
