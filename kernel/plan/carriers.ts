/**
 * Who has a connection of its own, and who goes through somebody else's. A device with `via` is
 * carried: it has no link, no session and no presence, and whatever is said of connections is said
 * of its carrier. Everybody asks here, so that nobody has an idea of his own of what a carrier is.
 */
import { assert } from '../errors.ts';
import { loadCount } from '../load/load.ts';
import { laneOf } from '../message.ts';
import type { DevicePlan, EntryPlan, FaultPlan } from './plan.ts';

/** A plan, or the roster of one that is still being made. */
interface Roster {
  devices: readonly DevicePlan[];
}

interface Carriers {
  /** Carrier by the device that it carries. */
  carrierOf: ReadonlyMap<number, number>;
  /** Those that it carries, by carrier, in the order of the plan. */
  carriedBy: ReadonlyMap<number, readonly number[]>;
  /** Those that fall back on it, likewise. */
  leaningOn: ReadonlyMap<number, readonly number[]>;
}

/** Asked with every message, so it is made once per roster. */
const known = new WeakMap<readonly DevicePlan[], Carriers>();

function carriersOf({ devices }: Roster): Carriers {
  let carriers = known.get(devices);
  if (carriers === undefined) {
    carriers = readCarriers(devices);
    known.set(devices, carriers);
  }
  return carriers;
}

/** Rows that are not here are not asked: the plan of a shard has holes. */
function readCarriers(devices: readonly DevicePlan[]): Carriers {
  const carrierOf = new Map<number, number>();
  const carriedBy = new Map<number, number[]>();
  const leaningOn = new Map<number, number[]>();
  for (let device = 0; device < devices.length; device++) {
    const row = devices[device];
    const via = row?.via ?? null;
    if (row === undefined || via === null) continue;
    const carrier = devices[via];
    assert(carrier !== undefined, `the carrier of ${row.id} is in the plan`);
    assert((carrier.via ?? null) === null, `the carrier of ${row.id} has a connection of its own`);
    assert(carrier.lane === row.lane, `${row.id} is in the lane of its carrier`);
    carrierOf.set(device, via);
    add(carriedBy, via, device);
    const { fallBack } = row;
    if (fallBack === undefined) continue;
    assert(devices[fallBack]?.lane === row.lane, `${row.id} falls back on one of its lane`);
    add(leaningOn, fallBack, device);
  }
  return { carrierOf, carriedBy, leaningOn };
}

function add(lists: Map<number, number[]>, at: number, device: number): void {
  const list = lists.get(at);
  if (list === undefined) lists.set(at, [device]);
  else list.push(device);
}

/** Whose connection the device's messages go over: its carrier's, else its own. */
export const carrierOf = (plan: Roster, device: number): number =>
  carriersOf(plan).carrierOf.get(device) ?? device;

export const isCarried = (plan: Roster, device: number): boolean =>
  carriersOf(plan).carrierOf.has(device);

/** Those that go over its connection beside itself. */
export const carriedBy = (plan: Roster, carrier: number): readonly number[] =>
  carriersOf(plan).carriedBy.get(carrier) ?? NOBODY;

/** Those that speak through it while their own carrier is away. */
export const leaningOn = (plan: Roster, carrier: number): readonly number[] =>
  carriersOf(plan).leaningOn.get(carrier) ?? NOBODY;

/** In whose name it may speak beside its own. */
export const spokenForBy = (plan: Roster, carrier: number): readonly number[] => {
  const others = leaningOn(plan, carrier);
  return others.length === 0 ? carriedBy(plan, carrier) : [...carriedBy(plan, carrier), ...others];
};

const NOBODY: readonly number[] = [];

/** How many devices of the fleet have a connection of their own. */
export const connectionCount = (plan: Roster): number =>
  plan.devices.length - carriersOf(plan).carrierOf.size - loadCount(plan);

/** How many connections its devices may have at one time, those of their channels included. */
export function sessionCount(plan: Roster & { entries: readonly EntryPlan[] }): number {
  let sum = 0;
  plan.devices.forEach(({ entry }, device) => {
    if (!isCarried(plan, device)) sum += 1 + (plan.entries[entry]?.channels?.length ?? 0);
  });
  return sum;
}

/** The further connections that devices may open, by name. */
export const channelsOf = ({ entries }: { entries: readonly EntryPlan[] }): string[] =>
  [...new Set(entries.flatMap(({ channels }) => channels ?? []))].sort();

/**
 * Everybody who feels a fault, in the order of the plan: those it names, and whom they carry. A
 * carrier without power carries nothing either, though its devices keep theirs.
 */
export function reachOf(plan: Roster, { devices }: Pick<FaultPlan, 'devices'>): readonly number[] {
  if (carriersOf(plan).carrierOf.size === 0) return devices;
  const reached = devices.flatMap((device) => [device, ...spokenForBy(plan, device)]);
  return [...new Set(reached)].sort((a, b) => a - b);
}

/** A link fault acts on connections: who is carried has none but its carrier's. */
export function connectionsOf(plan: Roster, devices: readonly number[]): number[] {
  return [...new Set(devices.map((device) => carrierOf(plan, device)))].sort((a, b) => a - b);
}

/**
 * The lane of a device. Who may be carried by several gateways is in a group with them, and the
 * group has one lane: fail-over changes the way of a message and never its topic.
 */
export function laneIn(devices: readonly DevicePlan[], { id, via, group }: DevicePlan): number {
  const carrier = via === undefined || via === null ? undefined : devices[via];
  return laneOf(group ?? carrier?.group ?? carrier?.id ?? id);
}
