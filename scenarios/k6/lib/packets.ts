/**
 * The packets of MQTT 3.1.1 that a user of load needs: connect, publish at QoS 0 and 1, subscribe,
 * ping. Pure: bytes in, bytes out. A stream may cut packets anywhere, so the reader keeps what is
 * not whole yet.
 */
import { textOf, utf8 } from './bytes.ts';

export interface ConnectOptions {
  clientId: string;
  username: string;
  password: string;
  clean: boolean;
  keepAliveS: number;
}

export interface Publish {
  topic: string;
  payload: Uint8Array;
  qos: 0 | 1;
  /** Only at QoS 1. */
  id?: number;
  dup?: boolean;
  retain?: boolean;
}

export type Incoming =
  | { type: 'connack'; code: number; present: boolean }
  | { type: 'publish'; topic: string; payload: Uint8Array; qos: number; id: number }
  | { type: 'puback'; id: number }
  | { type: 'suback'; id: number; granted: number[] }
  | { type: 'pong' };

const PROTOCOL = [0, 4, 0x4d, 0x51, 0x54, 0x54, 4];
const USER = 0x80;
const PASSWORD = 0x40;
const CLEAN = 0x02;

export function connect(options: ConnectOptions): Uint8Array {
  const { clientId, username, password, clean, keepAliveS } = options;
  const flags =
    (clean ? CLEAN : 0) | (username === '' ? 0 : USER) | (password === '' ? 0 : PASSWORD);
  return packet(0x10, [
    ...PROTOCOL,
    flags,
    ...word(keepAliveS),
    ...text(clientId),
    ...(username === '' ? [] : text(username)),
    ...(password === '' ? [] : text(password)),
  ]);
}

export function publish({ topic, payload, qos, id = 0, dup, retain }: Publish): Uint8Array {
  const head = 0x30 | (dup ? 8 : 0) | (qos << 1) | (retain ? 1 : 0);
  return packet(head, [...text(topic), ...(qos > 0 ? word(id) : []), ...payload]);
}

export const puback = (id: number): Uint8Array => packet(0x40, word(id));

export const subscribe = (id: number, filters: readonly string[], qos: 0 | 1): Uint8Array =>
  packet(0x82, [...word(id), ...filters.flatMap((filter) => [...text(filter), qos])]);

export const ping = (): Uint8Array => packet(0xc0, []);

export const disconnect = (): Uint8Array => packet(0xe0, []);

function packet(head: number, body: readonly number[]): Uint8Array {
  const length: number[] = [];
  let left = body.length;
  do {
    const low = left % 128;
    left = (left - low) / 128;
    length.push(left > 0 ? low | 0x80 : low);
  } while (left > 0);
  return Uint8Array.from([head, ...length, ...body]);
}

const word = (value: number): number[] => [(value >> 8) & 0xff, value & 0xff];

function text(value: string): number[] {
  const bytes = utf8(value);
  return [...word(bytes.length), ...bytes];
}

/** What is against the protocol, as a sentence. */
export class BadPacket extends Error {}

const LENGTH_BYTES = 4;

export class PacketReader {
  #held = new Uint8Array(0);

  /** The packets that are whole now. */
  read(bytes: Uint8Array): Incoming[] {
    const all = new Uint8Array(this.#held.length + bytes.length);
    all.set(this.#held);
    all.set(bytes, this.#held.length);
    const packets: Incoming[] = [];
    let at = 0;
    for (;;) {
      const frame = frameAt(all, at);
      if (frame === null) break;
      packets.push(incoming(all[at] as number, all.subarray(frame.from, frame.to)));
      at = frame.to;
    }
    this.#held = all.slice(at);
    return packets;
  }
}

/** Where its body is; null where it is not whole yet. */
function frameAt(bytes: Uint8Array, at: number): { from: number; to: number } | null {
  let length = 0;
  let scale = 1;
  for (let k = 1; k <= LENGTH_BYTES; k++) {
    const byte = bytes[at + k];
    if (byte === undefined) return null;
    length += (byte & 0x7f) * scale;
    scale *= 128;
    if (byte >= 0x80) continue;
    const from = at + k + 1;
    return from + length <= bytes.length ? { from, to: from + length } : null;
  }
  throw new BadPacket('the length of a packet has more than four bytes');
}

function incoming(head: number, body: Uint8Array): Incoming {
  const number = (at: number): number => ((body[at] ?? 0) << 8) | (body[at + 1] ?? 0);
  const need = (bytes: number): void => {
    if (body.length < bytes) throw new BadPacket(`a packet of type ${head >> 4} is too short`);
  };
  switch (head >> 4) {
    case 2:
      need(2);
      return { type: 'connack', present: ((body[0] ?? 0) & 1) === 1, code: body[1] ?? 0 };
    case 3: {
      need(2);
      const qos = (head >> 1) & 3;
      const from = 2 + number(0);
      need(from + (qos > 0 ? 2 : 0));
      const payload = body.slice(from + (qos > 0 ? 2 : 0));
      const topic = textOf(body.subarray(2, from));
      return { type: 'publish', topic, payload, qos, id: qos > 0 ? number(from) : 0 };
    }
    case 4:
      need(2);
      return { type: 'puback', id: number(0) };
    case 9:
      need(3);
      return { type: 'suback', id: number(0), granted: [...body.subarray(2)] };
    case 13:
      return { type: 'pong' };
    default:
      throw new BadPacket(`a client does not expect a packet of type ${head >> 4}`);
  }
}
