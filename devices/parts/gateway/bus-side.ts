/**
 * What every kind of bus is given: its children as they are right now, with the faults that act on
 * them, and a gateway that notices who answers.
 */
import { type BusTrouble, streamOf } from '#kernel';
import type { Freight, Letter, Parcel, Values } from '../../freight.ts';
import { once, type PartDevice } from '../../part.ts';
import { ChildHealth } from './child-health.ts';
import type { WordOrder } from './registers.ts';
import { Troubles } from './troubles.ts';

/** Why what a child said reached nobody, by declaration of the fault that took it off the bus. */
export const OFF_BUS = 'off-bus';

/** Why a reading was never heard: its child had the next one before anybody asked. */
export const OVERWRITTEN = 'overwritten';

/** Why a message down was never handed over, where its turn had not come. */
export const RUN_ENDED = 'run-ended';

/** Why one was not handed over when its turn came: it is off, or does not answer. */
const NOT_THERE = 'not-there';

export interface BusSeams {
  /** How long, in ms, it keeps for a child what should be kept so long. */
  keepsFor?(gateway: string, child: string, honestMs: number): number;
  /** In which order it takes the two words of a value. */
  wordOrder?(gateway: string, honest: WordOrder): WordOrder;
  /** True takes a child that hears for one that is not there. */
  takesForGone?(gateway: string, child: string, n: number): boolean;
  /** True speaks to a child whether or not that listens. */
  speaksAtOnce?(gateway: string, child: string): boolean;
}

/** So many readings in a row say the very same before the gateway makes a note of it. */
const ALIKE = 3;

/** Of one child, what it said last and how often. */
interface Said {
  text: string;
  times: number;
}

export class BusSide {
  readonly device: PartDevice;
  readonly #troubles = new Troubles();
  readonly #health: ChildHealth;
  readonly #take: (parcel: Parcel) => void;
  /** Whether a fault of the plan lets anybody repeat himself. */
  readonly #mayRepeat: boolean;
  /** By child, the values of its last reading before it was stuck. */
  readonly #last = new Map<number, Values>();
  readonly #said = new Map<number, Said>();
  /** What is on its way to the gateway. */
  readonly #underWay = new Set<readonly Parcel[]>();
  /** By child, when the last of it arrives: what it says does not overtake itself. */
  readonly #arrives = new Map<number, number>();
  /** Those whose last answer is in the ledger, or as good as. */
  readonly #answering = new Set<number>();

  constructor(device: PartDevice, lostAfter: number, take: (parcel: Parcel) => void) {
    this.device = device;
    this.#take = take;
    this.#health = new ChildHealth(device, lostAfter);
    this.#mayRepeat = (device.plan.faults ?? []).some(({ bus }) => bus?.stale === true);
  }

  get children(): readonly number[] {
    return this.#freight?.passengers ?? [];
  }

  /** Whether the gateway's own program runs. */
  get isRunning(): boolean {
    return this.device.isPowered && this.#freight?.isOpen === true;
  }

  /** Whether a child hears what is said to it, and can answer. */
  hears(child: number): boolean {
    return !this.#troubles.isSilent(child) && this.#freight?.isThere(child) === true;
  }

  /** A fault has it off the bus. */
  isSilent(child: number): boolean {
    return this.#troubles.isSilent(child);
  }

  /** How often a child's program has come up. */
  epochOf(child: number): number {
    return this.#freight?.epochOf(child) ?? 0;
  }

  /** Whether a child answers that it cannot say anything now. */
  isBusy(child: number): boolean {
    return this.#troubles.isBusy(child);
  }

