/**
 * Bytes of the light client. What a fleet sends ten thousand times a second (PUBLISH and its
 * acknowledgements) is written and read by hand; everything rarer goes through mqtt-packet, and the
 * tests hold the two equal. Parsing is split in two: a frame splitter that keeps nothing but the
 * bytes of an unfinished packet, and one mqtt-packet parser for the whole process that only ever
 * sees complete frames. A parser per connection would be most of what an idle connection costs.
 */
import mqttPacket, { type Packet } from 'mqtt-packet';
import { assert } from '#kernel';

/** A packet from a server larger than this is a protocol error, not a reason to buffer. */
export const PACKET_BYTES_MAX = 1024 * 1024;

/** Packet types as they stand in the high half of a first byte (MQTT 3.1.1, table 2.1). */
export const TYPE = {
  connack: 2,
  publish: 3,
  puback: 4,
  pubrec: 5,
  pubrel: 6,
  pubcomp: 7,
  suback: 9,
  unsuback: 11,
  pingresp: 13,
} as const;

/** A packet as far as a client needs it. `malformed` says why a frame is not one. */
export type Inbound =
  /** `code` only where MQTT 5 gives a reason. */
  | { kind: 'ack'; type: number; id: number; code?: number }
  | { kind: 'packet'; packet: Packet }
  | { kind: 'malformed'; why: string };

export const PINGREQ: Uint8Array = Uint8Array.of(0xc0, 0);
export const DISCONNECT: Uint8Array = Uint8Array.of(0xe0, 0);

export interface ConnectOptions {
  clientId: string;
  /** Empty means that none is sent. */
  username: string;
  password: string;
  clean: boolean;
  keepAliveS: number;
  will?: { topic: string; payload: Uint8Array; qos: 0 | 1 | 2; retain: boolean };
}

/** What MQTT 5 adds to a CONNECT. */
export interface ConnectProperties {
  connectProperties(): object;
  willProperties(): object;
}

export function encodeConnect(
  options: ConnectOptions,
  five: ConnectProperties | null = null,
): Uint8Array {
  const { will } = options;
  const willProperties = five === null ? {} : { properties: five.willProperties() };
  return mqttPacket.generate({
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: five === null ? 4 : 5,
    ...(five === null ? {} : { properties: five.connectProperties() }),
    clientId: options.clientId,
    clean: options.clean,
    keepalive: options.keepAliveS,
    ...(options.username === '' ? {} : { username: options.username }),
    ...(options.password === '' ? {} : { password: Buffer.from(options.password) }),
    ...(will === undefined
      ? {}
      : { will: { ...will, payload: bufferOf(will.payload), ...willProperties } }),
  });
}

export function encodeSubscribe(
  id: number,
  filters: readonly string[],
  qos: 0 | 1 | 2,
  protocolVersion: 4 | 5 = 4,
): Uint8Array {
  const subscriptions = filters.map((topic) => ({ topic, qos }));
  const packet = { cmd: 'subscribe', messageId: id, subscriptions } as const;
  return mqttPacket.generate(packet, { protocolVersion });
}

/** A PUBLISH; `id` is not written at QoS 0, and `properties` is the whole block of MQTT 5. */
export function encodePublish(
  topic: string,
  payload: Uint8Array,
  qos: 0 | 1 | 2,
  retain: boolean,
  dup: boolean,
  id: number,
  properties: Uint8Array | null = null,
): Uint8Array {
  const topicBytes = Buffer.byteLength(topic);
  const isNamed = topicBytes > 0 || properties !== null;
  assert(isNamed && topicBytes <= 0xffff, 'a topic has 1 to 65,535 bytes');
  const head = 2 + topicBytes + (qos > 0 ? 2 : 0);
  const remaining = head + (properties?.length ?? 0) + payload.length;
  const bytes = Buffer.allocUnsafe(1 + lengthBytes(remaining) + remaining);
  bytes[0] = (TYPE.publish << 4) | (dup ? 8 : 0) | (qos << 1) | (retain ? 1 : 0);
  let at = 1;
  let rest = remaining;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes[at++] = rest > 0 ? low | 0x80 : low;
  } while (rest > 0);
  at = bytes.writeUInt16BE(topicBytes, at);
  at += bytes.write(topic, at);
  if (qos > 0) at = bytes.writeUInt16BE(id, at);
  if (properties !== null) {
    bytes.set(properties, at);
    at += properties.length;
  }
  bytes.set(payload, at);
  return bytes;
}

/** PUBACK, PUBREC, PUBREL or PUBCOMP. PUBREL carries the flag bits 0010 (MQTT-3.6.1-1). */
export function encodeAck(type: number, id: number): Uint8Array {
  return Uint8Array.of((type << 4) | (type === TYPE.pubrel ? 2 : 0), 2, id >>> 8, id & 0xff);
}

function lengthBytes(remaining: number): number {
  assert(remaining < 268_435_456, 'an MQTT packet is shorter than 256 MiB');
  if (remaining < 128) return 1;
  if (remaining < 16_384) return 2;
  return remaining < 2_097_152 ? 3 : 4;
}

