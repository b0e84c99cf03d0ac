/**
 * What a tap must know of an MQTT packet: where it ends, who connects, what it is about. Versions
 * 3.1, 3.1.1 and 5 have all of that in the same place. Nothing here throws, whatever the bytes are.
 */
import { PACKET_TYPES } from '#kernel';

/** A length takes four bytes at most. */
const LENGTH_BYTES_MAX = 4;

/** Reads the head of a packet byte by byte. */
export class FrameHead {
  #bytes = 0;
  #length = 0;
  first = 0;

  /** At the first byte of a packet. */
  get isFresh(): boolean {
    return this.#bytes === 0;
  }

  /** The length of what follows once the head is whole, 'more', or 'broken' where it is none. */
  take(byte: number): number | 'more' | 'broken' {
    if (this.#bytes === 0) {
      this.first = byte;
      this.#length = 0;
      this.#bytes = 1;
      return byte >>> 4 === 0 ? 'broken' : 'more';
    }
    this.#length += (byte & 0x7f) << (7 * (this.#bytes - 1));
    if (byte < 0x80) {
      this.#bytes = 0;
      return this.#length;
    }
    return this.#bytes++ === LENGTH_BYTES_MAX ? 'broken' : 'more';
  }
}

export const typeOf = (frame: Uint8Array): number => (frame[0] ?? 0) >>> 4;

/** Of a CONNECT; null where it has none that could be read. */
export function clientIdOf(frame: Uint8Array): string | null {
  if (typeOf(frame) !== PACKET_TYPES.CONNECT) return null;
  const at = bodyAt(frame);
  const protocol = textAt(frame, at);
  if (protocol === null || (protocol !== 'MQTT' && protocol !== 'MQIsdp')) return null;
  // Version, flags and keep-alive.
  let next = at + 2 + protocol.length + 4;
  const version = frame[at + 2 + protocol.length] ?? 0;
  if (version === 5) {
    const properties = varintAt(frame, next);
    if (properties === null) return null;
    next = properties.next + properties.value;
  }
  return textAt(frame, next);
}

/** Of a PUBLISH; null where it has none. */
export const topicOf = (frame: Uint8Array): string | null =>
  typeOf(frame) === PACKET_TYPES.PUBLISH ? textAt(frame, bodyAt(frame)) : null;

/**
 * The same packet with bits in its first byte that MQTT forbids: of a PUBLISH a QoS of 3, of all
 * others reserved ones.
 */
export function spoiledFrame(frame: Uint8Array): Uint8Array {
  const spoiled = Uint8Array.from(frame);
  const first = spoiled[0] ?? 0;
  spoiled[0] = typeOf(frame) === PACKET_TYPES.PUBLISH ? first | 0x06 : first | 0x0f;
  return spoiled;
}

/** MQTT 3.1.1 §4.7, level by level. */
export function isOnTopic(filter: string, topic: string): boolean {
  if (topic.startsWith('$') && /^[+#]/.test(filter)) return false;
  const [wanted, levels] = [filter.split('/'), topic.split('/')];
  for (const [index, level] of wanted.entries()) {
    if (level === '#') return index === wanted.length - 1;
    if (index >= levels.length || (level !== '+' && level !== levels[index])) return false;
  }
  return wanted.length === levels.length;
}

function bodyAt(frame: Uint8Array): number {
  let at = 1;
  while (at <= LENGTH_BYTES_MAX && (frame[at] ?? 0) >= 0x80) at++;
  return at + 1;
}

const decoder = new TextDecoder();

function textAt(frame: Uint8Array, at: number): string | null {
  const length = ((frame[at] ?? 0) << 8) | (frame[at + 1] ?? 0);
  if (at + 2 + length > frame.length) return null;
  return decoder.decode(frame.subarray(at + 2, at + 2 + length));
}

function varintAt(frame: Uint8Array, at: number): { value: number; next: number } | null {
  let value = 0;
  for (let k = 0; k < LENGTH_BYTES_MAX; k++) {
    const byte = frame[at + k];
    if (byte === undefined) return null;
    value += (byte & 0x7f) << (7 * k);
    if (byte < 0x80) return { value, next: at + k + 1 };
  }
  return null;
}
