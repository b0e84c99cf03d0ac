/**
 * What each gateway should have kept, given up and sent on: from what its children handed it, from
 * when its uplink stood, by its connection's own word, and from what the plan says of its buffer.
 * Beside that, for whom it spoke that is not its own, and what the target counted of it.
 */
import { type LedgerEntry, type Plan, streamNamed } from '#kernel';
import { type Fields, FULL, Gateway, type GatewayStory, rulesOf } from './gateway/one-gateway.ts';
import { defineOracle } from './oracle.ts';
import type { Timeline } from './timeline.ts';

declare module './oracle.ts' {
  interface Oracles {
    gateway: GatewayOracle;
  }
}

export default defineOracle({
  kind: 'gateway',
  summary: 'what gateways should have kept, given up and sent on, and for whom they spoke',
  scope: 'lane',
  ops: [
    'gateway/took',
    'gateway/passed',
    'gateway/dropped',
    'gateway/restored',
    'gateway/strayed',
    'gateway/counted',
    'gateway/read',
    'online',
    'offline',
    'state',
    'boot',
    'not-sent',
    'abandoned',
    'acked',
  ],
  start: ({ plan, timeline, lane }) => new GatewayOracle(plan, timeline, lane ?? -1),
});

/** What a gateway is in once its memory is lost, a moment after that. */
const MEMORY_LOST = ['power.off', 'power.dead', 'power.resetting'];

export class GatewayOracle {
  readonly #plan: Plan;
  readonly #gateways = new Map<number, Gateway>();
  /** By message of a child with two gateways: which of them took it in first. */
  readonly #tookOf = new Map<string, number>();
  readonly #stray: number;
  /** What is acknowledged later may be missing from the answer. */
  readonly #readFrom: number;
  readonly #until: number;

  constructor(plan: Plan, timeline: Timeline, lane: number) {
    this.#plan = plan;
    this.#stray = streamNamed(plan, 'gateway-stray')?.code ?? -1;
    this.#readFrom = timeline.readsOf(lane).beganAt;
    this.#until = timeline.phase('drain')?.to ?? timeline.end;
  }

  step(entry: LedgerEntry): void {
    const { op, t, device } = entry;
    const fields = entry as unknown as Fields;
    // What had gone out once may have arrived; it is given up all the same.
    if (op === 'not-sent' || op === 'abandoned') {
      if (fields.why === FULL) for (const one of this.#carriers(device)) one.accounted(entry);
      return;
    }
    if (op === 'acked') for (const one of this.#carriers(device)) one.acked(entry);
    if (op === 'gateway/took') this.#tookTwice(device, fields);
    const gateway = this.#at(device);
    if (gateway === null) return;
    if (op === 'online' || op === 'offline') gateway.connected(t, op === 'online');
    else if (op === 'state') {
      if (MEMORY_LOST.includes(entry.state)) gateway.forgot(t);
    } else if (op === 'boot') gateway.booted(entry.cause);
    else if (op === 'acked') {
      if (entry.stream === this.#stray && t < this.#readFrom) gateway.strayAcked(entry.n);
    } else if (op.startsWith('gateway/')) gateway.told(op, t, fields);
  }

  /** All that is known of it once the ledger is read; null of what is no gateway. */
  of(device: number): GatewayStory | null {
    return this.#at(device)?.story() ?? null;
  }

  #at(device: number): Gateway | null {
    const known = this.#gateways.get(device);
    if (known !== undefined) return known;
    const rules = rulesOf(this.#plan.entries[this.#plan.devices[device]?.entry ?? -1]);
    if (rules === null) return null;
    const gateway = new Gateway(device, rules, this.#until, this.#plan);
    this.#gateways.set(device, gateway);
    return gateway;
  }

  /** What both gateways of a child have, the child accounts for once, whoever is done first. */
  #tookTwice(device: number, { child: index, stream, n }: Fields): void {
    const child = Number(index);
    const { fallBack, via } = this.#plan.devices[child] ?? {};
    if (fallBack === undefined) return;
    const name = `${child}/${stream}/${n}`;
    const other = this.#tookOf.get(name);
    if (other === undefined) this.#tookOf.set(name, device);
    else if (other !== device) {
      const message = { device: child, stream: Number(stream), n: Number(n) };
      for (const gateway of [via ?? -1, fallBack]) this.#at(gateway)?.shared(message);
    }
  }

  #carriers(child: number): Gateway[] {
    const { via, fallBack } = this.#plan.devices[child] ?? {};
    return [via ?? -1, fallBack ?? -1].flatMap((carrier) => this.#at(carrier) ?? []);
  }
}
