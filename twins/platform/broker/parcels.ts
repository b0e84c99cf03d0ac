/**
 * Reads a packet that holds several messages: of each its name (`<device>/<stream>`) and its
 * payload, either with its length before it, in seven bits a byte, the lowest first. It comes on a
 * topic of whoever brings it, and all are of its lane.
 */
import type { DeviceTopic, DeviceTopics } from '../topics.ts';

/** What stands where a stream would. */
const PARCELS = '_parcels';
const NAME_BYTES_MAX = 1024;

export interface Parcel {
  about: DeviceTopic;
  topic: string;
  payload: Uint8Array;
}

/** The same without some of them. */
export const writeParcels = (parcels: readonly Parcel[]): Buffer =>
  Buffer.concat(
    parcels.flatMap(({ about: { device, stream }, payload }) => {
      const name = Buffer.from(`${device}/${stream}`);
      return [lengthOf(name.length), name, lengthOf(payload.length), payload];
    }),
  );

export const isPacketOfParcels = ({ stream }: DeviceTopic): boolean => stream === PARCELS;

/** Null where it cannot be read: then nothing of it is. */
export function readParcels(
  topics: DeviceTopics,
  { lane }: DeviceTopic,
  payload: Uint8Array,
): Parcel[] | null {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
  const found: Parcel[] = [];
  for (let at = 0; at < bytes.length; ) {
    const name = fieldAt(bytes, at);
    const inner = name && fieldAt(bytes, name.to);
    if (name === null || inner === null || name.to - name.from > NAME_BYTES_MAX) return null;
    const text = bytes.toString('utf8', name.from, name.to);
    const slash = text.lastIndexOf('/');
    const topic = `${topics.prefixOf(lane, text.slice(0, slash))}${text.slice(slash + 1)}`;
    const about = slash < 1 ? null : topics.parse(topic);
    if (about === null || isPacketOfParcels(about)) return null;
    found.push({ about, topic, payload: bytes.subarray(inner.from, inner.to) });
    at = inner.to;
  }
  return found.length === 0 ? null : found;
}

/** Where the field that begins there lies, past its length; null where it does not fit. */
function fieldAt(bytes: Buffer, begin: number): { from: number; to: number } | null {
  let length = 0;
  for (let index = 0; index < 4; index++) {
    const byte = bytes[begin + index];
    if (byte === undefined) return null;
    length |= (byte & 127) << (7 * index);
    if (byte < 128) {
      const from = begin + index + 1;
      return from + length <= bytes.length ? { from, to: from + length } : null;
    }
  }
  return null;
}

const lengthOf = (length: number): Buffer =>
  length < 128
    ? Buffer.of(length)
    : Buffer.concat([Buffer.of((length & 127) | 128), lengthOf(length >> 7)]);
