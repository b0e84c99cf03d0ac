/**
 * What can be wrong with a file although each value by itself is fine. The one validator of names,
 * windows and parameters: it reads the file as written, so it speaks of a malformed file as well as
 * of a sound one, and whoever plans a checked scenario need not ask again.
 */
import type { Catalog, Flaw } from '#kernel';
import { draftOf } from './checks/draft.ts';
import { nameFlaws } from './checks/names.ts';
import { pluginFlaws } from './checks/plugins.ts';
import { scheduleFlaws } from './checks/schedule.ts';

export function checkFile(raw: Readonly<Record<string, unknown>>, catalog: Catalog | null): Flaw[] {
  const draft = draftOf(raw, catalog);
  return [...nameFlaws(draft), ...scheduleFlaws(draft), ...pluginFlaws(draft)];
}
