/**
 * A share of what takes long. `SHARE=2/3` tries the second third of the slow tests, drawn by their
 * names, so that a new one moves no other; without it all of them are tried. CI takes the third that
 * its commit stands for, and so comes round to each of them.
 */
import { crc32 } from '#kernel';

/** Whether the share that was asked for holds what has this name. */
export function inShare(name: string, share = process.env.SHARE): boolean {
  if (share === undefined || share === '') return true;
  const [, part, of] = /^([1-9]\d?)\/([1-9]\d?)$/.exec(share) ?? [];
  if (part === undefined || of === undefined || Number(part) > Number(of))
    throw new Error(`SHARE=${share} is no share: write for example SHARE=2/3`);
  return crc32(Buffer.from(name)) % Number(of) === Number(part) - 1;
}
