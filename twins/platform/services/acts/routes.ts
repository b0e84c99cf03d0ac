/**
 * By which gateway a device is reached: its own, or the one that stands in for that, where the
 * newest that it said came through that one. What it says tells where it listens. What it said is
 * not kept: after a restart a device is reached by its own again until it is heard.
 */
import type { Enrolled } from '../../service.ts';

interface Heard {
  n: number;
  by: string;
}

export class Routes {
  /** By device, the gateway that is its own. */
  readonly #own = new Map<string, string>();
  /** By device that has any, the gateways that stand in for its own. */
  readonly #others = new Map<string, Set<string>>();
  /** By such a device, who brought the newest of it. */
  readonly #heard = new Map<string, Heard>();

  constructor(enrolled: readonly Enrolled[]) {
    for (const { id, speaksFor = [], standsInFor = [] } of enrolled) {
      for (const device of speaksFor) {
        if (!standsInFor.includes(device)) this.#own.set(device, id);
      }
      for (const device of standsInFor) {
        this.#others.set(device, (this.#others.get(device) ?? new Set()).add(id));
      }
    }
  }

  /** Some device can be reached by more than one. */
  get areSeveral(): boolean {
    return this.#others.size > 0;
  }

  /** What comes by both is the own one's; what is older than what is known tells nothing. */
  heard(device: string, by: string, n: number): void {
    if (!this.#others.has(device)) return;
    const known = this.#heard.get(device);
    const isNewer = known === undefined || n > known.n;
    if (isNewer || (n === known.n && by === this.#own.get(device))) {
      this.#heard.set(device, { n, by });
    }
  }

  /** The gateway of the device; null for one that has a connection of its own. */
  ownOf(device: string): string | null {
    return this.#own.get(device) ?? null;
  }

  /** Who stands in for it right now; null where the device is reached by its own. */
  standInOf(device: string): string | null {
    const by = this.#heard.get(device)?.by ?? '';
    return this.#others.get(device)?.has(by) === true ? by : null;
  }
}
