/**
 * Store and forward: a gateway takes in what its children say, whether or not it is connected, and
 * sends it on when it is. What came first while there was no uplink goes first afterwards, beside
 * what comes just then; when its buffer is full, a declared policy says which one goes. Every turn
 * of it is written down as its truth, so that somebody else can tell what it should have done.
 */
import type { BusTrouble, EntryPlan, Paced, ParamValues } from '#kernel';
import type { Freight, Letter, Parcel } from '../freight.ts';
import { definePart, type Part, type PartDevice } from '../part.ts';
import { BUS, BUS_WITHHOLDS, Bus, busFlaws, fieldBusesOf, isAsking } from './gateway/bus.ts';
import type { BusSeams } from './gateway/bus-side.ts';
import { type ChildHealthSeams, ROLL_CALL, ROLL_CALLS } from './gateway/child-health.ts';
import { DROP_POLICIES, type DropPolicy, Store } from './gateway/store.ts';

export interface GatewaySeams extends ChildHealthSeams, BusSeams {
  /** The buffer is full: which one goes. */
  dropFromGateway?(gateway: string, honest: DropPolicy): DropPolicy;
  /** One is about to go on: its place among so many that wait, 0 being the first. */
  pickInGateway?(gateway: string, waiting: number): number;
  /** It has come up after a loss of power: false finds nothing in its flash. */
  readFlash?(gateway: string, kept: number): boolean;
}

/** A parcel in the gateway. */
interface Item {
  readonly parcel: Parcel;
  readonly bytes: number;
  readonly seq: number;
  readonly priority: number;
}

const FULL = 'gateway-full';
/** A stray comes no more often. */
const STRAY_LEAST_MS = 1000;

export default definePart({
  kind: 'gateway',
  summary: 'keeps what its children say while there is no uplink, and sends it on',
  fits: (entry) => entry.carries === true,
  params: {
    messages: {
      kind: 'integer',
      about: 'How many messages its buffer holds.',
      default: 10_000,
      min: 0,
      max: 1_000_000,
    },
    bytes: {
      kind: 'integer',
      about: 'How many bytes of payloads its buffer holds.',
      default: 4_000_000,
      min: 0,
      max: 1_000_000_000,
    },
    drop: {
      kind: 'choice',
      about:
        'Which one goes when the buffer is full: the oldest, the newest, which came, or the ' +
        'oldest of the lowest priority.',
      of: DROP_POLICIES,
      default: 'oldest',
    },
    priorities: {
      kind: 'map',
      about: 'Priority by the id of the fleet entry of a child; 0 for those not named.',
      of: { kind: 'integer', about: 'More is kept longer.', min: -1000, max: 1000 },
      default: {},
    },
    memory: {
      kind: 'choice',
      about: 'Where its buffer is: flash outlives a loss of power, ram does not.',
      of: ['ram', 'flash'],
      default: 'ram',
    },
    flush: {
      kind: 'duration',
      about: 'How often flash is written: what came since may be lost with the power.',
      default: '1s',
      min: '10ms',
    },
    backlog: {
      kind: 'share',
      about: 'Of the uplink after an outage, what the backlog gets while live messages wait too.',
      default: '50%',
    },
    rate: {
      kind: 'number',
      unit: '1/s',
      about: 'Messages a second that it sends on at most; as many as the uplink takes if left out.',
      optional: true,
      min: 0.1,
      max: 100_000,
    },
    bus: BUS,
    strays: {
      kind: 'duration',
      about: 'How often it speaks for a child of another gateway, as one wrongly wired would.',
      optional: true,
      min: '1s',
    },
  },
  streams: [
    {
      name: 'gateway-stray',
      way: 'up',
      noun: 'stray',
      qos: 1,
      counted: false,
      schedule: { by: 'event', leastMs: STRAY_LEAST_MS },
    },
    ROLL_CALLS,
  ],
  takes: (entry) => ['gateway-stray', ...(busOf(entry) === undefined ? [] : [ROLL_CALL])],
  flaws: ({ bus }, children) => (bus === undefined ? [] : busFlaws(bus as ParamValues, children)),
  fieldBuses: (entry) => {
    const bus = busOf(entry);
    return bus === undefined ? [] : fieldBusesOf(bus);
  },
  bus: (entry) => {
    const bus = busOf(entry);
    return bus !== undefined && isAsking(bus);
  },
  ops: {
    'gateway/took': {
      device: 'device',
      child: 'device',
      stream: 'stream',
      n: 'count',
      bytes: 'count',
    },
    'gateway/passed': {
      device: 'device',
      child: 'device',
      stream: 'stream',
      n: 'count',
      backlog: 'boolean',
    },
    'gateway/dropped': {
      device: 'device',
      child: 'device',
      stream: 'stream',
      n: 'count',
      why: 'text',
    },
    'gateway/restored': { device: 'device', child: 'device', stream: 'stream', n: 'count' },
    'gateway/strayed': { device: 'device', child: 'device', n: 'count' },
    'gateway/brought': {
      device: 'device',
      child: 'device',
      stream: 'stream',
      n: 'count',
      bytes: 'count',
    },
    'gateway/missed': { device: 'device', child: 'device', round: 'count' },
    'gateway/answered': { device: 'device', child: 'device', round: 'count' },
    'gateway/told': { device: 'device', child: 'device', n: 'count', lost: 'boolean' },
    'gateway/refused': { device: 'device', child: 'device', code: 'count' },
    'gateway/latched': { device: 'device', child: 'device', n: 'count', values: 'text' },
    'gateway/decoded': { device: 'device', child: 'device', n: 'count', values: 'text' },
    'gateway/alike': { device: 'device', child: 'device', n: 'count', times: 'count' },
  },
  withholds: [FULL, ...BUS_WITHHOLDS],
  seams: ['dropFromGateway', 'pickInGateway', 'readFlash', 'lostAfter', 'keepsFor', 'speaksAtOnce', 'wordOrder'],
  start: (device) => new Gateway(device),
});

