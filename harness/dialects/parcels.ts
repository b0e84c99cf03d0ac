/**
 * Packets that hold others, in bytes: of each its name and its payload, with their lengths before
 * them, so that no byte of a payload needs to be looked at.
 */
import type { Parcelled } from './dialect.ts';

export function packed(parcels: readonly Parcelled[]): Uint8Array {
  return Buffer.concat(
    parcels.flatMap(({ topic, payload }) => {
      const name = Buffer.from(topic);
      return [lengthOf(name), name, lengthOf(payload), payload];
    }),
  );
}

/** Null where it does not come out even, or holds nothing. */
export function unpacked(payload: Uint8Array): Parcelled[] | null {
  const parcels: Parcelled[] = [];
  let at = 0;
  const next = (): Uint8Array | null => {
    let [length, scale] = [0, 1];
    for (let byte = 0x80; byte >= 0x80; scale *= 0x80) {
      byte = payload[at++] ?? -1;
      if (byte < 0 || scale > 0x80 ** 3) return null;
      length += (byte & 0x7f) * scale;
    }
    const from = at;
    at += length;
    return at > payload.length ? null : payload.subarray(from, at);
  };
  while (at < payload.length) {
    const [name, inner] = [next(), next()];
    if (name === null || inner === null || name.length === 0) return null;
    parcels.push({ topic: Buffer.from(name).toString(), payload: inner });
  }
  return parcels.length === 0 ? null : parcels;
}

/** Seven bits a byte, the lowest first. */
function lengthOf({ length }: Uint8Array): Uint8Array {
  const bytes: number[] = [];
  let left = length;
  do {
    bytes.push((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
    left = Math.floor(left / 0x80);
  } while (left > 0);
  return Uint8Array.from(bytes);
}
