/**
 * A stream that goes down to devices in rounds, as its schedule says: each device that takes part
 * gets its next message when it is due, and what was due and did not go is accounted for.
 */
import { dueAt, Misuse, namedStream, type Paced, type Plan, type StreamPlan } from '#kernel';
import type { ObserverPorts } from '../watch/observer.ts';
import { Operator } from './operator.ts';

export interface RoundsPorts extends ObserverPorts {
  lanes: ReadonlySet<number>;
  session: string;
  endMs: number;
}

/** What the n-th message to a device says; null for one that is left out. */
export type ValuesOf = (device: number, n: number) => Readonly<Record<string, unknown>> | null;

export class Rounds {
  readonly #ports: RoundsPorts;
  readonly #stream: StreamPlan;
  readonly #valuesOf: ValuesOf;
  readonly #operator: Operator;
  readonly #turns: Turn[] = [];
  #over = false;

  constructor(ports: RoundsPorts, stream: string, valuesOf: ValuesOf) {
    const found = inRounds(ports.plan, stream);
    this.#ports = ports;
    this.#stream = found;
    this.#valuesOf = valuesOf;
    this.#operator = new Operator(ports, ports.session, found);
    const { schedule } = found;
    for (const { device } of schedule.by === 'rounds' ? schedule.devices : []) {
      if (!ports.lanes.has(ports.plan.devices[device]?.lane ?? -1)) continue;
      const turn = new Turn(this, device);
      this.#turns.push(turn);
      ports.wheel.add(this.dueAt(device, 0), turn);
    }
  }

  /** Begins nothing new; what waits may still go. */
  stop(): void {
    this.#over = true;
  }

  /** Writes down what was due before `untilMs` and was not sent. */
  account(untilMs: number): void {
    const until = Math.min(untilMs, this.#ports.endMs);
    for (const turn of this.#turns) {
      for (; this.dueAt(turn.device, turn.n) < until; turn.n++) {
        this.#operator.notSent(turn.device, turn.n, 'run-ended');
      }
    }
  }

  async end(): Promise<void> {
    this.#over = true;
    await this.#operator.end();
  }

  get isOver(): boolean {
    return this.#over;
  }

  get endMs(): number {
    return this.#ports.endMs;
  }

  dueAt(device: number, n: number): number {
    return dueAt(this.#ports.plan, this.#stream, device, n) ?? Number.POSITIVE_INFINITY;
  }

  send(device: number, n: number, intended: number): void {
    const values = this.#valuesOf(device, n);
    if (values === null) this.#operator.notSent(device, n, 'left-out');
    else this.#operator.send({ device, n, intended, values });
  }
}

/** A workflow may have misspelled it, or not have laid it out. */
function inRounds(plan: Plan, name: string): StreamPlan {
  const stream = namedStream(plan, name);
  if (stream.schedule.by === 'rounds') return stream;
  const laid = plan.streams.filter(({ schedule }) => schedule.by === 'rounds');
  const names = laid.map((one) => one.name).join(', ');
  throw new Misuse(`the stream '${name}' has no rounds`, `in rounds go: ${names || 'none'}`);
}

/** The messages to one device: the next has the number `n`. */
class Turn implements Paced {
  readonly #rounds: Rounds;
  readonly device: number;
  n = 0;

  constructor(rounds: Rounds, device: number) {
    this.#rounds = rounds;
    this.device = device;
  }

  fire(): number {
    const due = this.#rounds.dueAt(this.device, this.n);
    const { isOver, endMs } = this.#rounds;
    if (isOver || due >= endMs) return Number.POSITIVE_INFINITY;
    this.#rounds.send(this.device, this.n++, due);
    const next = this.#rounds.dueAt(this.device, this.n);
    return next < endMs ? next : Number.POSITIVE_INFINITY;
  }
}
