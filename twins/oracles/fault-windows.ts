/**
 * When each fault acted on each device. A fault has one window for all its targets, unless the
 * ledger tells of a device that it was struck and relieved: then what is said of that device counts
 * for it, as often as it was struck. One that is tied to a state acts on nobody of whom the ledger
 * does not say so. Who is carried feels what acts on its carrier, when it acts there.
 */
import { carrierOf, type LedgerEntryOf, type Plan, reachOf } from '#kernel';
import type { FaultWindow } from './timeline.ts';

/** Of one time: either end may be missing from a torn ledger. */
interface Told {
  from: number | null;
  to: number | null;
}

export class FaultWindows {
  /** By fault and device, then by n. */
  readonly #told = new Map<string, Map<number, Told>>();

  step({ op, t, device, n, fault }: LedgerEntryOf<'struck' | 'relieved'>): void {
    const key = keyOf(fault, device);
    const times = this.#told.get(key) ?? new Map<number, Told>();
    this.#told.set(key, times);
    const told = times.get(n) ?? { from: null, to: null };
    times.set(n, op === 'struck' ? { ...told, from: t } : { ...told, to: t });
  }

  /** By device; the faults in their own order. */
  byDevice(
    plan: Pick<Plan, 'devices'>,
    faults: readonly FaultWindow[],
  ): (readonly FaultWindow[] | undefined)[] {
    const byDevice: (FaultWindow[] | undefined)[] = [];
    for (const fault of faults) {
      const named = new Set(fault.plan.devices);
      for (const device of reachOf(plan, fault.plan)) {
        const own = named.has(device) ? this.#on(fault, device) : [];
        const carriers = [carrierOf(plan, device), plan.devices[device]?.fallBack ?? device];
        const felt = carriers
          .filter((carrier) => carrier !== device && named.has(carrier))
          .flatMap((carrier) => this.#on(fault, carrier));
        const others = new Set(felt.filter((one) => !own.includes(one)));
        const windows = [...own, ...[...others].map(onCarrier)];
        const list = byDevice[device];
        if (list === undefined) byDevice[device] = windows;
        else list.push(...windows);
      }
    }
    return byDevice;
  }

  #on(fault: FaultWindow, device: number): FaultWindow[] {
    const times = this.#told.get(keyOf(fault.id, device));
    if (times === undefined) return fault.plan.tie === undefined ? [fault] : [];
    return [...times.values()]
      .map(({ from, to }) => ({
        ...fault,
        from: from ?? fault.from,
        // At the latest when the fault was taken back from everybody.
        to: to ?? fault.to,
        injected: true,
        healed: to !== null || fault.healed,
      }))
      .sort((a, b) => a.from - b.from);
  }
}

const onCarrier = (window: FaultWindow): FaultWindow => ({ ...window, onCarrier: true });

const keyOf = (fault: string, device: number): string => `${device}/${fault}`;
