/**
 * The hold of a carrier: what a part of its has taken over from passengers and not brought to an
 * end. Passengers hand over while the carrier's program runs, whether or not it is connected; the
 * part says what goes to the connection, and when. Each message still ends in one account, which
 * its sender writes.
 */
import {
  type Freight,
  type Heard,
  type Letter,
  mayBePacked,
  type Parcel,
  type Settled,
  type Values,
} from '#devices';
import { lostIn, Misuse } from '#kernel';
import type { Parcelled, Parcels } from '../dialects/dialect.ts';
import { publishBytes } from '../wire/publish-bytes.ts';
import { type Kept, packetSender } from './packet-sender.ts';
import type { Passenger } from './passenger.ts';
import type { Recipient, Sorted } from './recipients.ts';
import type { Way } from './way.ts';

/** The part that stands between, as its device calls it. */
export interface Keeper {
  offered(passenger: number): void;
  /** Whether any part wants to hear what passengers say. */
  readonly listens: boolean;
  heard(message: Heard): void;
  settled(parcel: Parcel, how: Settled): void;
  cleared(): void;
  forgot(why: string): void;
  /** False where no part of the device wants to say when it is handed over. */
  brought(letter: Letter): boolean;
}

/** What the hold knows of the carrier's connection and of its passengers. */
interface Around {
  readonly way: Way | null;
  /** It takes nothing right now. */
  readonly isStalled: boolean;
  readonly passengers: readonly Passenger[];
  /** By its index in the plan. */
  at(index: number): Passenger | undefined;
  /** The key of a passenger's message on the carrier's connection. */
  keyFor(passenger: Passenger, key: number): number;
  /** The key of a packet that holds several. */
  keyOfPacket(serial: number): number;
}

/** How several messages go as one packet of this carrier. */
export interface Packing {
  parcels: Parcels;
  carrier: Parameters<Parcels['pack']>[0];
}

/** What is in a payload; nothing where it cannot be read. */
export type ReadValues = (payload: Uint8Array) => Readonly<Record<string, unknown>>;

export class Hold implements Freight {
  readonly #around: Around;
  readonly #keeper: Keeper;
  readonly #window: number;
  readonly #read: ReadValues;
  readonly #packing: Packing | null;
  readonly #kept = new Map<Parcel, Kept>();
  /** With the connection, without a final answer, by key: what each packet holds. */
  readonly #out = new Map<number, readonly Parcel[]>();
  readonly #flying = new Set<Parcel>();
  /** What came down and waits for the part's word. */
  readonly #letters = new Map<Letter, () => void>();
  #isOpen = false;
  #packets = 0;

  constructor(
    around: Around,
    keeper: Keeper,
    window: number,
    read: ReadValues,
    packing: Packing | null,
  ) {
    this.#around = around;
    this.#keeper = keeper;
    this.#window = window;
    this.#read = read;
    this.#packing = packing;
  }

  /** Whether passengers may hand over. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** The carrier's program runs. */
  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    for (const passenger of this.#around.passengers) passenger.picked(false);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    for (const passenger of this.#around.passengers) passenger.dropped('carrier');
  }

  offered(passenger: Passenger): void {
    this.#keeper.offered(passenger.index);
  }

  // --- told by the connection -------------------------------------------------------------------

  settled(key: number, how: Settled): void {
    const parcels = this.#out.get(key);
    if (parcels === undefined || (how === 'gone' && parcels.some(({ qos }) => qos > 0))) return;
    this.#out.delete(key);
    for (const parcel of parcels) {
      this.#flying.delete(parcel);
      this.#kept.delete(parcel);
    }
    for (const parcel of parcels) this.#keeper.settled(parcel, how);
  }

