/**
 * When something may go down to a child that does not listen all the time, and what may come up
 * from one that may not always send. A sleepy child is given what its parent keeps when it wakes or
 * speaks, and nothing that is too old; one on LoRaWAN listens just after its own packets, and is on
 * the air no longer than its duty cycle lets it. All by what the plan says of the bus.
 */
import { carriedBy, carrierOf, type LedgerEntry, type Plan, spokenForBy, streamOf } from '#kernel';
import { type AirRules, OnAir } from './downlinks/on-air.ts';
import type { DownStory, OneDown } from './downlinks/one-down.ts';
import { Sleeper, type SleepRules } from './downlinks/sleeper.ts';
import { defineOracle } from './oracle.ts';

declare module './oracle.ts' {
  interface Oracles {
    downlinks: DownlinkOracle;
  }
}

export default defineOracle({
  kind: 'downlinks',
  summary: 'when something may go down to a child that does not always listen',
  scope: 'lane',
  ops: ['gateway/brought', 'gateway/took', 'received', 'let-go', 'state'],
  start: ({ plan }) => new DownlinkOracle(plan),
});

const MEMORY_LOST = ['power.off', 'power.dead', 'power.resetting'];

const ASLEEP = 'connection.sleeping';

type Fields = Readonly<Record<string, number | string>>;

export class DownlinkOracle {
  readonly #plan: Plan;
  readonly #children = new Map<number, OneDown | null>();

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  step(entry: LedgerEntry): void {
    const { op, t, device } = entry;
    const { child, stream, n, bytes, why } = entry as unknown as Fields;
    const message = [Number(stream), Number(n)] as const;
    // What goes down comes by its own gateway, and on the bus of another that hears nothing.
    if (op.startsWith('gateway/') && this.#plan.devices[Number(child)]?.via !== device) return;
    if (op === 'state') {
      const { state } = entry;
      const isAsleep = state === ASLEEP;
      if (!isAsleep && !MEMORY_LOST.includes(state)) return;
      for (const child of carriedBy(this.#plan, device)) {
        const one = this.#at(child);
        if (isAsleep) one?.slept?.(t);
        else one?.forgot();
      }
    } else if (op === 'received') {
      if (streamOf(this.#plan, entry.stream)?.way === 'down')
        this.#at(device)?.received(t, ...message);
    } else if (op === 'let-go') this.#at(device)?.letGo(t, ...message, String(why));
    else if (op === 'gateway/took') this.#at(Number(child))?.heard(t, ...message, Number(bytes));
    else if (op === 'gateway/brought') {
      const [stream, n] = message;
      this.#at(Number(child))?.brought({ stream, n, bytes: Number(bytes), broughtAt: t });
    }
  }

  /** All that is known of it once the ledger is read; null of one that always listens. */
  of(child: number): DownStory | null {
    const one = this.#children.get(child) ?? null;
    const gateway = carrierOf(this.#plan, child);
    return one === null ? null : { child, gateway, ...one.story() };
  }

  #at(child: number): OneDown | null {
    const known = this.#children.get(child);
    if (known !== undefined) return known;
    const one = this.#made(child);
    this.#children.set(child, one);
    return one;
  }

  #made(child: number): OneDown | null {
    const gateway = this.#plan.devices[child]?.via ?? null;
    if (gateway === null) return null;
    const entry = this.#plan.entries[this.#plan.devices[gateway]?.entry ?? -1];
    const bus = entry?.parts.find(({ kind }) => kind === 'gateway')?.params.bus;
    const { sleepy, lorawan } = (typeof bus === 'object' ? bus : {}) as {
      sleepy?: Fields;
      lorawan?: Fields;
    };
    if (lorawan !== undefined) return new OnAir(airRules(lorawan));
    if (sleepy === undefined) return null;
    const siblings = [...spokenForBy(this.#plan, gateway)].sort((a, b) => a - b);
    return new Sleeper(sleepRules(sleepy, siblings.indexOf(child), siblings.length));
  }
}

/** Children wake one after the other within a period, those that only lean on it included. */
const sleepRules = ({ wakes, holds }: Fields, place: number, of: number): SleepRules => ({
  everyUs: 1000 * Number(wakes),
  firstUs: (1000 * Number(wakes) * place) / of,
  holdsUs: 1000 * Number(holds),
});

const airRules = ({ sf, duty, payload }: Fields): AirRules => ({
  factor: Number(sf),
  duty: Number(duty),
  packed: payload === undefined ? null : Number(payload),
});
