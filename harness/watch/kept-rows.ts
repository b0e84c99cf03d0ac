/**
 * Which message a row of somebody's store is. It says so in columns (device, stream, n), or it kept
 * the payload, and then that says it: by its topic where that was kept too, else by the topic on
 * which such a message goes. Where the bytes were kept as they came, their hash proves that none of
 * them changed; where they were not, the hash is 0.
 */
import { hashBytes, type Sighting } from '#kernel';
import type { Dialect, Place } from '../dialects/dialect.ts';
import type { KeptRow } from './keeper.ts';

export interface KeptMessage extends Pick<Sighting, 'device' | 'stream' | 'n'> {
  /** 0 where nothing is known of its bytes. */
  hash: number;
  /** Wall time in milliseconds at which its store says that it came in; null where it says none. */
  at: number | null;
}

export interface RowReader {
  dialect: Pick<Dialect, 'decode' | 'topicOf'>;
  laneOf(device: string): number | null;
  /** The stream of a row that names none. */
  stream: string | null;
  exact: boolean;
}

/** None where it cannot be told. */
export function messagesIn(row: KeptRow, reader: RowReader): KeptMessage[] {
  const at = typeof row.at === 'number' ? row.at : null;
  const payload = bytesOf(row.payload);
  const hash = payload === null || !payload.isExact || !reader.exact ? 0 : hashBytes(payload.bytes);
  const [device, n] = [nameOf(row.device), indexOf(row.n)];
  const stream = nameOf(row.stream) ?? reader.stream;
  if (device !== null && stream !== null && n !== null) return [{ device, stream, n, hash, at }];
  if (payload === null) return [];
  const topic = nameOf(row.topic) ?? topicFor(device, stream, reader);
  if (topic === null) return [];
  const found = reader.dialect.decode(topic, payload.bytes);
  // Of several in one packet each has bytes of its own, which nobody kept apart.
  const known = found.length === 1 ? hash : 0;
  return found.map(({ device, stream, n }) => ({ device, stream, n, hash: known, at }));
}

function topicFor(
  device: string | null,
  stream: string | null,
  { dialect, laneOf }: RowReader,
): string | null {
  if (device === null || stream === null) return null;
  const lane = laneOf(device);
  const place: Place | null = lane === null ? null : { lane, device, stream };
  return place === null ? null : dialect.topicOf(place);
}

const nameOf = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null;

/** Large whole numbers come as text from some clients. */
function indexOf(value: unknown): number | null {
  const number =
    typeof value === 'string' && /^\d{1,16}$/.test(value)
      ? Number(value)
      : typeof value === 'bigint'
        ? Number(value)
        : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : null;
}

/** A document was taken apart and written anew, so its bytes prove nothing. */
function bytesOf(value: unknown): { bytes: Uint8Array; isExact: boolean } | null {
  if (value instanceof Uint8Array) return { bytes: value, isExact: true };
  if (typeof value === 'string') return { bytes: Buffer.from(value), isExact: true };
  if (typeof value !== 'object' || value === null) return null;
  return { bytes: Buffer.from(JSON.stringify(value)), isExact: false };
}
