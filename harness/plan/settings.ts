/**
 * What workflows may ask of the devices of each entry: what can be set of them, by their model or
 * by a part of theirs, and what their readings tell.
 */
import {
  type CommandSpec,
  type DeviceModel,
  modelSettings,
  type PartKind,
  type Setting,
} from '#devices';
import {
  type ArtefactKind,
  type Catalog,
  type EntryPlan,
  inNameOf,
  type ParamValues,
  type Problem,
} from '#kernel';
import type { FleetEntry } from '#scenarios';
import { type Needs, paramsOf, partsOfEntries } from './capabilities.ts';

export interface PlannedSettings {
  /** By entry. */
  settings: Setting[][];
  /** By entry, those of its model. */
  commands: Readonly<Record<string, CommandSpec>>[];
  /** By entry; none where a part of its devices rewords what they measure. */
  signals: string[][];
  /** By entry, the artefacts that a part of its devices goes by. */
  uses: ArtefactKind[][];
  /** By entry, what it sets of each part of its devices, by the part's name. */
  partParams: Readonly<Record<string, ParamValues>>[];
  problems: Problem[];
}

export function planSettings(
  entries: readonly EntryPlan[],
  fleet: readonly FleetEntry[],
  models: readonly DeviceModel[],
  catalog: Catalog,
  kinds: Needs['kinds'],
): PlannedSettings {
  const parts = partsOfEntries(entries, fleet, catalog, kinds);
  const settings = entries.map((_, index) => {
    const model = models[index];
    const offered = (parts[index] ?? []).flatMap((part) => offeredBy(part, fleet[index]));
    return [...(model === undefined ? [] : modelSettings(model)), ...offered];
  });
  const commands = entries.map((_, index) => models[index]?.commands ?? {});
  const signals = entries.map((_, index) => {
    const isReworded = (parts[index] ?? []).some(({ rewords }) => rewords === true);
    const added = (parts[index] ?? []).flatMap(({ adds = [] }) => adds);
    return isReworded ? [] : [...Object.keys(models[index]?.signals ?? {}), ...added];
  });
  const uses = entries.map((_, index) => (parts[index] ?? []).flatMap(({ uses = [] }) => uses));
  const partParams = entries.map((_, index) =>
    Object.fromEntries(
      (parts[index] ?? []).map((part) => [part.kind, paramsOf(part, fleet[index])] as const),
    ),
  );
  const problems = settings.flatMap(twice);
  return { settings, commands, signals, uses, partParams, problems };
}

function offeredBy(part: PartKind, entry: FleetEntry | undefined): Setting[] {
  const offered = inNameOf(`the part ${part.kind}`, 'settings', () =>
    part.settings?.(paramsOf(part, entry)),
  );
  return (offered ?? []).map(({ name, low, high, step }) => ({ name, low, high, step }));
}

/** Whoever sets it could not say which of the two he means. */
function twice(settings: readonly Setting[], entry: number): Problem[] {
  const names = settings.map(({ name }) => name);
  const again = names.find((name, at) => names.indexOf(name) < at);
  if (again === undefined) return [];
  const message = `two things of its devices are set by the name ${again}`;
  const hint = 'leave out one of the parts that offer it, or rename it there';
  return [{ code: 'twice', path: `fleet[${entry}]`, message, hint }];
}
