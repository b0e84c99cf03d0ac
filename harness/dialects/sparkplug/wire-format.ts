/**
 * The wire format of protobuf, as far as Sparkplug has need of it: numbers of variable length,
 * fixed ones, and whatever carries its length ahead. Reading never throws: a reader that met what
 * cannot be is broken from there on, and says so.
 */

/** How a field is kept in bytes. */
export const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

export class WireWriter {
  readonly #bytes: number[] = [];

  /** A whole number from 0, of no more than 53 bits. */
  varint(field: number, value: number): this {
    this.#tag(field, WIRE.varint);
    this.#number(value);
    return this;
  }

  double(field: number, value: number): this {
    this.#tag(field, WIRE.fixed64);
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, value, true);
    for (let at = 0; at < 8; at++) this.#bytes.push(view.getUint8(at));
    return this;
  }

  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  bytes(field: number, value: Uint8Array): this {
    this.#tag(field, WIRE.bytes);
    this.#number(value.length);
    for (const byte of value) this.#bytes.push(byte);
    return this;
  }

  done(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  #tag(field: number, wire: number): void {
    this.#number(field * 8 + wire);
  }

  #number(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.#bytes.push((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    this.#bytes.push(rest);
  }
}

/** No number takes more bytes than this. */
const VARINT_BYTES = 10;

export class WireReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;
  /** It met what cannot be: nothing that it says counts. */
  isBroken = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The next field; null at the end, or where it is broken. */
  field(): { number: number; wire: number } | null {
    if (this.isBroken || this.#at >= this.#bytes.length) return null;
    const tag = Number(this.varint());
    const field = { number: Math.floor(tag / 8), wire: tag % 8 };
    if (field.number === 0) this.isBroken = true;
    return this.isBroken ? null : field;
  }

  varint(): bigint {
    let [value, shift] = [0n, 0n];
    for (let count = 0; count < VARINT_BYTES; count++) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) break;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return BigInt.asUintN(64, value);
      shift += 7n;
    }
    return this.#broken(0n);
  }

  double(): number {
    return this.#fixed(8, (at) => this.#view.getFloat64(at, true));
  }

  float(): number {
    return this.#fixed(4, (at) => this.#view.getFloat32(at, true));
  }

  bytes(): Uint8Array {
    const length = Number(this.varint());
    const from = this.#at;
    if (this.isBroken || length > this.#bytes.length - from) return this.#broken(NOTHING);
    this.#at = from + length;
    return this.#bytes.subarray(from, this.#at);
  }

  text(): string {
    const bytes = this.bytes();
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      return this.#broken('');
    }
  }

  /** Goes past one that nobody asks for. */
  skip(wire: number): void {
    if (wire === WIRE.varint) this.varint();
    else if (wire === WIRE.fixed64) this.double();
    else if (wire === WIRE.fixed32) this.float();
    else if (wire === WIRE.bytes) this.bytes();
    else this.isBroken = true;
  }

  #fixed(size: number, read: (at: number) => number): number {
    const at = this.#at;
    if (this.isBroken || at + size > this.#bytes.length) return this.#broken(0);
    this.#at = at + size;
    return read(at);
  }

  #broken<T>(nothing: T): T {
    this.isBroken = true;
    return nothing;
  }
}

const NOTHING = new Uint8Array(0);
