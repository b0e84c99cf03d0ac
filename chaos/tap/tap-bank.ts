/** The taps of a run, one for each cohort that has any, and what they tell. */
import type { FaultPlan, Plan, Timers } from '#kernel';
import type { Undo } from '../fault.ts';
import { TapAccount, type TapTold } from './tap-account.ts';
import { type TapHands, tappedCohorts } from './tap-hands.ts';
import { CohortTap, type TappedDevice } from './tap-rules.ts';

export interface TapBankOptions {
  timers: Timers;
  /** What a device calls itself when it connects. */
  clientIdOf(device: string): string;
  tell(told: TapTold): void;
}

export class TapBank implements TapHands {
  readonly account: TapAccount;
  readonly #taps = new Map<number, CohortTap>();

  constructor(plan: Plan, { timers, clientIdOf, tell }: TapBankOptions) {
    const account = new TapAccount(timers, tell);
    this.account = account;
    const cohorts = tappedCohorts(plan);
    const devices = new Map<string, TappedDevice>();
    plan.devices.forEach(({ id, cohort }, index) => {
      if (cohorts.has(cohort)) devices.set(clientIdOf(id), { index, id });
    });
    const ports = {
      seed: plan.seed,
      deviceOf: (clientId: string) => devices.get(clientId) ?? null,
      hit: (fault: string, device: number) => account.hit(fault, device),
    };
    for (const cohort of cohorts) this.#taps.set(cohort, new CohortTap(ports));
  }

  get cohorts(): readonly number[] {
    return [...this.#taps.keys()];
  }

  tapOf(cohort: number): CohortTap | null {
    return this.#taps.get(cohort) ?? null;
  }

  async act(cohort: number, fault: FaultPlan): Promise<Undo> {
    const tap = this.#taps.get(cohort);
    if (tap === undefined) throw new Error(`cohort ${cohort} has no tap`);
    return tap.act(fault);
  }
}
