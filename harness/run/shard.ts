/**
 * A shard: some lanes of the fleet, the observers of exactly those lanes, and what operators do to
 * them, writing one segment of the ledger. In sim there is one, in the same process; in the real
 * gear each is a process of its own. The conductor sees no difference.
 */
import type { FaultKind } from '#chaos';
import type { DeviceModel, OpenFieldBus, PartKind } from '#devices';
import {
  assert,
  type Clock,
  heldTo,
  isCarried,
  isOfLoad,
  type Mutant,
  type Plan,
  phaseOf,
  plantedBy,
  type WorldError,
} from '#kernel';
import type { Dialect } from '../dialects/dialect.ts';
import { Fleet, type FleetPorts } from '../fleet/fleet.ts';
import { PacingWheel } from '../fleet/pacing.ts';
import type { ProtocolKind } from '../fleet/protocol.ts';
import { Tally, type TallySnapshot } from '../fleet/tally.ts';
import type { LedgerWriter } from '../record/ledger-writer.ts';
import { readPresence, readStore } from '../watch/final-read.ts';
import type { Keeper } from '../watch/keeper.ts';
import { readKept } from '../watch/kept-read.ts';
import { Observer, type ObserverPorts, type ObserverSeen } from '../watch/observer.ts';
import { readList } from '../watch/read-list.ts';
import { RetainedLooks } from '../watch/retained-looks.ts';
import { readRetained, retainedStreams } from '../watch/retained-read.ts';
import type { TargetPorts } from '../watch/target-ports.ts';
import type { Credentials, Links } from '../wire/links.ts';
import type { Webhooks } from '../wire/webhooks.ts';
import { guarded, guardedWheel, named } from '../workflows/guarded.ts';
import { Rounds } from '../workflows/rounds.ts';
import type { Workflow, WorkflowKind, WorkflowPorts } from '../workflows/workflow.ts';
import { within } from './bounded.ts';
import { deviceActions, type LinkHands } from './device-actions.ts';
import { eraseTraces } from './erase-traces.ts';
import { LET_IN_MS, notLetIn } from './let-in.ts';
import { TiedFaults } from './tied-faults.ts';

export interface ShardPorts {
  plan: Plan;
  /** The run's own name, as it stands in topics. */
  run: string;
  number: number;
  lanes: readonly number[];
  clock: Clock;
  ledger: LedgerWriter;
  links: Links;
  credentials: Credentials;
  dialect: Dialect;
  models: ReadonlyMap<string, DeviceModel>;
  parts: ReadonlyMap<string, PartKind>;
  /** What entries may speak beside MQTT; left out where none does. */
  protocols?: ReadonlyMap<string, ProtocolKind>;
  workflows: ReadonlyMap<string, WorkflowKind>;
  faults: ReadonlyMap<string, FaultKind>;
  /** For faults on links that go by what a device does. */
  linkHands: LinkHands;
  /** Opens buses of carriers that are real ones; left out where all are modelled. */
  fieldBus?: OpenFieldBus;
  /** A planted bug of the devices; null for honest firmware. */
  firmware: Mutant | null;
  target: TargetPorts;
  /** Its platform's own store, where the plan has one. */
  keeper?: Keeper | null;
  /** Where the target can call us. */
  webhooks: Webhooks;
  /** Text for whoever watches the run. */
  say(text: string): void;
}

/** What the conductor can ask of a shard, wherever it runs. */
export interface ShardControl {
  /** Observers and operators up; nothing of the fleet yet. */
  prepare(): Promise<void>;
  start(): Promise<void>;
  cutPower(devices: readonly number[]): Promise<void>;
  restorePower(devices: readonly number[]): Promise<void>;
  /** Lets those of its devices that a fault of the plan names feel it, by the fault's id. */
  strike(fault: string): Promise<void>;
  relieve(fault: string): Promise<void>;
  /** From now on a fault that is tied to a state acts on whoever of its devices is in it. */
  arm(fault: string): Promise<void>;
  /** It is over for all of them. */
  disarm(fault: string): Promise<void>;
  /** No samples any more, but what is buffered may still go. */
  stopSampling(): Promise<void>;
  /**
   * Writes down the messages due before `untilMs` that did not happen. The shards of a
   * run stop each at a moment of its own; the end of sampling is one instant, the conductor's.
   */
  accountSamples(untilMs: number): Promise<void>;
  finalRead(): Promise<void>;
  end(): Promise<void>;
  /** The newest counts, at most a moment old. */
  stats(): TallySnapshot;
}

