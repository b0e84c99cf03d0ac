/**
 * What gateways observe of their CoAP children: of two notifications which one is the newer, by
 * the order of RFC 7641, and when a gateway had to register anew, since what it had outlived its
 * Max-Age, its question found no answer, or its memory was new. It believes the gateway in what
 * came in and what it did, and not in whether that was right.
 */
import type { LedgerEntry, Plan } from '#kernel';
import { type ObservationStory, ObservedResource, type Rules } from './observations/resource.ts';
import { defineOracle } from './oracle.ts';
import type { Timeline } from './timeline.ts';

declare module './oracle.ts' {
  interface Oracles {
    observations: ObservationOracle;
  }
}

export default defineOracle({
  kind: 'observations',
  summary: 'which notifications gateways should have taken, and when they should have registered',
  scope: 'lane',
  ops: ['gateway/registered', 'gateway/observed', 'gateway/turned-down', 'state'],
  start: ({ plan, timeline }) => new ObservationOracle(plan, timeline),
});

interface BusPlan {
  poll?: number;
  coap?: {
    timeout?: number;
    resources?: Readonly<Record<string, readonly Declared[]>>;
  };
}

interface Declared {
  path: string;
  confirmable?: boolean;
  'max-age'?: number;
}

export class ObservationOracle {
  readonly #plan: Plan;
  readonly #timeline: Timeline;
  /** By gateway, then by child. */
  readonly #gateways = new Map<number, Map<number, readonly ObservedResource[]>>();

  constructor(plan: Plan, timeline: Timeline) {
    this.#plan = plan;
    this.#timeline = timeline;
  }

  step(entry: LedgerEntry): void {
    const { op, t, device } = entry;
    if (op === 'state') {
      const runs = runsIn(entry.state);
      if (runs === null || this.#busOf(device)?.coap === undefined) return;
      for (const resources of this.#at(device).values()) {
        for (const resource of resources) resource.turned(t, runs);
      }
      return;
    }
    const told = entry as unknown as Told;
    const resource = this.#at(device).get(told.child)?.[told.resource];
    if (op === 'gateway/turned-down') resource?.turnedDown(t);
    else if (op === 'gateway/registered') resource?.registered(t);
    else resource?.observed(t, told);
  }

  /** Of each resource of a child, what its gateway made of it; empty where none is observed. */
  of(child: number): ObservationStory[] {
    const gateway = this.#plan.devices[child]?.via ?? -1;
    const resources = this.#gateways.get(gateway)?.get(child) ?? [];
    return resources.map((resource) => resource.story(this.#timeline.samplingEnd));
  }

  #at(gateway: number): ReadonlyMap<number, readonly ObservedResource[]> {
    const known = this.#gateways.get(gateway);
    if (known !== undefined) return known;
    const made = new Map<number, readonly ObservedResource[]>();
    const bus = this.#busOf(gateway);
    this.#plan.devices.forEach(({ via, entry }, child) => {
      if (via !== gateway) return;
      const declared = bus?.coap?.resources?.[this.#plan.entries[entry]?.id ?? ''] ?? [];
      made.set(
        child,
        declared.map((one) => new ObservedResource(child, gateway, one.path, rulesOf(one, bus))),
      );
    });
    this.#gateways.set(gateway, made);
    return made;
  }

  #busOf(gateway: number): BusPlan | undefined {
    const entry = this.#plan.entries[this.#plan.devices[gateway]?.entry ?? -1];
    const bus = entry?.parts.find(({ kind }) => kind === 'gateway')?.params.bus;
    return typeof bus === 'object' ? (bus as BusPlan) : undefined;
  }
}

interface Told {
  child: number;
  resource: number;
  seq: number;
  answers: boolean;
  confirmable: boolean;
  taken: boolean;
}

const rulesOf = (one: Declared, bus: BusPlan | undefined): Rules => ({
  confirmable: one.confirmable === true,
  maxAgeUs: 1000 * Number(one['max-age'] ?? 0),
  timeoutUs: 1000 * Number(bus?.coap?.timeout ?? 0),
  pollUs: 1000 * Number(bus?.poll ?? 0),
});

/** Whether its program runs in that state; null where that state says nothing of it. */
function runsIn(state: string): boolean | null {
  if (state === 'power.on' || state === 'connection.connecting') return true;
  return state.startsWith('power.') || state === 'connection.sleeping' ? false : null;
}
