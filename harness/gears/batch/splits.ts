/**
 * Which split a device is in. By device, since windows of one device on both sides of a split let a
 * model learn who it is and not what ails it; by a hash, so that a larger fleet moves nobody.
 */
import { hashText } from '#kernel';

export interface Split {
  name: string;
  /** Of all devices. */
  share: number;
}

export const SPLITS: readonly Split[] = [
  { name: 'train', share: 0.7 },
  { name: 'validation', share: 0.15 },
  { name: 'test', share: 0.15 },
];

export function splitOf(seed: number, device: string, splits: readonly Split[] = SPLITS): string {
  const at = hashText(`${seed}/split/${device}`) / 4294967296;
  let below = 0;
  for (const { name, share } of splits) {
    below += share;
    if (at < below) return name;
  }
  return splits.at(-1)?.name ?? '';
}