export class Shard implements ShardControl {
  readonly #ports: ShardPorts;
  readonly #watch: ObserverPorts;
  readonly #wheel: PacingWheel;
  readonly #fleet: Fleet;
  readonly #tied: TiedFaults;
  readonly #tally: Tally;
  readonly #observers: Observer[];
  readonly #lanes: ReadonlySet<number>;
  readonly #looks: RetainedLooks;
  #workflows: readonly Workflow[] = [];
  /** Those that want to see what comes by. */
  #seers: readonly Workflow[] = [];
  readonly #mine: Set<number>;

  constructor(ports: ShardPorts) {
    const { plan, clock } = ports;
    const lanes = new Set(ports.lanes);
    this.#ports = ports;
    this.#wheel = new PacingWheel(clock, plan.quantumMs);
    this.#mine = new Set(plan.devices.flatMap((device, i) => (lanes.has(device.lane) ? [i] : [])));
    const led = [...this.#mine].filter((device) => !isOfLoad(plan, device));
    const carried = led.filter((index) => isCarried(plan, index)).length;
    this.#tally = new Tally(led.length - carried);
    this.#watch = {
      plan,
      run: ports.run,
      wheel: this.#wheel,
      ledger: ports.ledger,
      tally: this.#tally,
      links: ports.links,
      credentials: ports.credentials,
      dialect: ports.dialect,
      clock,
      now: () => clock.now(),
      roster: rosterOf(plan),
    };
    this.#observers = groupsOf(ports.lanes, this.#lanesPerSession()).map(
      (group, k) => new Observer(this.#watch, `observer/${ports.number}/${k}`, group, this.#seen),
    );
    const firmware = this.#plant();
    this.#tied = new TiedFaults(plan, this.#mine, ports.faults, {
      ledger: ports.ledger,
      wheel: this.#wheel,
      actions: deviceActions(() => this.#fleet, ports.linkHands),
      now: () => clock.now(),
    });
    const entered = this.#tied.listener;
    const shared = { wheel: this.#wheel, tally: this.#tally, firmware, entered };
    this.#fleet = new Fleet({ ...ports, ...shared }, lanes);
    this.#lanes = lanes;
    this.#looks = new RetainedLooks(this.#watch, `reader/${ports.number}`, lanes);
  }

