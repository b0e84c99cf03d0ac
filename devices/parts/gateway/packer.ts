/**
 * Several messages in one packet: what a gateway sends on waits here until there are enough of
 * them, or the first has waited for as long as it may. Only what may be packed waits, and only with
 * its like; anything else goes alone, and never past what came before it.
 */
import type { Params, ParamValues } from '#kernel';
import { mayBePacked, type Parcel } from '../../freight.ts';
import { once, type PartDevice } from '../../part.ts';

export interface PackerSeams {
  /** A packet goes: true puts its first one in a second time. */
  packTwice?(gateway: string, packet: number): boolean;
}

/** What a scenario may set of it. */
export const PACK_PARAMS: Params = {
  messages: {
    kind: 'integer',
    about: 'How many messages a packet holds at most.',
    default: 20,
    min: 2,
    max: 1000,
  },
  bytes: {
    kind: 'integer',
    about: 'How many bytes their payloads have together at most.',
    default: 4000,
    min: 1,
    max: 60_000,
  },
  wait: {
    kind: 'duration',
    about: 'How long the first of a packet waits for others at most.',
    default: '500ms',
  },
};

export const PACK_OPS = {
  'packets/parcel': {
    device: 'device',
    packet: 'count',
    child: 'device',
    stream: 'stream',
    n: 'count',
  },
  'packets/sent': {
    device: 'device',
    packet: 'count',
    parcels: 'count',
    payload: 'count',
    bytes: 'count',
    apart: 'count',
    waitedMs: 'count',
  },
} as const;

export class Packer {
  readonly #device: PartDevice;
  /** Null where each goes alone, at once. */
  readonly #pack: ParamValues | null;
  #open: Parcel[] = [];
  #openAt = 0;
  /** It goes as soon as there is a way. */
  #isDue = false;
  #packets = 0;

  constructor(device: PartDevice, pack: ParamValues | undefined) {
    this.#device = device;
    this.#pack = pack ?? null;
  }

  /** Whether it takes one more. */
  get hasRoom(): boolean {
    const { freight } = this.#device;
    return freight !== null && freight.room > 0 && !this.#isDue;
  }

  add(parcel: Parcel): void {
    if (this.#pack === null || !mayBePacked(parcel)) {
      this.#send();
      this.#device.freight?.forward(parcel);
      return;
    }
    const { messages, bytes, wait } = this.#pack;
    const [first] = this.#open;
    const held = payloadOf(this.#open);
    const isOther = first !== undefined && first.qos !== parcel.qos;
    if (isOther || (first !== undefined && held + parcel.bytes > Number(bytes))) this.#send();
    if (this.#open.length === 0) this.#begin(Number(wait));
    this.#open.push(parcel);
    const isFull = this.#open.length >= Number(messages);
    if (isFull || payloadOf(this.#open) >= Number(bytes)) this.#send();
  }

  /** There may be a way again. */
  pump(): void {
    if (this.#isDue && (this.#device.freight?.room ?? 0) > 0) this.#send();
  }

  /** What waits, to be given up or kept elsewhere. */
  take(): Parcel[] {
    const open = this.#open;
    this.clear();
    return open;
  }

  get isEmpty(): boolean {
    return this.#open.length === 0;
  }

  /** Its memory is gone, and with it what waited. */
  clear(): void {
    this.#open = [];
    this.#isDue = false;
  }

  #begin(waitMs: number): void {
    const packet = this.#packets;
    this.#openAt = this.#device.now();
    once(this.#device, this.#openAt + waitMs, () => {
      if (packet !== this.#packets || this.#open.length === 0) return;
      this.#isDue = true;
      this.pump();
    });
  }

  #send(): void {
    const { freight } = this.#device;
    const [first] = this.#open;
    if (freight === null || first === undefined) return;
    if (freight.room === 0) {
      this.#isDue = true;
      return;
    }
    const seam = this.#device.seam<PackerSeams['packTwice']>('packTwice');
    const isTwice = seam?.(this.#device.row.id, this.#packets) === true;
    const parcels = isTwice ? [...this.#open, first] : this.#open;
    this.clear();
    const packet = this.#packets++;
    for (const { passenger: child, stream, n } of parcels) {
      this.#device.write('packets/parcel', { packet, child, stream, n });
    }
    const waitedMs = Math.round(this.#device.now() - this.#openAt);
    const sizes = freight.forwardTogether(parcels);
    const said = { packet, parcels: parcels.length, payload: payloadOf(parcels), ...sizes };
    this.#device.write('packets/sent', { ...said, waitedMs });
  }
}

const payloadOf = (parcels: readonly Parcel[]): number =>
  parcels.reduce((sum, { bytes }) => sum + bytes, 0);
