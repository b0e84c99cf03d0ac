/**
 * What can be wrong with a file although each value by itself is fine. The one validator of names,
 * windows and parameters: it reads the file as written, so it speaks of a malformed file as well as
 * of a sound one, and whoever plans a checked scenario need not ask again.
 */
import type { Catalog, Flaw } from '#kernel';
import { carriageFlaws } from './checks/carriage.ts';
import { draftOf } from './checks/draft.ts';
import { loadFlaws } from './checks/load.ts';
import { nameFlaws } from './checks/names.ts';
import { pluginFlaws } from './checks/plugins.ts';
import { scheduleFlaws } from './checks/schedule.ts';

/** `isWhole`: the text could be read to its end. Else more names may be in it than are found. */
export function checkFile(
  raw: Readonly<Record<string, unknown>>,
  catalog: Catalog | null,
  isWhole: boolean,
): Flaw[] {
  const draft = draftOf(raw, catalog, isWhole);
  return [
    ...nameFlaws(draft),
    ...loadFlaws(draft),
    ...carriageFlaws(draft),
    ...scheduleFlaws(draft),
    ...pluginFlaws(draft),
  ];
}
