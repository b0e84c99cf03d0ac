/** What the firmware that a device runs does to it, as its image says. */
import { type Defect, type ImageHead, readImage, type Speech } from '#kernel';
import type { Updater } from '../../firmware/updater.ts';
import type { PartDevice } from '../../part.ts';
import type { OtaSeams } from './seams.ts';

/** Nobody saw it before. */
export const defectOf = (updater: Updater): Defect => headOf(updater)?.defect ?? 'none';

/** How it names what it measures; null for as its model does. */
export function speechOf(device: PartDevice, updater: Updater): Speech | null {
  const speech = headOf(updater)?.speech ?? null;
  if (speech === null || !speech.keeps) return speech;
  const seam = device.seam<OtaSeams['keepNames']>('keepNames');
  return { ...speech, keeps: seam?.(device.row.id, updater.manifest?.version ?? '') !== false };
}

function headOf({ booted, store }: Updater): ImageHead | null {
  if (booted === null) return null;
  return readImage(store.banks[booted.bank].bytes(booted.manifest.size));
}
