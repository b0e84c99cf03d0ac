/** What is wrong with the firmware that a device runs, as its image says: nobody saw it before. */
import { type Defect, readImage } from '#kernel';
import type { Updater } from '../../firmware/updater.ts';

export function defectOf({ booted, store }: Updater): Defect {
  if (booted === null) return 'none';
  return readImage(store.banks[booted.bank].bytes(booted.manifest.size))?.defect ?? 'none';
}
