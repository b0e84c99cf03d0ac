/**
 * Faults that are tied to a state of their devices, as far as a plan can decide them: whether such
 * a fault can be, and which of the devices have such a state. When it acts on whom is decided in
 * the run, by what each device does.
 */
import type { FaultKind } from '#chaos';
import { partFamily, stateNames } from '#devices';
import {
  assert,
  type Catalog,
  type DevicePlan,
  type EntryPlan,
  type FaultPlan,
  noSuch,
  type Path,
  type Problem,
  problemOf,
  type StateTie,
} from '#kernel';
import type { Scenario, ScenarioFault } from '#scenarios';
import { ownLinks } from './cohorts.ts';

/** As the plan holds it. */
export function tieOf(tie: NonNullable<ScenarioFault['tie']>, { underState }: FaultKind): StateTie {
  const { key, state, nth, forMs } = tie;
  const ends = key === 'while' && underState === 'ends';
  return { state, ...(nth === null ? {} : { nth }), forMs, ends };
}

/** Of a fault that acts on more than what has states. */
export function untiedProblems(
  { underState }: FaultKind,
  { id, fault, tie }: ScenarioFault,
  kinds: ReadonlyMap<string, FaultKind>,
  path: string,
): Problem[] {
  if (tie === null || underState !== undefined) return [];
  const able = [...kinds.values()].flatMap((kind) =>
    kind.underState === undefined ? [] : kind.kind,
  );
  const what = 'does not act on single devices, and cannot go by what one of them does';
  return [
    {
      code: 'fault-untied',
      path: `${path}.${tie.key}`,
      message: `${id}: ${fault} ${what}`,
      hint: `give it a time (at: chaos+5s), or take one of ${able.join(', ')}`,
    },
  ];
}

interface Laid {
  entries: readonly EntryPlan[];
  devices: readonly DevicePlan[];
  faults: readonly FaultPlan[];
}

/**
 * Whether there is such a state; call when entries have their parts. Devices that cannot be in it
 * are none of the fault's, and need no link of their own.
 */
export function stateProblems(
  { scenario, catalog }: { scenario: Scenario; catalog: Catalog },
  { entries, devices, faults }: Laid,
): Problem[] {
  const statesOf = entries.map((entry) => namesOf(entry, catalog));
  const everywhere = [...new Set(statesOf.flat())];
  return faults.flatMap((fault): Problem[] => {
    const index = scenario.chaos.findIndex(({ id }) => id === fault.id);
    const tie = scenario.chaos[index]?.tie ?? null;
    if (fault.tie === undefined || tie === null) return [];
    const { state } = fault.tie;
    const able = fault.devices.filter((device) =>
      statesOf[devices[device]?.entry ?? -1]?.includes(state),
    );
    const path: Path = ['chaos', index, tie.key, 'state'];
    if (able.length === 0) return noneAble(fault, path, everywhere);
    fault.devices = able;
    return [];
  });
}

/** Each is a listener of its own, on the proxy's side and in the eyes of its probe. */
const OWN_PROXIES_MAX = 200;

/** Of faults on links: a proxy cannot name a device, so each device needs one of its own. */
export function proxyProblems(
  { scenario }: { scenario: Scenario },
  { entries, devices, faults }: Laid,
): Problem[] {
  const proxies = [...ownLinks(faults)].reduce(
    (sum, device) => sum + 1 + (entries[devices[device]?.entry ?? -1]?.channels?.length ?? 0),
    0,
  );
  if (proxies <= OWN_PROXIES_MAX) return [];
  const onLinks = faults.filter(({ acts, tie }) => acts === 'link' && tie !== undefined);
  const [widest] = [...onLinks].sort((a, b) => b.devices.length - a.devices.length);
  const index = scenario.chaos.findIndex(({ id }) => id === widest?.id);
  return [
    {
      code: 'too-many-proxies',
      path: `chaos[${Math.max(0, index)}]`,
      message:
        `${onLinks.map(({ id }) => id).join(', ')}: faults on links that go by a state need ` +
        `${proxies} proxies, one for each device and channel, and may have ${OWN_PROXIES_MAX}`,
      hint: 'select fewer devices, such as where: 2%, or let a fault on devices do it: power-cut',
    },
  ];
}

function noneAble({ id, tie }: FaultPlan, path: Path, everywhere: readonly string[]): Problem[] {
  assert(tie !== undefined, `${id} is tied to a state`);
  const [stranger] = noSuch('state', tie.state, everywhere, path);
  if (stranger !== undefined) return [problemOf(stranger)];
  const message = `no device that ${id} selects has a state ${tie.state}`;
  const hint = 'widen `where`, or give its devices the part that has it';
  const flaw = { code: 'state-of-others', path, what: 'value', message, hint } as const;
  return [problemOf(flaw)];
}

function namesOf({ parts }: EntryPlan, catalog: Catalog): string[] {
  const kinds = catalog.of(partFamily);
  const regions = parts.flatMap(({ kind }) => {
    const region = kinds.get(kind)?.region;
    return region === undefined ? [] : [[kind, region] as const];
  });
  return stateNames(Object.fromEntries(regions));
}
