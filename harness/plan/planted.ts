/**
 * Where the planted bug of a run sits, and whether anything of the plan asks for what it puts in
 * place: the platform twin with its services, or the devices with the parts that they have.
 */
import { DEVICE_SEAMS, partFamily } from '#devices';
import {
  type Catalog,
  type EntryPlan,
  either,
  knownHint,
  mutantFamily,
  type Problem,
  seamsOf,
} from '#kernel';
import { BROKER_SEAMS, serviceFamily } from '#platform';

/** The bug by the place where it sits; at most one of the two is there. */
export interface Planted {
  platform: string | null;
  firmware: string | null;
}

/** Its name has been looked up before. */
export function planted(name: string | null, catalog: Catalog): Planted {
  if (name === null) return { platform: null, firmware: null };
  const inDevices = catalog.of(mutantFamily).get(name)?.sits === 'device';
  return inDevices ? { platform: null, firmware: name } : { platform: name, firmware: null };
}

/** A seam that nobody has would be a bug that never fires. */
export function platformSeamProblems(platform: string, catalog: Catalog): Problem[] {
  const mutant = catalog.of(mutantFamily).get(platform);
  if (mutant === undefined || catalog.words(serviceFamily.family) === undefined) return [];
  const services = [...catalog.of(serviceFamily).values()];
  const known = [...BROKER_SEAMS, ...services.flatMap(({ seams }) => seams ?? [])];
  return seamsOf(mutant)
    .filter((seam) => !known.includes(seam))
    .map((seam): Problem => {
      const whose = `the seam '${seam}' of the mutant '${mutant.kind}'`;
      const message = `no part of the platform has ${whose}`;
      return { code: 'mutant', message, ...knownHint(seam, known) };
    });
}

/** The same of the devices, when their parts are known. */
export function seamProblems(
  firmware: string,
  entries: readonly EntryPlan[],
  catalog: Catalog,
): Problem[] {
  const mutant = catalog.of(mutantFamily).get(firmware);
  if (mutant === undefined) return [];
  const parts = [...catalog.of(partFamily).values()];
  const all = [...DEVICE_SEAMS, ...parts.flatMap(({ seams }) => seams ?? [])];
  const used = new Set(entries.flatMap((entry) => entry.parts.map(({ kind }) => kind)));
  return seamsOf(mutant).flatMap((seam): Problem[] => {
    if (DEVICE_SEAMS.includes(seam)) return [];
    const owners = parts.filter(({ seams }) => seams?.includes(seam)).map(({ kind }) => kind);
    if (owners.some((kind) => used.has(kind))) return [];
    const hint =
      owners.length === 0
        ? `seams of devices: ${all.join(', ')}`
        : `the seam is of the part ${either(owners)}`;
    const message = `no device of this fleet has the seam '${seam}' of the mutant '${mutant.kind}'`;
    return [{ code: 'mutant', path: 'fleet', message, hint }];
  });
}
