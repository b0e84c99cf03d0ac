/**
 * When something may go down to a child that does not listen all the time, and what may come up
 * from one that may not always send. A sleepy child is given what its parent keeps when it wakes or
 * speaks, and nothing that is too old; one on LoRaWAN listens just after its own packets, and is on
 * the air no longer than its duty cycle lets it. All by what the plan says of the bus. Of any child
 * on a bus: what is let go because it is not there is so only where it is off or asleep by its own
 * word, or a fault makes it silent.
 */
import { carriedBy, carrierOf, type LedgerEntry, type Plan, spokenForBy, streamOf } from '#kernel';
import { Listener } from './downlinks/listener.ts';
import { type AirRules, OnAir } from './downlinks/on-air.ts';
import type { DownMistake, DownStory, OneDown } from './downlinks/one-down.ts';
import { Sleeper, type SleepRules } from './downlinks/sleeper.ts';
import { Whereabouts } from './downlinks/whereabouts.ts';
import { defineOracle } from './oracle.ts';
import { overlaps, type Timeline } from './timeline.ts';

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
  start: ({ plan, timeline }) => new DownlinkOracle(plan, timeline),
});

const MEMORY_LOST = ['power.off', 'power.dead', 'power.resetting'];

const ASLEEP = 'connection.sleeping';
/** Why something is let go where nobody is there to have it. */
const NOT_THERE = 'not-there';
/** Who comes or goes in that moment may be taken for either; microseconds. */
const ASIDE_US = 300_000;

type Missed = Omit<DownMistake, 'kind'>;

type Fields = Readonly<Record<string, number | string>>;

export class DownlinkOracle {
  readonly #plan: Plan;
  readonly #timeline: Pick<Timeline, 'faultsOn'>;
  readonly #children = new Map<number, OneDown | null>();
  readonly #whereabouts = new Map<number, Whereabouts>();
  /** `child/stream/n` of what came down by a gateway that is not its own. */
  readonly #byOther = new Set<string>();
  /** By child, what was let go because it was not there. */
  readonly #missed = new Map<number, Missed[]>();

  constructor(plan: Plan, timeline: Pick<Timeline, 'faultsOn'>) {
    this.#plan = plan;
    this.#timeline = timeline;
  }

  step(entry: LedgerEntry): void {
    const { op, t, device } = entry;
    const { child, stream, n, bytes, why } = entry as unknown as Fields;
    const message = [Number(stream), Number(n)] as const;
    if (op.startsWith('gateway/') && this.#plan.devices[Number(child)]?.via !== device) {
      // What comes by another gateway goes by the hours of that one's bus, which nobody tells.
      if (op === 'gateway/brought') this.#byOther.add([child, ...message].join('/'));
      return;
    }
    if (this.#byOther.size > 0 && this.#byOther.has([device, ...message].join('/'))) return;
    if (op === 'state') {
      const { state } = entry;
      this.#whereaboutsOf(device)?.entered(t, state);
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
    } else if (op === 'let-go') {
      this.#at(device)?.letGo(t, ...message, String(why));
      if (why !== NOT_THERE) return;
      const missed = this.#missed.get(device) ?? [];
      missed.push({ t, stream: entry.stream, n: entry.n });
      this.#missed.set(device, missed);
    } else if (op === 'gateway/took') this.#at(Number(child))?.heard(t, ...message, Number(bytes));
    else if (op === 'gateway/brought') {
      const [stream, n] = message;
      this.#at(Number(child))?.brought({ stream, n, bytes: Number(bytes), broughtAt: t });
    }
  }

  /** All that is known of it once the ledger is read; null of what stands on no bus. */
  of(child: number): DownStory | null {
    const one = this.#children.get(child) ?? null;
    if (one === null) return null;
    const story = one.story();
    const mistakes = [...story.mistakes, ...this.#deniedTo(child)].sort((a, b) => a.t - b.t);
    return { child, gateway: carrierOf(this.#plan, child), ...story, mistakes };
  }

  /** It was there for it. */
  #deniedTo(child: number): DownMistake[] {
    const silences = this.#timeline
      .faultsOn(child)
      .filter(({ plan }) => plan.bus?.silent !== undefined);
    const denied = (this.#missed.get(child) ?? []).filter(({ t }) => {
      const around = { from: t - ASIDE_US, to: t + ASIDE_US };
      const isSilent = silences.some((fault) => overlaps(fault, around));
      return !isSilent && this.#whereabouts.get(child)?.isThere(around) === true;
    });
    return denied.map((one) => ({ ...one, kind: 'was-there' }));
  }

  #whereaboutsOf(child: number): Whereabouts | null {
    if (this.#at(child) === null) return null;
    const known = this.#whereabouts.get(child) ?? new Whereabouts();
    this.#whereabouts.set(child, known);
    return known;
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
    if (typeof bus !== 'object') return null;
    const { sleepy, lorawan } = bus as {
      sleepy?: Fields;
      lorawan?: Fields;
    };
    if (lorawan !== undefined) return new OnAir(airRules(lorawan));
    if (sleepy === undefined) return new Listener();
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
