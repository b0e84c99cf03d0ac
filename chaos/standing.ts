/**
 * What stands on the links of a run from their first byte, besides what any proxy can do: radios,
 * and taps behind them. In virtual time it stands in the link itself, over sockets in a hop of our
 * own between proxy and target, so that it is the same whoever the proxy is. A hop costs a look at
 * every byte, and is laid only where something stands.
 */
import { assert, type CohortPlan, type FaultPlan, type Plan, type Timers } from '#kernel';
import type { Undo } from './fault.ts';
import type { Standing } from './proxy-core.ts';
import { CohortRadio } from './radio/cohort-radio.ts';
import { TapAccount, type TapTold } from './tap/tap-account.ts';
import { CohortTap, type TappedDevice } from './tap/tap-rules.ts';

export interface TapHands {
  act(cohort: number, fault: FaultPlan): Promise<Undo>;
}

export interface StandingOptions {
  timers: Timers;
  /** What a device calls itself when it connects. */
  clientIdOf(device: string): string;
  tell(told: TapTold): void;
}

/** Cohorts with packets that a fault may ask for. */
export function tappedCohorts({ faults }: Pick<Plan, 'faults'>): ReadonlySet<number> {
  const asking = faults.filter(({ packets }) => packets !== undefined);
  return new Set(asking.flatMap(({ cohorts }) => cohorts));
}

/** Links with something standing on them; a tap reads MQTT, which no further channel speaks. */
export function standingLinks(plan: Plan): { cohort: number; channel: string | null }[] {
  const tapped = tappedCohorts(plan);
  return plan.cohorts.flatMap((one, cohort) => {
    const first = tapped.has(cohort) || hasRadio(one) ? [{ cohort, channel: null }] : [];
    const further = hasRadio(one) ? (one.channels ?? []) : [];
    return [...first, ...further.map((channel) => ({ cohort, channel }))];
  });
}

const hasRadio = ({ profile }: CohortPlan): boolean => profile?.radio !== undefined;

export class StandingLinks implements TapHands {
  readonly account: TapAccount;
  readonly #taps = new Map<number, CohortTap>();
  readonly #radios = new Map<number, CohortRadio>();

  constructor(plan: Plan, { timers, clientIdOf, tell }: StandingOptions) {
    const account = new TapAccount(timers, tell);
    this.account = account;
    const tapped = tappedCohorts(plan);
    const devices = new Map<string, TappedDevice>();
    const firsts = new Map<number, string>();
    plan.devices.forEach(({ id, cohort }, index) => {
      if (!firsts.has(cohort)) firsts.set(cohort, id);
      if (tapped.has(cohort)) devices.set(clientIdOf(id), { index, id });
    });
    const ports = {
      seed: plan.seed,
      deviceOf: (clientId: string) => devices.get(clientId) ?? null,
      hit: (fault: string, device: number) => account.hit(fault, device),
    };
    for (const cohort of tapped) this.#taps.set(cohort, new CohortTap(ports));
    plan.cohorts.forEach(({ profile }, cohort) => {
      if (profile?.radio === undefined) return;
      // By a device and not by its number: one more fault gives cohorts other numbers.
      const name = `${profile.name}/${firsts.get(cohort) ?? cohort}`;
      this.#radios.set(cohort, new CohortRadio(profile.radio, plan.seed, name));
    });
  }

  /** Null where nothing stands. */
  on(cohort: number, channel: string | null): (() => Standing) | null {
    const radio = this.#radios.get(cohort)?.stand;
    const tap = channel === null ? this.#taps.get(cohort)?.stand : undefined;
    if (radio === undefined || tap === undefined) return radio ?? tap ?? null;
    return () => {
      const [air, packets] = [radio(), tap()];
      return {
        upstream: [...air.upstream, ...packets.upstream],
        downstream: [...packets.downstream, ...air.downstream],
      };
    };
  }

  async act(cohort: number, fault: FaultPlan): Promise<Undo> {
    const tap = this.#taps.get(cohort);
    assert(tap !== undefined, `cohort ${cohort} has a tap`);
    return tap.act(fault);
  }
}