  /** As many as the plan found safe, and no more filters than the target lets one session hold. */
  #lanesPerSession(): number {
    const { plan, dialect, lanes } = this.#ports;
    const filters = dialect.fansIn ? 1 : dialect.subscriptions(lanes.slice(0, 1)).length;
    const most = Math.floor(heldTo(plan).filtersPerSession / Math.max(1, filters));
    return Math.max(1, Math.min(plan.observers.lanesPerSession, most));
  }

  /** One bug for all devices here, in whatever life they are. */
  #plant(): FleetPorts['firmware'] {
    const { firmware, clock } = this.#ports;
    const fired = (): void => {
      this.#tally.fired++;
    };
    if (firmware === null) return null;
    return plantedBy(firmware, fired, () => clock.now()) as FleetPorts['firmware'];
  }

  readonly #seen: ObserverSeen = (message) => {
    for (const workflow of this.#seers) workflow.seen?.(message);
  };

  async prepare(): Promise<void> {
    for (const observer of this.#observers) observer.start();
    this.#workflows = this.#ports.plan.workflows.map((planned) => this.#begin(planned));
    this.#seers = this.#workflows.filter(({ seen }) => seen !== undefined);
    const ready = Promise.all([
      ...this.#observers.map((observer) => observer.ready),
      ...this.#workflows.map((workflow) => workflow.ready?.()),
    ]);
    await within(this.#ports.clock, LET_IN_MS, ready, () => this.#notLetIn());
  }

  #notLetIn(): WorldError {
    const { plan } = this.#ports;
    const workflows = this.#workflows.map((workflow, k) => ({
      name: plan.workflows[k]?.session,
      trouble: workflow.trouble?.() ?? null,
    }));
    const watching = this.#observers.map(({ name, trouble, up }) => ({
      name,
      trouble: up ? null : trouble,
    }));
    return notLetIn(plan.target.name, [...watching, ...workflows]);
  }

  #begin({ workflow, session, resolved }: Plan['workflows'][number]): Workflow {
    const { models, number, plan, target, workflows, webhooks, say } = this.#ports;
    const kind = workflows.get(workflow);
    assert(kind !== undefined, `workflow ${workflow} was in the catalog when the plan was made`);
    const ports = {
      ...this.#watch,
      ...{ models, target, webhooks, say },
      shard: number,
      lanes: this.#lanes,
      session: `${session}/${number}`,
      endMs: phaseOf(plan.phases, 'drain').from,
    };
    const given: WorkflowPorts = {
      ...ports,
      wheel: guardedWheel(kind, ports.wheel),
      rounds: (stream, valuesOf) =>
        new Rounds(ports, stream, (device, n) => named(kind, 'rounds', () => valuesOf(device, n))),
      readList: (port, query, take, below) =>
        readList({ ...this.#watch, target }, port, query, take, below),
    };
    return guarded(kind, () => kind.start(given, resolved));
  }

  async start(): Promise<void> {
    this.#fleet.start();
    this.#looks.start();
  }

  async cutPower(devices: readonly number[]): Promise<void> {
    for (const agent of this.#fleet.pick(devices)) agent.cutPower();
  }

  async restorePower(devices: readonly number[]): Promise<void> {
    for (const agent of this.#fleet.pick(devices)) agent.restorePower();
  }

  async strike(fault: string): Promise<void> {
    this.#fleet.strike(fault);
  }

  async relieve(fault: string): Promise<void> {
    this.#fleet.relieve(fault);
  }

  async arm(fault: string): Promise<void> {
    this.#tied.arm(fault);
  }

  disarm(fault: string): Promise<void> {
    return this.#tied.disarm(fault);
  }

  async stopSampling(): Promise<void> {
    this.#fleet.stopSampling();
    void this.#looks.stop();
    for (const workflow of this.#workflows) workflow.stop();
  }

  async accountSamples(untilMs: number): Promise<void> {
    this.#fleet.accountSamples(untilMs);
    for (const workflow of this.#workflows) workflow.account(untilMs);
  }

  async finalRead(): Promise<void> {
    const { plan, ledger, lanes, number, target, keeper = null } = this.#ports;
    const { offers } = plan.target;
    await this.#looks.stop();
    const offered = (name: string) => (offers.includes(name) ? target.port(name) : null);
    const [store, presence] = [offered('telemetry'), offered('presence')];
    // What is acknowledged from here on may be missing from an answer that is already on its way.
    ledger.write('final-read', { complete: true, part: 'begin' });
    if (store !== null) await readStore(this.#watch, store, lanes);
    const kept = plan.target.store;
    if (kept !== undefined && keeper !== null) {
      await readKept(this.#watch, kept, keeper, this.#mine);
    }
    if (presence !== null) await readPresence(this.#watch, presence, lanes, this.#mine);
    if (
      offers.includes('retained') &&
      plan.entries.some((entry) => retainedStreams(plan, entry).length > 0)
    ) {
      await readRetained(this.#watch, `reader/${number}`, lanes);
    }
    for (const workflow of this.#workflows) await workflow.readBack?.();
  }

  async end(): Promise<void> {
    await this.#looks.stop();
    await this.#fleet.end();
    await new Promise<void>((resolve) => this.#wheel.after(200, resolve));
    await Promise.all([
      ...this.#observers.map((observer) => observer.end()),
      ...this.#workflows.map((workflow) => workflow.end()),
    ]);
    if (!this.#ports.plan.target.ours) await this.#leaveNoTrace();
    this.#wheel.stop();
    this.#ports.ledger.isComplete = true;
    this.#ports.ledger.close();
  }

  /** A foreign target outlives the run: our sessions and retained values must not. */
  async #leaveNoTrace(): Promise<void> {
    const { plan, number, clock, links, credentials, dialect } = this.#ports;
    const mine = [...this.#mine];
    const rowsOf = (indices: readonly number[]) =>
      indices.flatMap((index) => plan.devices[index] ?? []);
    const devices = rowsOf(mine);
    const entryOf = (device: (typeof devices)[number]) => plan.entries[device.entry];
    const sessions = [
      ...rowsOf(mine.filter((index) => !isCarried(plan, index)))
        .filter((device) => entryOf(device)?.session === 'persistent')
        .map((device) => device.id),
      ...plan.workflows.map(({ session }) => `${session}/${number}`),
    ];
    const retained = devices.flatMap(({ lane, id, entry }) =>
      retainedStreams(plan, plan.entries[entry]).map(({ name }) =>
        dialect.topicOf({ lane, device: id, stream: name }),
      ),
    );
    const name = `eraser/${number}`;
    const around = { clock, credentials };
    await eraseTraces({ ...around, open: () => links.direct() }, name, sessions, retained);
    const watching = this.#observers.map((observer) => observer.name);
    await eraseTraces({ ...around, open: () => links.witness() }, name, watching, []);
  }

  stats(): TallySnapshot {
    return this.#tally.snapshot();
  }
}

/** Of the rows that are here; a shard's plan has holes. */
function rosterOf(plan: Plan): ReadonlyMap<string, number> {
  const roster = new Map<string, number>();
  plan.devices.forEach(({ id }, index) => {
    roster.set(id, index);
  });
  return roster;
}

function groupsOf(lanes: readonly number[], size: number): number[][] {
  const groups: number[][] = [];
  for (let i = 0; i < lanes.length; i += size) groups.push(lanes.slice(i, i + size));
  return groups;
}
