/**
 * Names every device and draws everything about it. All draws hang on the seed and the device's own
 * id, so adding a device, an entry or a fault changes nothing about the others.
 */
import { type DeviceModel, drawParams, identityOf, modelFamily } from '#devices';
import {
  type DevicePlan,
  type EntryPlan,
  hashText,
  laneIn,
  onGrid,
  type Problem,
  readParams,
} from '#kernel';
import type { FleetEntry, Scenario } from '#scenarios';
import { layFallBacks } from './fall-backs.ts';
import { placesOf, shareOut } from './places.ts';

export interface Site {
  region: string;
  name: string;
  network: string | null;
}

function sitesOf(scenario: Scenario): Site[] {
  return scenario.regions.flatMap((region) =>
    Array.from({ length: region.sites }, (_, index) => ({
      region: region.name,
      name: `${region.name}-${index + 1}`,
      network: region.network,
    })),
  );
}

/**
 * How many devices each entry has in the end; `scaleTo` shares a total out by largest remainder.
 */
export function entryCounts(scenario: Scenario, scaleTo: number | null): number[] {
  const sites = sitesOf(scenario).length;
  const { fleet, regions } = scenario;
  const places = { fleet: 1, region: regions.length, site: sites };
  const written = fleet.map(({ count, per, via }) => {
    if (per !== 'gateway') return count * places[per];
    const carrier = fleet.find(({ id }) => id === via);
    // No gateway is counted per gateway: it would be carried itself.
    if (carrier === undefined || carrier.per === 'gateway') return 0;
    return count * carrier.count * places[carrier.per];
  });
  return scaleTo === null ? written : withCarriers(fleet, shareOut(scaleTo, written));
}

/** Of few devices a gateway would be less than one: it is there while anybody is carried by it. */
function withCarriers(fleet: readonly FleetEntry[], counts: readonly number[]): number[] {
  const kept = [...counts];
  for (const [index, { id }] of fleet.entries()) {
    const carries = fleet.some(({ via }, child) => via === id && (kept[child] ?? 0) > 0);
    if (!carries || (kept[index] ?? 0) > 0) continue;
    const largest = kept.indexOf(Math.max(...kept));
    kept[largest] = (kept[largest] ?? 1) - 1;
    kept[index] = 1;
  }
  return kept;
}

export function planEntry(scenario: Scenario, entry: FleetEntry, model: DeviceModel): EntryPlan {
  return {
    id: entry.id,
    model: entry.model,
    everyMs: onGrid(entry.everyMs ?? model.everyMs, scenario.time.quantumMs),
    qos: entry.qos,
    session: entry.session,
    keepAliveS: entry.keepAliveS,
    will: entry.will,
    retainStatus: entry.retainStatus,
    health: entry.health,
    network: entry.network,
    buffer: entry.buffer,
    backoff: entry.backoff,
    sleep: entry.sleep,
    ...(entry.mqtt5 === undefined ? {} : { mqtt5: entry.mqtt5 }),
    ...(scenario.fleet.some(({ via, fallBack }) => [via, fallBack?.via].includes(entry.id))
      ? { carries: true }
      : {}),
    ...(entry.fallBack === null ? {} : { fallBack: rulesOf(entry.fallBack) }),
    // What its devices can do is laid out when workflows are known.
    parts: [],
    streams: [],
    paramNames: Object.keys(model.params),
  };
}

const rulesOf = ({ afterMs, holdMs }: NonNullable<FleetEntry['fallBack']>) => ({ afterMs, holdMs });

export interface RosterRequest {
  scenario: Scenario;
  seed: number;
  entries: readonly EntryPlan[];
  models: readonly DeviceModel[];
  counts: readonly number[];
}

/** Every device, by entry, site and index. The network is the entry's own or its region's. */
export function planRoster(request: RosterRequest): {
  devices: DevicePlan[];
  networks: (string | null)[];
  problems: Problem[];
} {
  const { scenario, seed } = request;
  const { fleet } = scenario;
  const sites = sitesOf(scenario);
  const devices: DevicePlan[] = [];
  const networks: (string | null)[] = [];
  const { places, problems } = placesOf(fleet, request.counts, sites);
  const firstOf = (id: string | null): number =>
    places
      .slice(
        0,
        fleet.findIndex((one) => one.id === id),
      )
      .flat().length;
  request.entries.forEach((entry, index) => {
    const model = request.models[index] as DeviceModel;
    const overrides = overridesIn(fleet[index], model);
    const firstCarrier = firstOf(fleet[index]?.via ?? null);
    const atSite = sites.map(() => 0);
    for (const { site: at, carrier } of places[index] ?? []) {
      const site = sites[at] as Site;
      const k = (atSite[at] ?? 0) + 1;
      atSite[at] = k;
      const id = `${entry.id}/${site.name}/${k}`;
      devices.push({
        id,
        entry: index,
        region: site.region,
        site: site.name,
        lane: 0,
        cohort: 0,
        ...(carrier === null ? {} : { via: firstCarrier + carrier }),
        ...startTimes(scenario, seed, id, entry),
        params: drawParams(model.params, overrides, seed, id),
        identity: { ...identityOf(seed, id, entry.model) },
      });
      networks.push(carrier === null ? (entry.network ?? site.network) : null);
    }
  });
  problems.push(...layFallBacks(fleet, devices));
  layLanes(devices);
  return { devices, networks, problems };
}

/** When it is known who carries whom. */
export function layLanes(devices: readonly DevicePlan[]): void {
  for (const device of devices) device.lane = laneIn(devices, device);
}

/**
 * Devices boot in the first half of warm-up and sample from its middle on, each with a phase of its
 * own.
 */
function startTimes(
  scenario: Scenario,
  seed: number,
  id: string,
  entry: EntryPlan,
): { bootAt: number; firstAt: number } {
  const half = scenario.time.warmupMs / 2;
  const quantum = scenario.time.quantumMs;
  return {
    bootAt: onGrid(half * share(seed, `boot/${id}`), quantum, 0),
    firstAt: onGrid(half + entry.everyMs * share(seed, `phase/${id}`), quantum, 0),
  };
}

const share = (seed: number, name: string): number =>
  hashText(`${seed}/device/${name}`) / 4294967296;

/** Typical values that the entry gives instead of the model's. */
function overridesIn(entry: FleetEntry | undefined, model: DeviceModel): Record<string, number> {
  const { values } = readParams(modelFamily.params(model), entry?.with ?? {});
  const numbers = Object.entries(values).flatMap(([name, value]): [string, number][] =>
    typeof value === 'number' ? [[name, value]] : [],
  );
  return Object.fromEntries(numbers);
}
