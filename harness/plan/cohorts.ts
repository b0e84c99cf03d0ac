/**
 * Cohorts: the classes of devices that no network selector tells apart. A toxic acts per listener
 * and cannot name a device, so each cohort gets a proxy of its own; devices that no fault and no
 * profile touches go direct. What goes by the state of a device tells that one from all others.
 */
import {
  type CohortPlan,
  carrierOf,
  type DevicePlan,
  type EntryPlan,
  type FaultPlan,
  isCarried,
  type LinkProfile,
} from '#kernel';
import { NETWORKS, type Scenario } from '#scenarios';

/** Two descriptors per proxied session, of whatever channel, under a limit of 20,000. */
const SESSIONS_PER_COHORT = 9000;

/**
 * Fills in device.cohort and fault.cohorts, and returns the cohorts in the order of their first
 * device. Who is carried has the cohort of its carrier and no session to be counted.
 */
export function planCohorts(
  devices: DevicePlan[],
  networks: readonly (string | null)[],
  faults: FaultPlan[],
  profiles: ReadonlyMap<string, LinkProfile>,
  entries: readonly Pick<EntryPlan, 'channels'>[],
): CohortPlan[] {
  const touching = faultsByDevice(devices.length, faults);
  const alone = ownLinks(faults);
  const cohorts: CohortPlan[] = [];
  const open = new Map<string, number>();
  const sessions: number[] = [];
  devices.forEach((device, index) => {
    if (isCarried({ devices }, index)) return;
    const ids = touching[index] ?? [];
    const network = networks[index] ?? null;
    const signature = `${network ?? '-'}|${ids.join(',')}|${alone.has(index) ? index : ''}`;
    let number = open.get(signature);
    const direct = network === null && ids.length === 0;
    const channels = entries[device.entry]?.channels ?? [];
    const more = 1 + channels.length;
    const held = sessions[number ?? -1] ?? 0;
    if (number === undefined || (!direct && held + more > SESSIONS_PER_COHORT)) {
      number = cohorts.length;
      open.set(signature, number);
      cohorts.push({
        id: direct ? 'direct' : `cohort-${number}`,
        devices: 0,
        profile: network === null ? null : (profiles.get(network) ?? null),
        faults: ids,
      });
    }
    device.cohort = number;
    const cohort = cohorts[number];
    sessions[number] = (sessions[number] ?? 0) + more;
    if (cohort === undefined) return;
    cohort.devices++;
    if (channels.length === 0) return;
    cohort.channels = [...new Set([...(cohort.channels ?? []), ...channels])].sort();
  });
  devices.forEach((device, index) => {
    device.cohort = devices[carrierOf({ devices }, index)]?.cohort ?? 0;
  });
  for (const fault of faults) fault.cohorts = cohortsOf(fault, devices);
  return cohorts;
}

/** Devices whose link a fault spoils by itself, as they are in a state or are not. */
export const ownLinks = (faults: readonly FaultPlan[]): ReadonlySet<number> =>
  new Set(
    faults.flatMap(({ acts, devices, tie }) =>
      acts === 'link' && tie !== undefined ? devices : [],
    ),
  );

function faultsByDevice(count: number, faults: readonly FaultPlan[]): string[][] {
  const touching: string[][] = Array.from({ length: count }, () => []);
  for (const fault of faults) {
    if (fault.acts !== 'link') continue;
    for (const device of fault.devices) touching[device]?.push(fault.id);
  }
  return touching;
}

/** Those of its devices: whom a link fault touches shares a cohort with nobody else. */
const cohortsOf = (fault: FaultPlan, devices: readonly DevicePlan[]): number[] =>
  [...new Set(fault.devices.map((index) => devices[index]?.cohort ?? 0))].sort((a, b) => a - b);

/** Network profiles by name: the built-in ones, and those that the scenario defines. */
export const profilesOf = (scenario: Scenario): Map<string, LinkProfile> =>
  new Map([...NETWORKS, ...scenario.networks].map((profile) => [profile.name, profile]));
