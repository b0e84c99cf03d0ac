/**
 * Whose message is it: the native scheme `tw/<run>/<lane>/<device id with slashes>/<stream>`, and
 * the envelope in a payload. All pure; everything a stranger can send ends in null, never in a
 * throw.
 */
import { LANES } from '#kernel';

export interface DeviceTopic {
  device: string;
  stream: string;
  lane: number;
}

export interface DeviceTopics {
  /** The run of which they are. */
  run: string;
  /** Whose topic it is and of which stream; null for a topic of nobody. */
  parse(topic: string): DeviceTopic | null;
  /** What a device may use. */
  prefixOf(lane: number, device: string): string;
  /** Where a carrier listens for a device that falls back on it. */
  throughOf(lane: number, carrier: string, to: { device: string; stream: string }): string;
  /** Who asks on this topic; null for any other. */
  askerOf(topic: string): string | null;
  /** Where somebody is answered. */
  answerTopicOf(user: string): string;
}

/** How a message names itself: index, boot epoch, and scenario time in ms. */
export interface EnvelopeHead {
  n: number;
  e: number;
  t: number;
}

/**
 * Topics are few (devices × streams) and asked for with every message, so answers are remembered up
 * to here.
 */
const REMEMBERED_MAX = 200_000;

export function nativeTopics(run: string): DeviceTopics {
  const head = `tw/${run}/`;
  const remembered = new Map<string, DeviceTopic | null>();
  return {
    run,
    parse: (topic) => {
      const known = remembered.get(topic);
      if (known !== undefined) return known;
      const parsed = parseNative(head, topic);
      if (remembered.size < REMEMBERED_MAX) remembered.set(topic, parsed);
      return parsed;
    },
    prefixOf: (lane, device) => `${head}${lane}/${device}/`,
    throughOf: (lane, carrier, { device, stream }) =>
      `${head}${lane}/${carrier}/_for/${device}/${stream}`,
    askerOf: (topic) => (topic.startsWith(`${head}ask/`) ? topic.slice(head.length + 4) : null),
    answerTopicOf: (user) => `${head}answer/${user}`,
  };
}

function parseNative(head: string, topic: string): DeviceTopic | null {
  if (!topic.startsWith(head)) return null;
  const deviceAt = topic.indexOf('/', head.length);
  const streamAt = topic.lastIndexOf('/');
  if (deviceAt === -1 || streamAt <= deviceAt + 1) return null;
  const stream = topic.slice(streamAt + 1);
  const laneText = topic.slice(head.length, deviceAt);
  const lane = Number(laneText);
  if (stream === '' || !/^\d{1,3}$/.test(laneText) || lane >= LANES) return null;
  return { device: topic.slice(deviceAt + 1, streamAt), stream, lane };
}

/** Reads `{"n":…,"e":…,"t":…,"v":{…}}`. */
export function readJsonEnvelope(payload: Uint8Array): EnvelopeHead | null {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString());
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { n, e, t, v } = value as Record<string, unknown>;
  if (!isCount(n) || !isCount(e) || typeof t !== 'number' || !Number.isFinite(t)) return null;
  if (typeof v !== 'object' || v === null || Array.isArray(v)) return null;
  return { n, e, t };
}

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;
