/**
 * A file as it was written, whether or not it is well-formed: what can be read of it is, and what
 * cannot is passed over, since the schema says that. So a typing error in one place does not hide
 * an impossible schedule in another. Every check of what one part says of another reads a draft.
 */
import { type Catalog, type Flaw, isMap, noSuch, type Path, parseSpan } from '#kernel';
import { NETWORKS } from '../networks.ts';
import { NAME } from '../schema/atoms.ts';
import { faultIds } from '../schema/chaos.ts';
import { loadId } from '../schema/load.ts';
import { type PhaseStarts, phaseStarts, TIME_DEFAULTS } from '../schema.ts';

type Table = Readonly<Record<string, unknown>>;

export interface Draft {
  raw: Table;
  fleet: readonly Table[];
  chaos: readonly Table[];
  /** What is under `load`, one or several, each with its place. */
  loads: readonly { entry: Table; path: Path }[];
  /** Ids of the faults in order, as far as they can be told. */
  faults: readonly (string | undefined)[];
  names: Names;
  starts: PhaseStarts;
  quantumMs: number;
  /** Null where no plug-ins are known: then their names are nobody's business. */
  catalog: Catalog | null;
}

/** What the file itself gives a name to. */
interface Names {
  networks: string[];
  /** Null where the file does not tell, because that part of it is malformed. */
  regions: string[] | null;
  sites: string[] | null;
  faults: string[] | null;
  entries: string[];
  models: string[];
  loads: string[];
}

export function draftOf(raw: Table, catalog: Catalog | null, isWhole: boolean): Draft {
  const fleet = items(raw.fleet);
  const chaos = items(raw.chaos);
  const loads = loadsIn(raw.load);
  const loadIds = loads.flatMap(({ entry }) => text(entry.id) ?? loadId(text(entry.k6) ?? ''));
  const faults = faultIds(chaos.map(({ id, fault }) => ({ id: text(id), fault: text(fault) })));
  const { regions, sites } = isWhole ? placesIn(raw) : { regions: null, sites: null };
  return {
    raw,
    fleet,
    chaos,
    loads,
    faults,
    names: {
      networks: [...NETWORKS.map((profile) => profile.name), ...Object.keys(table(raw.networks))],
      regions,
      sites,
      faults: isWhole && tellsFaults(raw.chaos) ? faults.filter((id) => id !== undefined) : null,
      entries: fleet.flatMap((entry) => text(entry.id) ?? text(entry.model) ?? []),
      models: fleet.flatMap((entry) => text(entry.model) ?? []),
      loads: loadIds,
    },
    starts: startsOf(raw),
    quantumMs: timeOf(raw, 'quantum'),
    catalog,
  };
}

/** Whoever mistypes an id, or loses it in another key, means a fault all the same. */
function tellsFaults(chaos: unknown): boolean {
  if (chaos === undefined) return true;
  const ids = Array.isArray(chaos)
    ? chaos.map((item) => (isMap(item) ? (item.id ?? 'none') : item))
    : [0];
  return ids.every((id) => typeof id === 'string' && NAME.test(id));
}

function loadsIn(raw: unknown): Draft['loads'] {
  if (!Array.isArray(raw)) return isMap(raw) ? [{ entry: raw, path: ['load'] }] : [];
  return items(raw).map((entry, at) => ({ entry, path: ['load', at] }));
}

/** More sites than a region may have are named by the schema, not one by one by us. */
const SITES_MAX = 10_000;

function placesIn(raw: Table): Pick<Names, 'regions' | 'sites'> {
  if (raw.topology === undefined) return { regions: ['default'], sites: ['default-1'] };
  const written = table(raw.topology).regions;
  if (!isMap(written)) return { regions: null, sites: null };
  const sites = Object.entries(written).flatMap(([key, region]) => {
    const given = table(region).sites ?? 1;
    const count = typeof given === 'number' && given <= SITES_MAX ? given : 1;
    return Array.from({ length: Math.max(0, count) }, (_, index) => `${key}-${index + 1}`);
  });
  return { regions: Object.keys(written), sites };
}

function startsOf(raw: Table): PhaseStarts {
  const span = (key: keyof typeof TIME_DEFAULTS): number => timeOf(raw, key);
  return phaseStarts({
    warmupMs: span('warmup'),
    steadyMs: span('steady'),
    chaosMs: span('chaos'),
    settleMs: span('settle'),
    drainMs: span('drain'),
    quantumMs: span('quantum'),
  });
}

function timeOf(raw: Table, key: keyof typeof TIME_DEFAULTS): number {
  return parseSpan(table(raw.time)[key]) ?? parseSpan(TIME_DEFAULTS[key]) ?? 0;
}

/** A name that must be one of these, where it is a name at all and these are known. */
export function known(
  what: string,
  given: unknown,
  legal: readonly string[] | null,
  path: Path,
): Flaw[] {
  return typeof given !== 'string' || legal === null ? [] : noSuch(what, given, legal, path);
}

export const table = (value: unknown): Table => (isMap(value) ? value : {});
export const items = (value: unknown): Table[] => (Array.isArray(value) ? value.map(table) : []);
export const text = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined;