/** Where the first frame of `bytes` ends: 0 when it is not complete, -1 when it cannot be one. */
export function frameEnd(bytes: Uint8Array, from: number, packetBytesMax: number): number {
  let remaining = 0;
  for (let i = 1; i <= 4; i++) {
    const byte = bytes[from + i];
    if (byte === undefined) return 0;
    remaining += (byte & 0x7f) << (7 * (i - 1));
    if (byte < 0x80) {
      if (remaining > packetBytesMax) return -1;
      const end = from + 1 + i + remaining;
      return end <= bytes.length ? end : 0;
    }
  }
  return -1;
}

/**
 * Hands over each complete frame of what was left and what came, or null for what cannot be one,
 * while whoever takes them wants more; and what is left of an unfinished one.
 */
export function eachFrame(
  partial: Uint8Array | null,
  chunk: Uint8Array,
  packetBytesMax: number,
  take: (frame: Uint8Array | null) => boolean,
): Uint8Array | null {
  const bytes = partial === null ? chunk : Buffer.concat([partial, chunk]);
  for (let at = 0; at < bytes.length; ) {
    const end = frameEnd(bytes, at, packetBytesMax);
    // A copy: a view would keep the whole read buffer alive for a few bytes.
    if (end === 0) return Uint8Array.from(bytes.subarray(at));
    if (!take(end < 0 ? null : bytes.subarray(at, end)) || end < 0) return null;
    at = end;
  }
  return null;
}

/** Reads one complete frame. Never throws, whatever is in it. */
export function decodeFrame(frame: Uint8Array, version: 4 | 5 = 4): Inbound {
  const first = frame[0] ?? 0;
  const type = first >>> 4;
  if (type >= TYPE.puback && type <= TYPE.pubcomp) {
    return version === 5 && frame.length > 4
      ? decodeReasonedAck(type, frame)
      : decodeAck(first, type, frame);
  }
  const read = parseWhole(frame, version);
  if (typeof read === 'string') return { kind: 'malformed', why: read };
  // mqtt-packet lets packets pass that are too short for their packet id or return code.
  if (
    'messageId' in read &&
    !isId(read.messageId ?? 0) &&
    !(read.cmd === 'publish' && read.qos === 0)
  ) {
    return { kind: 'malformed', why: 'packet id missing' };
  }
  if (read.cmd === 'connack' && (read.returnCode ?? read.reasonCode) === undefined) {
    return { kind: 'malformed', why: 'return code missing' };
  }
  return { kind: 'packet', packet: read };
}

function decodeAck(first: number, type: number, frame: Uint8Array): Inbound {
  const flags = type === TYPE.pubrel ? 2 : 0;
  const id = ((frame[2] ?? 0) << 8) | (frame[3] ?? 0);
  if ((first & 0x0f) !== flags) return { kind: 'malformed', why: 'reserved flag bits' };
  if (frame.length !== 4 || !isId(id)) return { kind: 'malformed', why: 'packet id missing' };
  return { kind: 'ack', type, id };
}

/** One that says more than that all is well: rare, so it goes through mqtt-packet. */
function decodeReasonedAck(type: number, frame: Uint8Array): Inbound {
  const read = parseWhole(frame, 5);
  if (typeof read === 'string') return { kind: 'malformed', why: read };
  const { messageId: id = 0, reasonCode: code } = read as {
    messageId?: number;
    reasonCode?: number;
  };
  if (!isId(id)) return { kind: 'malformed', why: 'packet id missing' };
  return { kind: 'ack', type, id, ...(code === undefined ? {} : { code }) };
}

const isId = (id: number): boolean => id >= 1 && id <= 0xffff;

/**
 * The parsers of the whole process, one for each version. One is given one complete frame and
 * answers before it returns, so no state stays behind; the handlers only set it down, and the
 * client acts after `parse` is over. After an error it is replaced.
 */
const parsers = { 4: makeParser(4), 5: makeParser(5) };
let parsed: Packet | null = null;
let parseError: string | null = null;

function makeParser(protocolVersion: 4 | 5): ReturnType<typeof mqttPacket.parser> {
  const fresh = mqttPacket.parser({ protocolVersion });
  fresh.on('packet', (packet: Packet) => {
    parsed = packet;
  });
  fresh.on('error', (error: Error) => {
    parseError = error.message;
  });
  return fresh;
}

/** The packet, or what is wrong with it. */
function parseWhole(frame: Uint8Array, version: 4 | 5): Packet | string {
  parsed = null;
  parseError = null;
  try {
    const left = parsers[version].parse(bufferOf(frame));
    if (parseError === null && parsed !== null && left === 0) return parsed;
  } catch (error) {
    // mqtt-packet reads past the end of some short packets and throws a RangeError.
    parseError = (error as Error).message;
  }
  parsers[version] = makeParser(version);
  return parseError ?? 'packet incomplete';
}

/** A view on the same bytes. */
const bufferOf = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