  /** Whoever is told of a packet tells all whose messages it holds. */
  packet(key: number): ReturnType<typeof packetSender> | undefined {
    const parcels = this.#out.get(key);
    if (parcels === undefined) return undefined;
    return packetSender([...new Set(parcels)].flatMap((parcel) => this.#kept.get(parcel) ?? []));
  }

  /** The carrier's radio carries again. */
  cleared(): void {
    this.#keeper.cleared();
  }

  /** The carrier lost its memory, its session with it: what the part still has may go again. */
  forget(why: string): void {
    this.#out.clear();
    this.#flying.clear();
    this.letGoAll(why);
    this.#keeper.forgot(why);
  }

  letGoAll(why: string): void {
    for (const letter of [...this.#letters.keys()]) this.letGo(letter, lostIn(why));
  }

  /** Something came down for a passenger. */
  brought(passenger: Passenger, sorted: Sorted, take: (to: Recipient) => void): void {
    const { stream, n, bytes } = sorted;
    const letter = { passenger: passenger.index, stream, n, bytes };
    this.#letters.set(letter, () => {
      if (passenger.recipient !== null) take(passenger.recipient);
    });
    if (!this.#keeper.brought(letter)) this.deliver(letter);
  }

  // --- for the part -----------------------------------------------------------------------------

  get passengers(): readonly number[] {
    return this.#around.passengers.map(({ index }) => index).sort((a, b) => a - b);
  }

  isThere(index: number): boolean {
    return this.#around.at(index)?.isUp === true;
  }

  epochOf(index: number): number {
    return this.#around.at(index)?.epoch ?? 0;
  }

  get room(): number {
    const { way, isStalled } = this.#around;
    return way === null || isStalled ? 0 : Math.max(0, this.#window - this.#out.size);
  }

  fetch(index: number, most?: number): readonly Parcel[] {
    const passenger = this.#passenger(index, 'fetches from');
    if (!this.#isOpen) return [];
    return passenger.handOver(most).map(({ stream, n, intended, key, message }) => {
      const [, payload, qos, retain] = message;
      const bytes = payload.length;
      const parcel: Parcel = { passenger: index, stream, n, intended, bytes, qos, retain };
      this.#kept.set(parcel, { passenger, key, message });
      return parcel;
    });
  }

  forward(parcel: Parcel): void {
    const kept = this.#must(parcel, 'forwards');
    const way = this.#mustHaveWay();
    const key = this.#around.keyFor(kept.passenger, kept.key);
    this.#fly(key, [parcel]);
    way.publish(key, ...kept.message);
  }

  forwardTogether(parcels: readonly Parcel[]): { bytes: number; apart: number } {
    const kept = parcels.map((parcel) => this.#must(parcel, 'packs'));
    const way = this.#mustHaveWay();
    const [qos = 0] = parcels.map((parcel) => parcel.qos);
    const goTogether = parcels.every((parcel) => mayBePacked(parcel) && parcel.qos === qos);
    if (this.#packing === null || !goTogether || parcels.length === 0) {
      throw new Misuse(
        'it packs parcels that may not go together',
        '`mayBePacked` says which may, and they are of one QoS',
      );
    }
    const messages = kept.map(({ message: [topic, payload] }): Parcelled => ({ topic, payload }));
    const { topic, payload } = this.#packing.parcels.pack(this.#packing.carrier, messages);
    const key = this.#around.keyOfPacket(this.#packets++);
    this.#fly(key, parcels);
    way.publish(key, topic, payload, qos, false);
    const apart = messages.reduce((sum, one) => sum + publishBytes(one, qos), 0);
    return { bytes: publishBytes({ topic, payload }, qos), apart };
  }

  #fly(key: number, parcels: readonly Parcel[]): void {
    this.#out.set(key, parcels);
    for (const parcel of parcels) this.#flying.add(parcel);
  }

  #mustHaveWay(): Way {
    const { way } = this.#around;
    if (way !== null) return way;
    throw new Misuse('it forwards a parcel without a connection', '`room` says when there is one');
  }

  valuesOf(parcel: Parcel): Values {
    const { passenger, key } = this.#must(parcel, 'reads');
    return passenger.messages.valuesOf(key);
  }

  rewrite(parcel: Parcel, values: Values): void {
    const kept = this.#must(parcel, 'rewrites');
    const payload = kept.passenger.messages.rewritten(kept.key, values);
    kept.message[1] = payload;
    Object.assign(parcel, { bytes: payload.length });
  }

  deliver(letter: Letter): void {
    const take = this.#letters.get(letter);
    this.#letters.delete(letter);
    take?.();
  }

  letGo(letter: Letter, why: string): void {
    if (!this.#letters.delete(letter)) return;
    const { passenger, stream, n } = letter;
    this.#around.at(passenger)?.messages.letGo(stream, n, why);
  }

  announce(parcel: Parcel): void {
    if (!this.#keeper.listens) return;
    const { message } = this.#must(parcel, 'announces');
    const { passenger, stream, n, intended } = parcel;
    this.#keeper.heard({ passenger, stream, n, intended, values: this.#read(message[1]) });
  }

  order(index: number, command: string, value: number): boolean {
    return this.#passenger(index, 'orders').obeys(command, value);
  }

  giveUp(parcel: Parcel, why: string): void {
    const { passenger, key } = this.#must(parcel, 'gives up');
    this.#kept.delete(parcel);
    passenger.messages.givenUp(key, why);
  }

  #passenger(index: number, verb: string): Passenger {
    const passenger = this.#around.at(index);
    if (passenger !== undefined) return passenger;
    throw new Misuse(
      `it ${verb} the device ${index}, which it does not carry`,
      `it carries ${this.passengers.join(', ')}`,
    );
  }

  /** It has it, and has not given it away. */
  #must(parcel: Parcel, verb: string): Kept {
    const kept = this.#kept.get(parcel);
    const isOut = this.#flying.has(parcel);
    if (kept !== undefined && !isOut) return kept;
    throw new Misuse(
      `it ${verb} a parcel that it does not have: ${parcel.stream} ${parcel.n}`,
      isOut ? '`settled` says when the connection is done with it' : 'each comes to an end once',
    );
  }
}
