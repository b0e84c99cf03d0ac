/**
 * Topics: the native scheme `tw/<run>/<lane>/<device id with slashes>/<stream>`, what a filter
 * matches, and the envelope in a payload. All pure; everything a stranger can send ends in null,
 * never in a throw.
 */
import { LANES } from '#kernel';
import type { EnvelopeHead, TelemetryTopic } from './platform.ts';

/** Streams the platform keeps; the others are passed on only. */
const STORED_STREAMS: ReadonlySet<string> = new Set(['telemetry', 'answer']);

/**
 * Topics are few (devices × streams) and asked for with every message, so answers are remembered up
 * to here.
 */
const REMEMBERED_MAX = 200_000;

export interface NativeTopics {
  isTelemetry(topic: string): TelemetryTopic | null;
  /** What a device may use. */
  prefixOf(lane: number, device: string): string;
}

export function nativeTopics(run: string): NativeTopics {
  const head = `tw/${run}/`;
  const remembered = new Map<string, TelemetryTopic | null>();
  const isTelemetry = (topic: string): TelemetryTopic | null => {
    const known = remembered.get(topic);
    if (known !== undefined) return known;
    const parsed = parseNative(head, topic);
    if (remembered.size < REMEMBERED_MAX) remembered.set(topic, parsed);
    return parsed;
  };
  return { isTelemetry, prefixOf: (lane, device) => `${head}${lane}/${device}/` };
}

function parseNative(head: string, topic: string): TelemetryTopic | null {
  if (!topic.startsWith(head)) return null;
  const deviceAt = topic.indexOf('/', head.length);
  const streamAt = topic.lastIndexOf('/');
  if (deviceAt === -1 || streamAt <= deviceAt + 1) return null;
  const stream = topic.slice(streamAt + 1);
  const laneText = topic.slice(head.length, deviceAt);
  const lane = Number(laneText);
  if (!STORED_STREAMS.has(stream) || !/^\d{1,3}$/.test(laneText) || lane >= LANES) return null;
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

/**
 * MQTT 3.1.1 §4.7: `+` is one level, `#` is all that follow and the parent; wildcards never match a
 * `$` topic.
 */
export function filterMatches(filter: string, topic: string): boolean {
  if (filter === topic) return true;
  if (topic.startsWith('$') && (filter.startsWith('+') || filter.startsWith('#'))) return false;
  let f = 0;
  let t = 0;
  for (;;) {
    const fEnd = levelEnd(filter, f);
    if (filter.charCodeAt(f) === HASH && fEnd === f + 1) return true;
    const tEnd = levelEnd(topic, t);
    const isAny = filter.charCodeAt(f) === PLUS && fEnd === f + 1;
    if (!isAny && filter.slice(f, fEnd) !== topic.slice(t, tEnd)) return false;
    if (fEnd === filter.length) return tEnd === topic.length;
    if (tEnd === topic.length) return filter.slice(fEnd) === '/#';
    f = fEnd + 1;
    t = tEnd + 1;
  }
}

const HASH = 35;
const PLUS = 43;

function levelEnd(text: string, from: number): number {
  const at = text.indexOf('/', from);
  return at === -1 ? text.length : at;
}
