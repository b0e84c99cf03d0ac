/**
 * Who of the children of gateways answered on their bus, and what each gateway should have said of
 * that: a child that leaves so many questions in a row without an answer is lost, one that answers
 * is there. A gateway keeps that in its memory alone, so after a loss of it everything is new.
 */
import type { LedgerEntry, Plan } from '#kernel';
import { type ChildStory, OneChild } from './children/one-child.ts';
import { defineOracle } from './oracle.ts';
import type { Timeline } from './timeline.ts';

declare module './oracle.ts' {
  interface Oracles {
    children: ChildrenOracle;
  }
}

export default defineOracle({
  kind: 'children',
  summary: 'who answered on the bus of a gateway, and what it should have said of that',
  scope: 'lane',
  ops: [
    'gateway/missed',
    'gateway/answered',
    'gateway/told',
    'gateway/took',
    'gateway/alike',
    'state',
    'not-sent',
  ],
  start: ({ plan, timeline }) => new ChildrenOracle(plan, timeline),
});

/** What a gateway is in once its memory is lost, a moment after that. */
const MEMORY_LOST = ['power.off', 'power.dead', 'power.resetting'];
const OFF_BUS = 'off-bus';

export class ChildrenOracle {
  readonly #plan: Plan;
  readonly #timeline: Timeline;
  /** By gateway, then by child: who may fall back is on two buses. */
  readonly #buses = new Map<number, Map<number, OneChild>>();
  /** Those that a fault on their bus names: of these more is remembered. */
  readonly #named: ReadonlySet<number>;

  constructor(plan: Plan, timeline: Timeline) {
    this.#plan = plan;
    this.#timeline = timeline;
    const onBus = plan.faults.filter(({ acts }) => acts === 'bus');
    this.#named = new Set(onBus.flatMap(({ devices }) => devices));
  }

  step(entry: LedgerEntry): void {
    const { op, t, device } = entry;
    if (op === 'not-sent') {
      if (entry.why === OFF_BUS && !this.#mayLose(device, t)) this.#own(device)?.lostOffBus(t);
      return;
    }
    if (op === 'state') {
      if (!MEMORY_LOST.includes(entry.state)) return;
      for (const child of this.#buses.get(device)?.values() ?? []) child.forgot(t);
      return;
    }
    const told = entry as unknown as Readonly<Record<string, number | boolean>>;
    this.#at(device, Number(told.child))?.told(op, t, told);
  }

  /** All that is known of it on the bus of its own gateway; null of what stands on none. */
  of(device: number): ChildStory | null {
    const gateway = this.#plan.devices[device]?.via ?? -1;
    return this.#storyOf(this.#buses.get(gateway)?.get(device));
  }

  /** The same on the bus of this gateway, for each of those that it heard of. */
  behind(gateway: number): ChildStory[] {
    const children = [...(this.#buses.get(gateway)?.values() ?? [])];
    return children.flatMap((child) => this.#storyOf(child) ?? []);
  }

  #storyOf(child: OneChild | undefined): ChildStory | null {
    return child?.story(this.#timeline.samplingEnd) ?? null;
  }

  #mayLose(device: number, t: number): boolean {
    return this.#timeline
      .faultsOn(device)
      .some(({ from, to, plan }) => plan.bus?.silent === 'loses' && t >= from && t <= to);
  }

  #own(device: number): OneChild | null {
    const gateway = this.#plan.devices[device]?.via ?? null;
    return gateway === null ? null : this.#at(gateway, device);
  }

  #at(gateway: number, device: number): OneChild | null {
    const known = this.#buses.get(gateway)?.get(device);
    if (known !== undefined) return known;
    if (this.#plan.devices[device] === undefined) return null;
    const entry = this.#plan.entries[this.#plan.devices[gateway]?.entry ?? -1];
    const bus = entry?.parts.find(({ kind }) => kind === 'gateway')?.params.bus;
    if (bus === undefined || typeof bus !== 'object') return null;
    const { misses } = bus as Readonly<Record<string, unknown>>;
    const child = new OneChild(device, gateway, Number(misses ?? 0), this.#named.has(device));
    const children = this.#buses.get(gateway) ?? new Map<number, OneChild>();
    this.#buses.set(gateway, children.set(device, child));
    return child;
  }
}
