/**
 * A device as its other carrier knows it, on which it falls back: while it speaks through that one,
 * what it sends goes there, and it hears what is sent to it by that way.
 */
import type { Carriage } from './carriage.ts';
import type { DeviceMessages } from './device-messages.ts';
import type { Handed, Passenger } from './passenger.ts';
import type { Recipient } from './recipients.ts';

/** The device as its own carrier knows it, which stands for both ways. */
interface Own extends Pick<Passenger, 'index' | 'id' | 'pump' | 'obeys' | 'isUp' | 'epoch'> {
  readonly messages: DeviceMessages;
  /** What goes by this way of all that waits. */
  handOverTo(way: SecondWay, most?: number): Handed[];
  /** Who takes in what comes by this way; null while nobody does. */
  readonly recipientByOther: Recipient | null;
  /** This way takes what it is handed, or does so no longer. */
  wayChanged(): void;
}

export class SecondWay implements Passenger {
  readonly #device: Own;
  readonly #carriage: Carriage;
  /** It takes what it is handed. */
  isThere = false;
  /** Handed to its own carrier, and for this one too. */
  #copies: Handed[] = [];

  constructor(device: Own, carriage: Carriage) {
    this.#device = device;
    this.#carriage = carriage;
    carriage.board(this);
  }

  get recipient(): Recipient | null {
    return this.#device.recipientByOther;
  }

  get index(): number {
    return this.#device.index;
  }

  get id(): string {
    return this.#device.id;
  }

  get messages(): DeviceMessages {
    return this.#device.messages;
  }

  pump(): void {
    this.#device.pump();
  }

  /** It has something for this carrier. */
  offer(): void {
    this.#carriage.offer(this);
  }

  copy(handed: readonly Handed[]): void {
    this.#copies.push(...handed);
  }

  /** What it was to have as well and has not fetched. */
  takeCopies(): Handed[] {
    return this.#copies.splice(0);
  }

  get isWaitedFor(): boolean {
    return this.#copies.length > 0;
  }

  get epoch(): number {
    return this.#device.epoch;
  }

  get isUp(): boolean {
    return this.#device.isUp;
  }

  handOver(most?: number): Handed[] {
    return this.#device.handOverTo(this, most);
  }

  obeys(command: string, value: number): boolean {
    return this.#device.obeys(command, value);
  }

  picked(): void {
    this.isThere = true;
    this.#device.wayChanged();
  }

  dropped(): void {
    this.isThere = false;
    this.#device.wayChanged();
  }
}
