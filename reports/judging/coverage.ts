/**
 * Which states of which region the fleet went through, how often, and during which fault: what the
 * run exercised.
 */
import type { LedgerEntryOf } from '#kernel';
import type { Timeline } from '#oracles';
import type { Result, StateCoverage } from '../result.ts';

interface StateCount {
  visits: number;
  devices: Uint8Array;
  during: Map<string, number>;
}

export class Coverage {
  readonly #timeline: Timeline;
  readonly #devices: number;
  readonly #states = new Map<string, StateCount>();
  readonly #names: string[] = [];
  readonly #latest = new Map<string, Int32Array>();
  readonly #transitions = new Map<string, number>();

  constructor(timeline: Timeline, devices: number) {
    this.#timeline = timeline;
    this.#devices = devices;
  }

  /** A `state` entry. */
  step(entry: LedgerEntryOf<'state'>): void {
    const { state } = entry;
    if (entry.device < 0 || entry.device >= this.#devices) return;
    const count = this.#countOf(state);
    count.visits++;
    count.devices[entry.device] = 1;
    for (const fault of this.#timeline.faultsOn(entry.device)) {
      if (fault.injected && entry.t >= fault.from && entry.t < fault.to) {
        count.during.set(fault.id, (count.during.get(fault.id) ?? 0) + 1);
      }
    }
    this.#follow(entry.device, state);
  }

  close(): Result['coverage'] {
    const states: StateCoverage[] = [...this.#states.keys()].sort().map((state) => {
      const count = this.#countOf(state);
      return {
        state,
        visits: count.visits,
        devices: count.devices.reduce((sum, seen) => sum + seen, 0),
        during: Object.fromEntries(
          this.#timeline.faults.flatMap(({ id }) => {
            const visits = count.during.get(id);
            return visits === undefined ? [] : [[id, visits]];
          }),
        ),
      };
    });
    const transitions = [...this.#transitions.keys()].sort().map((key) => {
      const [from = '', to = ''] = key.split('\n');
      return { from, to, count: this.#transitions.get(key) ?? 0 };
    });
    return { states, transitions };
  }

  #countOf(state: string): StateCount {
    let count = this.#states.get(state);
    if (count === undefined) {
      count = { visits: 0, devices: new Uint8Array(this.#devices), during: new Map() };
      this.#states.set(state, count);
    }
    return count;
  }

  /** A transition joins two states of one region: what stands before the dot. */
  #follow(device: number, state: string): void {
    const region = state.split('.', 1)[0] ?? '';
    let latest = this.#latest.get(region);
    if (latest === undefined) {
      latest = new Int32Array(this.#devices).fill(-1);
      this.#latest.set(region, latest);
    }
    const before = this.#names[latest[device] ?? -1];
    if (before !== undefined) {
      const key = `${before}\n${state}`;
      this.#transitions.set(key, (this.#transitions.get(key) ?? 0) + 1);
    }
    let index = this.#names.indexOf(state);
    if (index < 0) index = this.#names.push(state) - 1;
    latest[device] = index;
  }
}
