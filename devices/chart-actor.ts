/**
 * One device's place in a statechart that its whole fleet shares. An actor of the library's own
 * costs some four kilobytes, of which a device needs its snapshot. The library's machine still
 * makes every step; what an actor adds to it is here, once for all: a turn for each event, delays
 * on the fleet's clock, and the end of one that failed.
 */
import type {
  ActorScope,
  AnyActorRef,
  AnyMachineSnapshot,
  EventObject,
  ExecutableActionObject,
} from 'xstate';

type Scope = ActorScope<AnyMachineSnapshot, EventObject>;
type System = Scope['system'];

/** A machine, as far as it is needed here. */
export interface Chart<S extends AnyMachineSnapshot, E extends EventObject, I> {
  getInitialSnapshot(scope: Scope, input: I): S;
  transition(snapshot: S, event: E, scope: Scope): S;
}

export class ChartActor<S extends AnyMachineSnapshot, E extends EventObject, I> {
  readonly sessionId: string;
  readonly #stage: Stage;
  readonly #chart: Chart<S, E, I>;
  #input: I | null;
  #snapshot: S | null = null;
  #isBusy = false;
  #hasFailed = false;
  /** Events that came while it was busy. */
  #later: E[] | null = null;

  constructor(stage: Stage, chart: Chart<S, E, I>, input: I) {
    this.#stage = stage;
    this.#chart = chart;
    this.#input = input;
    this.sessionId = stage.nextId();
  }

  /** Where the library looks for the clock. */
  get system(): System {
    return this.#stage.system;
  }

  get snapshot(): S | null {
    return this.#snapshot;
  }

  start(): void {
    const input = this.#input;
    if (input === null) return;
    this.#input = null;
    this.#turn((scope) => this.#chart.getInitialSnapshot(scope, input));
    this.#catchUp();
  }

  send(event: E): void {
    if (this.#hasFailed) return;
    // What it hears while it acts, it hears after that; and nothing before it has begun.
    if (this.#isBusy || this.#snapshot === null) {
      this.#later ??= [];
      this.#later.push(event);
      return;
    }
    this.#take(event);
    this.#catchUp();
  }

  /** A delay is over: this is how the library says so. */
  _send(event: E): void {
    this.send(event);
  }

  #take(event: E): void {
    this.#turn((scope) => this.#chart.transition(this.#snapshot as S, event, scope));
  }

  #catchUp(): void {
    for (let next = this.#later?.shift(); next !== undefined; next = this.#later?.shift()) {
      this.#take(next);
    }
    this.#later = null;
  }

  #turn(step: (scope: Scope) => S): void {
    if (this.#hasFailed) return;
    this.#isBusy = true;
    try {
      this.#stage.play(this as unknown as AnyActorRef, (scope) => {
        const snapshot = step(scope);
        if (snapshot.status === 'error') throw snapshot.error;
        if (snapshot !== this.#snapshot) this.#snapshot = this.#stage.slim(snapshot);
      });
    } catch (error) {
      this.#hasFailed = true;
      this.#later = null;
      this.#stage.failed(this as unknown as AnyActorRef, error);
    }
    this.#isBusy = false;
  }
}

type States = Pick<AnyMachineSnapshot, '_nodes' | 'value' | 'tags'>;
const NO_HISTORY: AnyMachineSnapshot['historyValue'] = {};

/**
 * Where the actors of a fleet take their turns. One may make another act from within its own turn,
 * so there is a scope for each depth; and what all of their snapshots say alike is kept once.
 */
export class Stage {
  readonly system: System;
  readonly #failed: (error: unknown) => void;
  readonly #scopes: { scope: Scope; deferred: (() => void)[] }[] = [];
  #depth = 0;
  #ids = 0;
  /** By machine, and by the states that it is in. */
  readonly #alike = new Map<object, Map<string, States>>();

  constructor(system: System, failed: (error: unknown) => void) {
    this.system = system;
    this.#failed = failed;
  }

  nextId(): string {
    return `d:${this.#ids++}`;
  }

  /** Acts at once; delays begin, and are taken back, when the step is over. */
  play(self: AnyActorRef, step: (scope: Scope) => void): void {
    const place = this.#scopes[this.#depth] ?? this.#newScope();
    this.#depth++;
    Object.assign(place.scope, { self, id: self.sessionId, sessionId: self.sessionId });
    try {
      step(place.scope);
      for (const later of place.deferred) later();
    } finally {
      place.deferred.length = 0;
      this.#depth--;
    }
  }

  failed(self: AnyActorRef, error: unknown): void {
    this.system.scheduler.cancelAll(self);
    this.#failed(error);
  }

  /** Snapshots in the same states hold the same lists of them. */
  slim<S extends AnyMachineSnapshot>(snapshot: S): S {
    const { machine, _nodes, value, tags, historyValue } = snapshot;
    const alike = this.#alike.get(machine) ?? new Map<string, States>();
    this.#alike.set(machine, alike);
    const key = _nodes.map(({ order }) => order).join(' ');
    const known = alike.get(key);
    if (known === undefined) alike.set(key, { _nodes, value, tags });
    const isEmpty = Object.keys(historyValue).length === 0;
    return Object.assign(snapshot, known, isEmpty ? { historyValue: NO_HISTORY } : {});
  }

  #newScope(): { scope: Scope; deferred: (() => void)[] } {
    const deferred: (() => void)[] = [];
    const scope = {
      system: this.system,
      logger: () => {},
      defer: (action: () => void) => deferred.push(action),
      emit: () => {},
      stopChild: (child: AnyActorRef) => void (child as unknown as { _stop(): void })._stop(),
      actionExecutor: ({ exec, info, params }: ExecutableActionObject) => exec?.(info, params),
    };
    const place = { scope: scope as unknown as Scope, deferred };
    this.#scopes.push(place);
    return place;
  }
}
