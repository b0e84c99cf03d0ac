/**
 * Passengers on a workbench: two that have something now and then, and a connection that takes a
 * few at a time. It refuses what the hold of the fleet refuses, and finds a reason that the part
 * does not declare.
 */
import { Misuse } from '#kernel';
import {
  type Freight,
  type Heard,
  type Letter,
  mayBePacked,
  type Parcel,
  type Settled,
  type Values,
} from '../freight.ts';

const WINDOW = 4;
const LOST_IN = 'lost in ';

export class BenchFreight implements Freight {
  readonly passengers: readonly number[] = [1, 2];
  readonly #withholds: readonly string[];
  readonly #deed: (deed: string) => void;
  readonly #offered = new Map<number, Parcel[]>();
  readonly #kept = new Set<Parcel>();
  /** What is in each packet that is under way, first to last. */
  #out: (readonly Parcel[])[] = [];
  #made = 0;
  isConnected = false;
  readonly isOpen = true;
  /** What a parcel says; what was never asked is said otherwise by each. */
  readonly #values = new Map<Parcel, Values>();
  readonly #letters = new Set<Letter>();
  #brought = 0;
  /** Whoever listens to what passengers say. */
  hears: (message: Heard) => void = () => {};

  constructor(withholds: readonly string[], deed: (deed: string) => void) {
    this.#withholds = withholds;
    this.#deed = deed;
  }

  get room(): number {
    return this.isConnected ? Math.max(0, WINDOW - this.#out.length) : 0;
  }

  /** A passenger has so many more. */
  has(passenger: number, count: number, now: number, qos: 0 | 1 | 2): void {
    const waiting = this.#offered.get(passenger) ?? [];
    for (let k = 0; k < count; k++) {
      const n = this.#made++;
      const bytes = 20 + (n % 50);
      waiting.push({ passenger, stream: 0, n, intended: now, bytes, qos, retain: n % 17 === 0 });
    }
    this.#offered.set(passenger, waiting);
  }

  fetch(passenger: number, most = Number.POSITIVE_INFINITY): readonly Parcel[] {
    if (!this.passengers.includes(passenger)) {
      throw new Misuse(`it fetches from the device ${passenger}, which it does not carry`);
    }
    const parcels = (this.#offered.get(passenger) ?? []).splice(0, most);
    for (const parcel of parcels) this.#kept.add(parcel);
    return parcels;
  }

  isThere(): boolean {
    return true;
  }

  epochOf(): number {
    return 1;
  }

  valuesOf(parcel: Parcel): Values {
    this.#must(parcel, 'reads');
    return this.#values.get(parcel) ?? { level: parcel.n };
  }

  rewrite(parcel: Parcel, values: Values): void {
    this.#must(parcel, 'rewrites');
    this.#values.set(parcel, values);
    this.#deed(`rewrite ${parcel.n} ${JSON.stringify(values)}`);
  }

  /** Something came down for a passenger. */
  brings(passenger: number): Letter {
    const letter = { passenger, stream: 0, n: this.#brought++, bytes: 20 };
    this.#letters.add(letter);
    return letter;
  }

  deliver(letter: Letter): void {
    if (this.#letters.delete(letter)) this.#deed(`deliver ${letter.n}`);
  }

  letGo(letter: Letter, why: string): void {
    if (this.#letters.delete(letter)) this.#deed(`let go ${letter.n} ${why}`);
  }

  forward(parcel: Parcel): void {
    this.#must(parcel, 'forwards');
    this.#fly([parcel]);
  }

  forwardTogether(parcels: readonly Parcel[]): { bytes: number; apart: number } {
    const [first] = parcels;
    if (first === undefined || !parcels.every((one) => mayBePacked(one) && one.qos === first.qos)) {
      throw new Misuse('it packs parcels that may not go together');
    }
    for (const parcel of parcels) this.#must(parcel, 'packs');
    this.#fly(parcels);
    const apart = parcels.reduce((sum, { bytes }) => sum + bytes + 40, 0);
    return { bytes: apart - 20 * parcels.length, apart };
  }

  announce(parcel: Parcel): void {
    this.#must(parcel, 'announces');
    const { passenger, stream, n, intended } = parcel;
    this.hears({ passenger, stream, n, intended, values: { level: n % 7 } });
  }

  order(passenger: number, command: string, value: number): boolean {
    this.#deed(`order ${passenger} ${command} ${value}`);
    return command === 'set-level';
  }

  giveUp(parcel: Parcel, why: string): void {
    this.#must(parcel, 'gives up');
    if (!this.#withholds.includes(why) && !why.startsWith(LOST_IN)) {
      throw new Misuse(
        `it gives a parcel up for a reason that it does not declare: '${why}'`,
        'a part lists in `withholds` why it gives up what it was handed',
      );
    }
    this.#kept.delete(parcel);
    this.#deed(`give up ${parcel.n} ${why}`);
  }

  /** The first packet that is out comes to its end, with all that is in it. */
  settle(): [Parcel, Settled][] {
    const parcels = this.#out.shift() ?? [];
    for (const parcel of parcels) this.#kept.delete(parcel);
    return parcels.map((parcel) => [parcel, parcel.qos === 0 ? 'gone' : 'acked']);
  }

  /** The memory of the carrier is gone, and its session. */
  forget(): void {
    this.isConnected = false;
    this.#letters.clear();
    this.#out = [];
  }

  #fly(parcels: readonly Parcel[]): void {
    if (!this.isConnected) throw new Misuse('it forwards a parcel without a connection');
    for (const { n } of parcels) this.#deed(`forward ${n}`);
    this.#out.push(parcels);
  }

  #must(parcel: Parcel, verb: string): void {
    if (this.#kept.has(parcel) && !this.#out.some((packet) => packet.includes(parcel))) return;
    throw new Misuse(`it ${verb} a parcel that it does not have: ${parcel.n}`);
  }
}
