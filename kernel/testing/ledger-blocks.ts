/**
 * Where the blocks of a whole segment lie, for whoever means to damage one. It follows the lengths
 * alone and so knows nothing of what the reader makes of them.
 */
import { BLOCK_HEAD, MAGIC } from '../ledger/layout.ts';

export interface Place {
  from: number;
  to: number;
}

/** The closing record is the last. */
export function blocksOf(segment: Uint8Array): Place[] {
  const view = new DataView(segment.buffer, segment.byteOffset, segment.byteLength);
  const places: Place[] = [];
  let from = MAGIC.length + 5 + view.getUint32(MAGIC.length + 1, true) + 4;
  while (from < segment.length) {
    const to = from + BLOCK_HEAD + view.getUint32(from, true);
    places.push({ from, to });
    from = to;
  }
  return places;
}
