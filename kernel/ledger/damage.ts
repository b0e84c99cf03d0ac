/**
 * What can be wrong with a segment of the ledger, as data and in words. A hole hides entries: what
 * is absent after it may have happened all the same.
 */
export type DamageKind =
  /** Bytes at the end are no block. */
  | 'torn'
  /** Bytes in the middle are no block; one that can be read comes after them. */
  | 'damaged'
  /** Numbers of blocks are missing, and no bytes are there in their place. */
  | 'lost'
  /** A block that was read already stands there again, and was dropped. */
  | 'doubled'
  /** A block comes after later ones, and was dropped: the place where it is missing is a hole. */
  | 'misplaced'
  /** The last block can be read, and there is no closing record. */
  | 'unclosed'
  /** The closing record counts another number of entries than there are. */
  | 'miscounted';

export interface Damage {
  kind: DamageKind;
  /** The last entry before it, in microseconds. */
  at: number;
  /** That cannot be read. */
  bytes: number;
  /** How many are missing, as far as the numbers of the others tell. */
  blocks: number;
}

/** Whether entries are missing there. */
export const isHole = ({ kind, blocks }: Damage): boolean =>
  kind !== 'doubled' && kind !== 'misplaced' && (kind !== 'damaged' || blocks > 0);

/** What is wrong, after the name of the segment: `is torn: …`. */
export function damageText({ kind, bytes: count, blocks }: Damage): string {
  const bytes = String(count).replace(/\B(?=(\d{3})+$)/g, ',');
  const lost = `${blocks} ${blocks === 1 ? 'block' : 'blocks'}`;
  switch (kind) {
    case 'torn':
      return `is torn: its last ${bytes} bytes cannot be read`;
    case 'damaged':
      return blocks === 0
        ? `is damaged: ${bytes} bytes of it are no block`
        : `is damaged: ${bytes} bytes cannot be read, and ${lost} with them`;
    case 'lost':
      return `lacks ${lost}`;
    case 'doubled':
      return 'holds a block twice, which was dropped';
    case 'misplaced':
      return 'holds a block out of its place, which was dropped';
    case 'unclosed':
      return 'was never closed: whoever wrote it did not come to its end';
    case 'miscounted':
      return 'holds another number of entries than its closing record counts';
  }
}
