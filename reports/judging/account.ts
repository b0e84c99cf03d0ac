/**
 * What the result says beside the verdicts: every intended message in its class, latency by phase,
 * the curves, how the fleet came back, which states it went through. Fed with the same entries as
 * the checkers; decides nothing.
 */
import {
  isCarried,
  type LedgerEntry,
  type LedgerEntryOf,
  type OpName,
  type Plan,
  streamOf,
} from '#kernel';
import { type DeliveryOracle, isHidden, type Timeline } from '#oracles';
import type { LinkOf } from '../link.ts';
import type { LatencyRow, MessageCounts, Recovery, Result, Series } from '../result.ts';
import { Coverage } from './coverage.ts';
import { FleetCurve } from './fleet-curve.ts';
import { LatencyHistogram, spanFigures } from './histogram.ts';
import { Curves } from './series.ts';

export class RunAccount {
  static readonly ops: readonly OpName[] = [
    'connect',
    'online',
    'offline',
    'off',
    'state',
    'observed',
    'received',
  ];

  readonly messages: MessageCounts = {
    intended: 0,
    delivered: 0,
    lost: 0,
    refused: 0,
    notSent: 0,
    info: 0,
    duplicates: 0,
  };
  readonly #plan: Plan;
  readonly #timeline: Timeline;
  readonly #fleet: FleetCurve;
  readonly #coverage: Coverage;
  readonly #curves: Curves;
  readonly #all = new LatencyHistogram();
  readonly #byPhase: LatencyHistogram[];

  constructor(plan: Plan, timeline: Timeline, linkOf: LinkOf) {
    this.#plan = plan;
    this.#timeline = timeline;
    this.#fleet = new FleetCurve(plan.devices.length, linkOf);
    this.#coverage = new Coverage(timeline, plan.devices.length);
    this.#curves = new Curves(timeline);
    this.#byPhase = timeline.phases.map(() => new LatencyHistogram());
  }

  step(entry: LedgerEntry, delivery: DeliveryOracle): void {
    switch (entry.op) {
      case 'connect':
        this.#curves.count('connects', entry.t);
        break;
      case 'online':
      case 'offline':
      case 'off':
        // One that is carried comes and goes with its carrier.
        if (!isCarried(this.#plan, entry.device)) this.#fleet.step(entry);
        break;
      case 'state':
        this.#coverage.step(entry);
        break;
      case 'observed':
        this.#observed(entry, delivery);
        break;
      case 'received':
        if (delivery.news.kind === 'extra') this.#curves.count('duplicates', entry.t);
        break;
    }
  }

  /** A lane is complete: its messages come to rest. */
  endLane(delivery: DeliveryOracle): void {
    const { messages } = this;
    delivery.each((message) => {
      messages.intended++;
      if (message.fate === 'not-sent') messages.notSent++;
      else messages[message.fate]++;
      if (message.fate === 'lost') this.#curves.count('lost', message.ackedAt);
    });
    messages.duplicates += delivery.duplicates;
  }

  latencyRows(): LatencyRow[] {
    const rows = this.#timeline.phases.map(({ name }, index) =>
      rowOf(name, this.#byPhase[index] ?? new LatencyHistogram()),
    );
    return [...rows, rowOf('all', this.#all)];
  }

  series(): Series[] {
    return this.#curves.close(this.#fleet.connected());
  }

  recoveries(series: readonly Series[]): Map<string, Recovery | null> {
    const p99 = series.find((one) => one.name === 'p99');
    const steady = this.#timeline.phases.findIndex((phase) => phase.name === 'steady');
    const steadyP99 = this.#byPhase[steady]?.percentileMs(0.99) ?? null;
    return new Map(
      this.#timeline.faults.map((fault) => [
        fault.id,
        // One that is tied to a state is over for each device at a time of its own.
        p99 === undefined ||
        fault.plan.tie !== undefined ||
        isHidden(this.#timeline, this.#plan, fault.plan.devices)
          ? null
          : this.#fleet.recoveryOf(fault, this.#timeline, p99, steadyP99),
      ]),
    );
  }

  coverage(): Result['coverage'] {
    return this.#coverage.close();
  }

  #observed(entry: LedgerEntryOf<'observed'>, delivery: DeliveryOracle): void {
    const { kind, intended } = delivery.news;
    if (kind === 'extra') this.#curves.count('duplicates', entry.t);
    if (kind !== 'first-seen') return;
    this.#curves.count('rate', entry.t);
    if (streamOf(this.#plan, entry.stream)?.measured !== true || intended < 0) return;
    const latency = entry.t - intended;
    // As an objective over `all` counts: what the fleet does while it comes up says little.
    if (intended >= (this.#timeline.phase('steady')?.from ?? 0)) this.#all.record(latency);
    this.#curves.latency(intended, latency);
    const phase = this.#timeline.phases.findIndex(
      (one) => intended >= one.from && intended < one.to,
    );
    this.#byPhase[phase]?.record(latency);
    const faults = this.#timeline.faultsOn(entry.device);
    if (faults.length > 0) this.#fleet.delivered(faults, intended, entry.t);
  }
}

const rowOf = (phase: string, histogram: LatencyHistogram): LatencyRow => ({
  phase,
  ...spanFigures(histogram),
});