  /** The share of answers that are lost, where the bus itself loses so many. */
  lossOf(child: number, share: number): number {
    return 1 - (1 - share) * (1 - this.#troubles.lossOf(child));
  }

  /** What a child has to say, as it says it. */
  fetch(child: number, most?: number): readonly Parcel[] {
    const freight = this.#freight;
    const parcels = freight?.fetch(child, most) ?? [];
    if (this.#mayRepeat && freight !== null) {
      for (const parcel of parcels) if (this.isReading(parcel)) this.#repeat(freight, parcel);
    }
    return parcels;
  }

  /** What a child says reaches the gateway after so long; once heard, it is taken in. */
  carry(child: number, parcels: readonly Parcel[], ms: number, heard: () => void): void {
    const now = this.device.now();
    const before = this.#arrives.get(child) ?? 0;
    const at = Math.max(before, now + ms + this.#troubles.lateMsOf(child));
    const arrive = (): void => {
      heard();
      for (const parcel of parcels) {
        if (this.isReading(parcel)) this.#compare(parcel);
        this.#take(parcel);
      }
    };
    if (at <= now) return arrive();
    this.#arrives.set(child, at);
    this.#underWay.add(parcels);
    once(this.device, at, () => {
      if (this.#underWay.delete(parcels)) arrive();
    });
  }

  /** What comes with an answer; once that is there, false where it was forgotten meanwhile. */
  awaits(parcels: readonly Parcel[]): () => boolean {
    this.#underWay.add(parcels);
    return () => this.#underWay.delete(parcels);
  }

  giveUp(parcel: Parcel, why: string): void {
    this.#freight?.giveUp(parcel, why);
  }

  deliver(letter: Letter): void {
    const child = letter.passenger;
    if (this.hears(child) && !this.#takesForGone(letter)) this.#freight?.deliver(letter);
    else this.letGo(letter, NOT_THERE);
  }

  #takesForGone({ passenger, n }: Letter): boolean {
    const { row } = this.device;
    const seam = this.device.seam<BusSeams['takesForGone']>('takesForGone');
    return seam?.(row.id, this.nameOf(passenger), n) === true;
  }

  valuesOf(parcel: Parcel): Values {
    return this.#freight?.valuesOf(parcel) ?? {};
  }

  /** It says what was read, and not what was meant. */
  rewrite(parcel: Parcel, values: Values): void {
    this.#freight?.rewrite(parcel, values);
  }

  /** The child never gets it. */
  letGo(letter: Letter, why: string): void {
    this.#freight?.letGo(letter, why);
  }

  /** How long something is kept for a child that should be kept so long. */
  keepsForMs(child: number, honestMs: number): number {
    const { row } = this.device;
    const seam = this.device.seam<BusSeams['keepsFor']>('keepsFor');
    return seam?.(row.id, this.nameOf(child), honestMs) ?? honestMs;
  }

  /** In which order it takes the two words of a value that lie in this one. */
  wordOrder(honest: WordOrder): WordOrder {
    const seam = this.device.seam<BusSeams['wordOrder']>('wordOrder');
    return seam?.(this.device.row.id, honest) ?? honest;
  }

  /** Whether it speaks to a child whether or not that listens. */
  speaksAtOnce(child: number): boolean {
    const { row } = this.device;
    const seam = this.device.seam<BusSeams['speaksAtOnce']>('speaksAtOnce');
    return seam?.(row.id, this.nameOf(child)) === true;
  }

  /** The child did not answer when it was asked for the `round`-th time. */
  missed(child: number, round: number): void {
    this.#answering.delete(child);
    this.device.write('gateway/missed', { child, round });
    this.#health.missed(child);
  }

  /** And here it did, whatever it had to say. */
  answered(child: number, round: number): void {
    if (!this.#answering.has(child)) {
      this.#answering.add(child);
      this.device.write('gateway/answered', { child, round });
    }
    this.#health.answered(child);
  }

  /** It answered that it will not say anything, by a code of its protocol. */
  refused(child: number, code: number): void {
    this.device.write('gateway/refused', { child, code });
  }

  struck(child: number, fault: string, trouble: BusTrouble): void {
    this.#troubles.struck(child, fault, trouble);
    this.loses(child);
  }

  relieved(child: number, fault: string): void {
    this.#troubles.relieved(child, fault);
  }

  /** Whether what a child says now is gone; then it is given up. */
  loses(child: number): boolean {
    if (!this.#troubles.loses(child)) return false;
    for (const parcel of this.#freight?.fetch(child) ?? []) this.giveUp(parcel, OFF_BUS);
    return true;
  }

  /** The gateway's memory is gone; answers what was on its way to it. */
  forgot(): Parcel[] {
    this.#answering.clear();
    this.#said.clear();
    this.#health.forgot();
    const lost = [...this.#underWay].flat();
    this.#underWay.clear();
    return lost;
  }

  end(): void {
    this.#underWay.clear();
    this.#health.end();
  }

  get #freight(): Freight | null {
    return this.device.freight;
  }

  nameOf(child: number): string {
    return this.device.plan.devices[child]?.id ?? '';
  }

  isReading({ stream }: Parcel): boolean {
    return streamOf(this.device.plan, stream)?.schedule.by === 'sampling';
  }

  #repeat(freight: Freight, parcel: Parcel): void {
    const { passenger: child } = parcel;
    const last = this.#last.get(child);
    if (last !== undefined && this.#troubles.isStale(child)) freight.rewrite(parcel, last);
    else this.#last.set(child, freight.valuesOf(parcel));
  }

  /** A reading may say the same as the one before; a sensor that goes on so is worth a note. */
  #compare(parcel: Parcel): void {
    const { passenger: child, n } = parcel;
    const text = JSON.stringify(this.#freight?.valuesOf(parcel));
    const said = this.#said.get(child);
    if (said?.text !== text) {
      this.#said.set(child, { text, times: 1 });
      return;
    }
    said.times++;
    if (said.times >= ALIKE) this.device.write('gateway/alike', { child, n, times: said.times });
  }
}
