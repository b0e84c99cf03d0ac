/**
 * The faults of a shard's devices that are tied to what these do. It hears of each state that a
 * device enters, from the first on: who is in a state when a fault may begin has entered it before.
 */
import type { FaultKind } from '#chaos';
import { addTo, assert, type FaultPlan, type Plan, regionOf } from '#kernel';
import { TiedFault, type TiePorts } from './tied-fault.ts';

interface Ear {
  region: string;
  tied: TiedFault;
}

export class TiedFaults {
  readonly #byFault = new Map<string, TiedFault[]>();
  readonly #byDevice = new Map<number, Ear[]>();

  constructor(
    plan: Plan,
    mine: ReadonlySet<number>,
    kinds: ReadonlyMap<string, FaultKind>,
    ports: TiePorts,
  ) {
    for (const fault of plan.faults) {
      if (fault.tie === undefined) continue;
      const kind = kinds.get(fault.fault);
      assert(kind !== undefined, `${fault.fault} was in the catalog when the plan was made`);
      const region = regionOf(fault.tie.state);
      const list = fault.devices.filter((device) => mine.has(device));
      const all = list.map((device) => {
        const tied = new TiedFault(ports, kind, narrowed(plan, fault, device), device);
        addTo(this.#byDevice, device, { region, tied });
        return tied;
      });
      this.#byFault.set(fault.id, all);
    }
  }

  /** Null where there is nobody to hear it. */
  get listener(): ((device: number, state: string) => void) | null {
    if (this.#byDevice.size === 0) return null;
    return (device, state) => {
      const ears = this.#byDevice.get(device);
      if (ears === undefined) return;
      const region = regionOf(state);
      for (const ear of ears) if (ear.region === region) ear.tied.entered(state);
    };
  }

  arm(fault: string): void {
    for (const tied of this.#byFault.get(fault) ?? []) tied.arm();
  }

  /** All at one time, and each is tried even if another fails. */
  async disarm(fault: string): Promise<void> {
    const all = this.#byFault.get(fault) ?? [];
    const outcomes = await Promise.allSettled(all.map((tied) => tied.disarm()));
    const failed = outcomes.find((one) => one.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }
}

/** The same fault, on one device and its own link. */
function narrowed(plan: Plan, fault: FaultPlan, device: number): FaultPlan {
  const cohort = plan.devices[device]?.cohort ?? 0;
  return { ...fault, devices: [device], cohorts: fault.acts === 'link' ? [cohort] : [] };
}
