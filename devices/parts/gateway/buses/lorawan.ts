/**
 * LoRaWAN, class A: a child sends when it has something to say and its duty cycle lets it, one
 * packet at a time and without being asked. It listens twice, one and two seconds after each packet
 * of its own, and at no other time; so nothing goes down that does not answer something that came,
 * and it does not send again before it has listened.
 */
import { type ParamValues, streamKey, unitAt } from '#kernel';
import type { Letter, Parcel } from '../../../freight.ts';
import { once, type PartFlaw } from '../../../part.ts';
import { airtimeMs, LORAWAN_BYTES, payloadMax } from '../airtime.ts';
import type { BusKind, LocalBus } from '../bus-kind.ts';
import { type BusSide, RUN_ENDED } from '../bus-side.ts';
import { lossFlaws } from '../loss-flaws.ts';

/** From the end of a packet to the windows in which its sender listens. */
const WINDOWS_MS = [1000, 2000] as const;

export const ON_AIR = 'lost-on-air';
export const TOO_LONG = 'too-long';

const lorawan: BusKind = {
  word: 'lorawan',
  about: 'Children that send when they may and listen only just after that, as in LoRaWAN class A.',
  asks: false,
  noLine: 'its children hear one message after each of their own and no more',
  holds: true,
  fields: {
    sf: { kind: 'integer', about: 'Spreading factor of all of them.', default: 7, min: 7, max: 12 },
    duty: { kind: 'share', about: 'Of the time, how much one may be on the air.', default: '1%' },
    payload: {
      kind: 'integer',
      about: 'Bytes of one message as it is packed for the air; its own if left out.',
      optional: true,
      min: 1,
      max: 255,
    },
    loss: { kind: 'share', about: 'Of the packets, those that nobody hears.', default: '0%' },
  },
  flaws: (own, children, path) => [
    ...lossFlaws(own, path),
    ...dutyFlaws(own, path),
    // A duty cycle belongs to the radio of the child, and each gateway would count its own.
    ...children
      .filter(({ fallsBack }) => fallsBack)
      .map(({ entry }) => ({
        path,
        message: `${entry} may speak through two gateways, and a child on LoRaWAN has one of them`,
        hint: `leave out fall-back of ${entry}, or give both gateways another bus`,
      })),
  ],
  start: (side, params) => new LoRaWan(side, params),
};

export default lorawan;

interface Radio {
  /** When its duty cycle lets it send again, and it has listened. */
  freeAt: number;
  isWaiting: boolean;
  packets: number;
  /** What the gateway has for it, that of which the last word is not said yet among it. */
  readonly letters: Letter[];
}

const dutyFlaws = ({ duty }: ParamValues, path: PartFlaw['path']): PartFlaw[] =>
  Number(duty) > 0
    ? []
    : [{ path: [...path, 'duty'], message: 'nobody on it may ever send', hint: 'such as 1%' }];

class LoRaWan implements LocalBus {
  readonly #side: BusSide;
  readonly #sf: number;
  readonly #duty: number;
  readonly #payload: number | null;
  readonly #loss: number;
  readonly #key: number;
  readonly #radios = new Map<number, Radio>();
  #draws = 0;
  #isOver = false;

  constructor(side: BusSide, { sf, duty, payload, loss }: ParamValues) {
    const { plan, row } = side.device;
    this.#side = side;
    this.#sf = Number(sf);
    this.#duty = Math.max(Number(duty), 1e-6);
    this.#payload = payload === undefined ? null : Number(payload);
    this.#loss = Number(loss);
    this.#key = streamKey(plan.seed, `device/${row.id}/air`);
  }

  begin(): void {
    for (const child of this.#side.children) this.#radioOf(child);
  }

  offered(child: number): void {
    const radio = this.#radioOf(child);
    const { device, isRunning } = this.#side;
    if (radio.isWaiting || !isRunning) return;
    if (device.now() >= radio.freeAt) return this.#send(child, radio);
    radio.isWaiting = true;
    once(device, radio.freeAt, () => {
      radio.isWaiting = false;
      if (!this.#isOver && this.#side.isRunning) this.#send(child, radio);
    });
  }

  brought(letter: Letter): void {
    const { passenger: child } = letter;
    if (this.#side.speaksAtOnce(child)) return this.#side.deliver(letter);
    if (this.#bytesOf(letter) > payloadMax(this.#sf)) return this.#side.letGo(letter, TOO_LONG);
    this.#radioOf(child).letters.push(letter);
  }

  forgot(): void {
    for (const { letters } of this.#radios.values()) letters.length = 0;
  }

  end(): void {
    this.#isOver = true;
    for (const { letters } of this.#radios.values()) {
      for (const letter of letters.splice(0)) this.#side.letGo(letter, RUN_ENDED);
    }
  }

  /** Its next packet; what fits into none is given up. */
  #send(child: number, radio: Radio): void {
    const side = this.#side;
    if (!side.hears(child)) return;
    for (;;) {
      const [parcel] = side.fetch(child, 1);
      if (parcel === undefined) return;
      if (this.#bytesOf(parcel) <= payloadMax(this.#sf)) return this.#transmit(parcel, radio);
      side.giveUp(parcel, TOO_LONG);
    }
  }

  #transmit(parcel: Parcel, radio: Radio): void {
    const { device } = this.#side;
    const { passenger: child } = parcel;
    const onAirMs = this.#airtimeOf(parcel);
    const listensMs = Math.max(...WINDOWS_MS) + this.#longestMs;
    radio.freeAt = device.now() + Math.max(onAirMs / this.#duty, onAirMs + listensMs);
    const round = radio.packets++;
    const isLost = unitAt(this.#key, this.#draws++) < this.#side.lossOf(child, this.#loss);
    once(device, device.now() + onAirMs, () => {
      if (this.#isOver) return;
      // Nobody tells it that it was not heard.
      if (isLost || !this.#side.isRunning) this.#side.giveUp(parcel, ON_AIR);
      else {
        this.#side.carry(child, [parcel], 0, () => this.#side.answered(child, round));
        this.#listen(radio);
      }
    });
    this.offered(child);
  }

  /** In the first window that has something, one letter. */
  #listen({ letters }: Radio): void {
    const { device } = this.#side;
    let isGiven = false;
    for (const ms of WINDOWS_MS) {
      once(device, device.now() + ms, () => {
        if (isGiven || this.#isOver || !this.#side.isRunning) return;
        const [letter] = letters;
        if (letter === undefined) return;
        isGiven = true;
        once(device, device.now() + this.#airtimeOf(letter), () => {
          if (letters[0] === letter) this.#side.deliver(letters.shift() ?? letter);
        });
      });
    }
  }

  #bytesOf({ bytes }: { bytes: number }): number {
    return this.#payload ?? bytes;
  }

  #airtimeOf(one: { bytes: number }): number {
    return airtimeMs(this.#bytesOf(one) + LORAWAN_BYTES, { sf: this.#sf });
  }

  /** What may come down in its second window. */
  get #longestMs(): number {
    return this.#airtimeOf({ bytes: payloadMax(this.#sf) });
  }

  #radioOf(child: number): Radio {
    let radio = this.#radios.get(child);
    if (radio === undefined) {
      radio = { freeAt: 0, isWaiting: false, packets: 0, letters: [] };
      this.#radios.set(child, radio);
    }
    return radio;
  }
}
