/**
 * Sessions of Sparkplug B as observers saw them on the wire: who was born when, in which session,
 * with which aliases, and what was said between birth and death. It knows packets by what is
 * written down of them, and shares nothing with whoever makes them.
 */
import { type FaultPlan, type LedgerEntry, type Plan, streamNamed } from '#kernel';
import { defineOracle } from './oracle.ts';
import { type NodeStory, type Seen, SparkplugNode } from './sparkplug/node.ts';
import { overlaps, type Span, type Timeline } from './timeline.ts';

declare module './oracle.ts' {
  interface Oracles {
    sparkplug: SparkplugOracle;
  }
}

export default defineOracle({
  kind: 'sparkplug',
  summary: 'whether sessions of Sparkplug B went from birth to death as they should',
  scope: 'lane',
  ops: ['sparkplug/seen', 'connect', 'online', 'offline', 'received'],
  start: ({ plan, timeline, lane }) => new SparkplugOracle(plan, timeline, lane ?? 0),
});

/** What a fault has done to packets may show so long after it. */
const AFTER_US = 2_000_000;

export class SparkplugOracle {
  readonly #timeline: Timeline;
  readonly #lane: number;
  readonly #rebirth: number;
  readonly #nodes = new Map<number, SparkplugNode>();

  constructor(plan: Plan, timeline: Timeline, lane: number) {
    this.#timeline = timeline;
    this.#lane = lane;
    this.#rebirth = streamNamed(plan, 'rebirth')?.code ?? -1;
  }

  step(entry: LedgerEntry): void {
    const { op, t, device } = entry;
    if ((op as string) === 'sparkplug/seen') this.#at(device).seen(entry as unknown as Seen);
    else if (op === 'connect') this.#at(device).connects(t);
    else if (op === 'online') this.#at(device).isLetIn(t);
    else if (op === 'offline') this.#at(device).isGone(t);
    else if (op === 'received' && entry.stream === this.#rebirth) this.#at(device).isCalled(t);
  }

  /** Null for one that nobody was told of. */
  of(node: number): NodeStory | null {
    return this.#nodes.get(node)?.story(this.#timeline.samplingEnd) ?? null;
  }

  #at(device: number): SparkplugNode {
    let node = this.#nodes.get(device);
    if (node === undefined) {
      node = new SparkplugNode({
        anything: (from, to) => this.#isUnsure(device, { from, to }, () => true),
        single: (from, to) => this.#isUnsure(device, { from, to }, mayLoseSingly),
      });
      this.#nodes.set(device, node);
    }
    return node;
  }

  /** Whether observers were away, or a fault of that sort acted. */
  #isUnsure(device: number, span: Span, isOf: (fault: FaultPlan) => boolean): boolean {
    const { downs, stalls } = this.#timeline;
    const acting = this.#timeline
      .faultsOn(device)
      .filter(({ injected, plan }) => injected && isOf(plan))
      .map((fault) => ({ from: fault.from, to: fault.to + AFTER_US }));
    const gaps = this.#timeline.gapsOf(this.#lane);
    return [...gaps, ...downs, ...stalls, ...acting].some((one) => overlaps(one, span));
  }
}

/**
 * Whether what follows may arrive where what went before did not. Whoever only slows, cuts or
 * darkens a connection takes all that is behind as well.
 */
const mayLoseSingly = ({ acts, packets, toxics }: FaultPlan): boolean =>
  acts === 'link'
    ? packets !== undefined || toxics.some(({ type }) => type === 'timeout')
    : acts === 'target' || acts === 'inside' || acts === 'behind';
