/**
 * Store and forward: a gateway takes in what its children say, whether or not it is connected, and
 * sends it on when it is. What came first while there was no uplink goes first afterwards, beside
 * what comes just then; when its buffer is full, a declared policy says which one goes. Every turn
 * of it is written down as its truth, so that somebody else can tell what it should have done.
 */
import { type BusTrouble, GATEWAY_OPS, type ParamValues } from '#kernel';
import type { Freight, Letter, Parcel } from '../freight.ts';
import { definePart, type Part, type PartDevice } from '../part.ts';
import { bufferFlaws } from './gateway/buffer-flaws.ts';
import { BUFFER_PARAMS } from './gateway/buffer-params.ts';
import { BUS, Bus, busFlaws, busOf, feels, fieldBusesOf, noLineOn } from './gateway/bus.ts';
import type { BusSeams } from './gateway/bus-side.ts';
import { BUS_OPS, BUS_SEAMS, BUS_WITHHOLDS } from './gateway/bus-words.ts';
import type { CoapSeams } from './gateway/buses/coap.ts';
import { type ChildHealthSeams, ROLL_CALL, ROLL_CALLS } from './gateway/child-health.ts';
import { Flash } from './gateway/flash.ts';
import { Pace } from './gateway/pace.ts';
import { PACK_OPS, PACK_PARAMS, Packer } from './gateway/packer.ts';
import { DROP_POLICIES, type DropPolicy, Store } from './gateway/store.ts';
import { STRAY_LEAST_MS, STRAY_STREAM, Strays, strangersIn } from './gateway/strays.ts';

export interface GatewaySeams extends BusSeams, ChildHealthSeams, CoapSeams {
  /** The buffer is full: which one goes. */
  dropFromGateway?(gateway: string, honest: DropPolicy): DropPolicy;
  /** One is about to go on: its place among so many that wait, 0 being the first. */
  pickInGateway?(gateway: string, waiting: number): number;
  /** It has come up after a loss of power: false finds nothing in its flash. */
  readFlash?(gateway: string, kept: number): boolean;
  /** It restarts by its own will; its flash lacks so many of its buffer: false leaves it so. */
  saveBeforeRestart?(gateway: string, lacking: number): boolean;
}

/** A parcel in the gateway. */
interface Item {
  readonly parcel: Parcel;
  readonly bytes: number;
  readonly seq: number;
  readonly priority: number;
}

const FULL = 'gateway-full';
const LOST_IN_RESET = 'lost in reset';

export default definePart({
  kind: 'gateway',
  summary: 'keeps what its children say while there is no uplink, and sends it on',
  fits: (entry) => entry.carries === true,
  params: {
    ...BUFFER_PARAMS,
    bus: BUS,
    pack: {
      kind: 'record',
      about: 'Several messages in one packet; each goes alone if left out.',
      optional: true,
      fields: PACK_PARAMS,
    },
    strays: {
      kind: 'duration',
      about: 'How often it speaks for a child of another gateway, as one wrongly wired would.',
      optional: true,
      min: '1s',
    },
  },
  strangers: ({ strays }, spanMs) =>
    strays === undefined ? 0 : strangersIn(spanMs, Number(strays)),
  streams: [
    {
      name: STRAY_STREAM,
      way: 'up',
      noun: 'stray',
      qos: 1,
      counted: false,
      schedule: { by: 'event', leastMs: STRAY_LEAST_MS },
    },
    ROLL_CALLS,
  ],
  takes: (entry) => [STRAY_STREAM, ...(busOf(entry) === null ? [] : [ROLL_CALL])],
  flaws: (params, children, owner) => [
    ...bufferFlaws(params, owner),
    ...(params.bus === undefined ? [] : busFlaws(params.bus as ParamValues, children)),
  ],
  noLine: (entry) => noLineOn(busOf(entry)),
  fieldBuses: (entry) => fieldBusesOf(busOf(entry)),
  bus: (entry, trouble) => feels(busOf(entry), trouble),
  ops: {
    ...GATEWAY_OPS,
    ...BUS_OPS,
    ...PACK_OPS,
  },
  withholds: [FULL, ...BUS_WITHHOLDS],
  seams: [
    'dropFromGateway',
    'pickInGateway',
    'readFlash',
    'saveBeforeRestart',
    'handBack',
    'packTwice',
    ...BUS_SEAMS,
  ],
  packs: ({ pack }) => pack !== undefined,
  start: (device) => new Gateway(device),
});

class Gateway implements Part {
  readonly #device: PartDevice;
  readonly #params: ParamValues;
  readonly #store: Store<Item>;
  /** Null where children hand over at once. */
  readonly #bus: Bus | null;
  readonly #packer: Packer;
  readonly #flash: Flash;
  readonly #pace: Pace;
  /** Null where it is wired well. */
  readonly #strays: Strays | null;
  /** Sent on, and not at its end. */
  readonly #out = new Map<Parcel, Item>();
  #isUp = false;