/** On which its children stand; undefined where they hand over at once. */
const busOf = ({ parts }: EntryPlan): ParamValues | undefined =>
  parts.find(({ kind }) => kind === 'gateway')?.params.bus as ParamValues | undefined;

class Gateway implements Part {
  readonly #device: PartDevice;
  readonly #params: ParamValues;
  readonly #store: Store<Item>;
  /** Null where children hand over at once. */
  readonly #bus: Bus | null;
  /** Sent on, and not at its end. */
  readonly #out = new Map<Parcel, Item>();
  /** How many it has taken in, and how many of these when flash was last written. */
  #taken = 0;
  #flushed = 0;
  #isUp = false;
  /** When the uplink takes the next one, by its rate. */
  #freeAt = 0;
  #isWaiting = false;
  #strays = 0;

  constructor(device: PartDevice) {
    this.#device = device;
    this.#params = device.paramsOf('gateway');
    const { messages, bytes, backlog, bus } = this.#params;
    const take = (parcel: Parcel): void => this.#arrived(parcel);
    this.#bus = bus === undefined ? null : new Bus(device, bus as ParamValues, take);
    this.#store = new Store(
      { messages: Number(messages), bytes: Number(bytes) },
      Number(backlog ?? 1),
    );
  }

  begin(): void {
    const { flush, memory, strays } = this.#params;
    const device = this.#device;
    if (device.freight === null) return;
    this.#bus?.begin();
    if (memory === 'flash') this.#flushEvery(Number(flush));
    if (strays === undefined) return;
    const everyMs = Number(strays);
    const stray: Paced = {
      fire: (at) => {
        if (device.isStopped) return Number.POSITIVE_INFINITY;
        if (device.isPowered) this.#stray();
        return at + everyMs;
      },
    };
    device.at(device.row.firstAt + everyMs, stray);
  }

  online(): void {
    this.#isUp = true;
    this.#pump();
  }

  lost(): void {
    this.#store.cut();
    this.#isUp = false;
  }

  offered(passenger: number): void {
    const { freight } = this.#device;
    if (this.#bus !== null) return this.#bus.offered(passenger);
    if (freight === null) return;
    for (const parcel of freight.fetch(passenger)) this.#take(freight, parcel);
    this.#pump();
  }

  brought(letter: Letter): void {
    if (this.#bus !== null) this.#bus.brought(letter);
    else this.#device.freight?.deliver(letter);
  }

  struck(child: number, fault: string, trouble: BusTrouble): void {
    this.#bus?.struck(child, fault, trouble);
  }

  relieved(child: number, fault: string): void {
    this.#bus?.relieved(child, fault);
  }

  #arrived(parcel: Parcel): void {
    const { freight } = this.#device;
    if (freight === null) return;
    this.#take(freight, parcel);
    this.#pump();
  }

  settled(parcel: Parcel): void {
    this.#out.delete(parcel);
    this.#pump();
  }

  /**
   * What was written to flash is still there; nothing else is. Of what was under way nobody knows
   * whether it arrived: at QoS 1 it goes again, at QoS 0 nobody asks, at QoS 2 it may not.
   */
  forgot(why: string): void {
    const { freight } = this.#device;
    const out = [...this.#out.values()];
    const all = [...out, ...this.#store.clear()];
    this.#out.clear();
    if (freight === null) return;
    for (const parcel of this.#bus?.clear() ?? []) freight.giveUp(parcel, `lost in ${why}`);
    const flushed = this.#flashedOf(all).filter(
      (item) => item.parcel.qos === 1 || !out.includes(item),
    );
    const kept = new Set(flushed);
    for (const item of all) if (!kept.has(item)) this.#drop(freight, item, `lost in ${why}`);
    for (const item of out) {
      const { passenger: child, stream, n } = item.parcel;
      if (kept.has(item)) this.#device.write('gateway/restored', { child, stream, n });
    }
    const gone = this.#store.restore(flushed, () => this.#policy());
    for (const item of gone) this.#drop(freight, item, FULL);
  }

  #flashedOf(all: readonly Item[]): Item[] {
    if (this.#params.memory !== 'flash') return [];
    const kept = all.filter(({ seq }) => seq < this.#flushed);
    const seam = this.#device.seam<GatewaySeams['readFlash']>('readFlash');
    return seam?.(this.#device.row.id, kept.length) === false ? [] : kept;
  }

  #flushEvery(everyMs: number): void {
    const device = this.#device;
    device.at(everyMs, {
      fire: (at) => {
        if (device.isPowered) this.#flushed = this.#taken;
        return device.isStopped ? Number.POSITIVE_INFINITY : at + everyMs;
      },
    });
  }

  end(): void {
    this.#bus?.end();
  }

  #take(freight: Freight, parcel: Parcel): void {
    const { passenger: child, stream, n, bytes } = parcel;
    this.#device.write('gateway/took', { child, stream, n, bytes });
    const item = { parcel, bytes, seq: this.#taken++, priority: this.#priorityOf(child) };
    const gone = this.#store.put(item, this.#isUp, () => this.#policy());
    for (const one of gone) this.#drop(freight, one, FULL);
  }

  #policy(): DropPolicy {
    const honest = DROP_POLICIES.find((policy) => policy === this.#params.drop) ?? 'oldest';
    const seam = this.#device.seam<GatewaySeams['dropFromGateway']>('dropFromGateway');
    return seam?.(this.#device.row.id, honest) ?? honest;
  }

  #priorityOf(child: number): number {
    const { plan } = this.#device;
    const entry = plan.entries[plan.devices[child]?.entry ?? -1]?.id ?? '';
    const priorities = this.#params.priorities as Readonly<Record<string, number>> | undefined;
    return priorities !== undefined && Object.hasOwn(priorities, entry)
      ? (priorities[entry] ?? 0)
      : 0;
  }

  #drop(freight: Freight, { parcel }: Item, why: string): void {
    const { passenger: child, stream, n } = parcel;
    this.#device.write('gateway/dropped', { child, stream, n, why });
    freight.giveUp(parcel, why);
  }

  /** As long as the uplink takes any. */
  #pump(): void {
    const { freight } = this.#device;
    if (freight === null || !this.#isUp) return;
    while (this.#store.size > 0 && freight.room > 0 && this.#isFree()) {
      const next = this.#store.next((waiting) => this.#placeAmong(waiting));
      if (next === null) return;
      const { item, isBacklog } = next;
      const { passenger: child, stream, n } = item.parcel;
      this.#device.write('gateway/passed', { child, stream, n, backlog: isBacklog });
      this.#out.set(item.parcel, item);
      freight.forward(item.parcel);
    }
  }

  /** Whether the rate lets one go now; otherwise it looks again when it does. */
  #isFree(): boolean {
    const { rate } = this.#params;
    if (rate === undefined) return true;
    const now = this.#device.now();
    if (this.#freeAt > now + 1e-6) {
      this.#lookAgain();
      return false;
    }
    // What it did not use is gone, but for the wheel's own rounding.
    this.#freeAt = Math.max(this.#freeAt, now - this.#device.plan.quantumMs) + 1000 / Number(rate);
    return true;
  }

  #lookAgain(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#device.at(this.#freeAt, {
      fire: () => {
        this.#isWaiting = false;
        this.#pump();
        return Number.POSITIVE_INFINITY;
      },
    });
  }

  #placeAmong(waiting: number): number {
    const seam = this.#device.seam<GatewaySeams['pickInGateway']>('pickInGateway');
    return seam?.(this.#device.row.id, waiting) ?? 0;
  }

  /** The children of others in turn; of whom this process knows nothing it cannot speak. */
  #stray(): void {
    const { plan, index } = this.#device;
    const others: number[] = [];
    plan.devices.forEach(({ via }, device) => {
      if (via !== undefined && via !== null && via !== index) others.push(device);
    });
    const child = others[this.#strays % others.length];
    if (child === undefined) return;
    const n = this.#strays++;
    this.#device.write('gateway/strayed', { child, n });
    const stream = this.#device.code('gateway-stray');
    this.#device.send({ stream, n, as: child, values: { stray: n } });
  }
}