  constructor(device: PartDevice) {
    this.#device = device;
    this.#params = device.paramsOf('gateway');
    const { messages, bytes, backlog, bus, flush, memory, pack, rate, strays } = this.#params;
    const take = (parcel: Parcel): void => this.#arrived(parcel);
    this.#bus = bus === undefined ? null : new Bus(device, bus as ParamValues, take);
    this.#packer = new Packer(device, pack as ParamValues | undefined);
    this.#store = new Store(
      { messages: Number(messages), bytes: Number(bytes) },
      Number(backlog ?? 1),
    );
    this.#flash = new Flash(device, memory === 'flash' ? Number(flush) : null);
    this.#pace = new Pace(device, rate === undefined ? null : Number(rate), () => this.#pump());
    this.#strays = strays === undefined ? null : new Strays(device, Number(strays));
  }

  begin(): void {
    if (this.#device.freight === null) return;
    this.#bus?.begin();
    this.#flash.begin();
    this.#strays?.begin();
  }

  online(): void {
    this.#isUp = true;
    this.#pump();
  }

  lost(): void {
    this.#store.cut();
    this.#isUp = false;
  }

  cleared(): void {
    this.#pump();
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

  reaches(child: number): boolean {
    return this.#bus?.reaches(child) !== false;
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
    this.#packer.clear();
    if (freight === null) return;
    for (const parcel of this.#bus?.clear() ?? []) freight.giveUp(parcel, `lost in ${why}`);
    this.#comeBack(freight, all, out, `lost in ${why}`);
  }

  /** What is in RAM would be gone: it had better be sent on before. */
  finishes(): boolean {
    return !this.#flash.isThere && (this.#store.size > 0 || !this.#packer.isEmpty);
  }

  /** The connection keeps what it has; all else is written to flash, or lost with the RAM. */
  restarting(): void {
    const { freight, row } = this.#device;
    if (freight === null) return;
    const seam = this.#device.seam<GatewaySeams['saveBeforeRestart']>('saveBeforeRestart');
    const all = this.#store.clear();
    const lacking = all.filter(({ seq }) => !this.#flash.holds(seq)).length;
    const saves = this.#flash.isThere && seam?.(row.id, lacking) !== false;
    if (saves) this.#flash.writeNow();
    for (const parcel of this.#bus?.clear() ?? []) freight.giveUp(parcel, LOST_IN_RESET);
    const unpacked = this.#packer.take().flatMap((parcel) => this.#out.get(parcel) ?? []);
    for (const { parcel } of unpacked) this.#out.delete(parcel);
    this.#comeBack(freight, [...unpacked, ...all], unpacked, LOST_IN_RESET);
  }

  /** Keeps of all what is in its flash; some were under way. */
  #comeBack(freight: Freight, all: readonly Item[], out: readonly Item[], why: string): void {
    const flushed = this.#flashedOf(all).filter(
      (item) => item.parcel.qos === 1 || !out.includes(item),
    );
    const kept = new Set(flushed);
    for (const item of all) if (!kept.has(item)) this.#drop(freight, item, why);
    for (const item of out) {
      const { passenger: child, stream, n } = item.parcel;
      if (kept.has(item)) this.#device.write('gateway/restored', { child, stream, n });
    }
    const gone = this.#store.restore(flushed, () => this.#policy());
    for (const item of gone) this.#drop(freight, item, FULL);
  }

  #flashedOf(all: readonly Item[]): Item[] {
    const kept = all.filter(({ seq }) => this.#flash.holds(seq));
    const seam = this.#device.seam<GatewaySeams['readFlash']>('readFlash');
    return seam?.(this.#device.row.id, kept.length) === false ? [] : kept;
  }

  end(): void {
    this.#bus?.end();
  }

  #take(freight: Freight, parcel: Parcel): void {
    const { passenger: child, stream, n, bytes } = parcel;
    this.#device.write('gateway/took', { child, stream, n, bytes });
    freight.announce(parcel);
    const item = { parcel, bytes, seq: this.#flash.take(), priority: this.#priorityOf(child) };
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
    this.#packer.pump();
    while (this.#store.size > 0 && this.#packer.hasRoom && this.#pace.takesOne()) {
      const next = this.#store.next((waiting) => this.#placeAmong(waiting));
      if (next === null) return;
      const { item, isBacklog } = next;
      const { passenger: child, stream, n } = item.parcel;
      this.#device.write('gateway/passed', { child, stream, n, backlog: isBacklog });
      this.#out.set(item.parcel, item);
      this.#packer.add(item.parcel);
    }
  }

  #placeAmong(waiting: number): number {
    const seam = this.#device.seam<GatewaySeams['pickInGateway']>('pickInGateway');
    return seam?.(this.#device.row.id, waiting) ?? 0;
  }
}
