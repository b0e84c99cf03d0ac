/**
 * The devices of a shard, and all that they share: one statechart, one pacing wheel, one set of
 * client events, one ledger. What differs between the gears (where a link leads, how a half-open
 * one is left behind) is handed in.
 */
import {
  type DeviceModel,
  EventNumbers,
  type OpenFieldBus,
  PART_HOOKS,
  type PartKind,
  type Regions,
  Statecharts,
} from '#devices';
import {
  assert,
  type Clock,
  carrierOf,
  type EntryPlan,
  type FaultPlan,
  FLAG,
  hookFlaw,
  type Plan,
  phaseOf,
  type Qos,
} from '#kernel';
import type { Dialect } from '../dialects/dialect.ts';
import type { LedgerWriter } from '../record/ledger-writer.ts';
import type { Credentials, Links } from '../wire/links.ts';
import { Carriage } from './carriage.ts';
import { DeviceAgent } from './device-agent.ts';
import { DeviceConnection } from './device-connection.ts';
import type { FleetContext } from './fleet-context.ts';
import { Handshakes } from './handshakes.ts';
import type { PacingWheel } from './pacing.ts';
import type { ProtocolKind } from './protocol.ts';
import type { Reach, ReachOwner } from './reach.ts';
import type { Tally } from './tally.ts';

export interface FleetPorts {
  plan: Plan;
  run: string;
  clock: Clock;
  wheel: PacingWheel;
  ledger: LedgerWriter;
  tally: Tally;
  links: Links;
  credentials: Credentials;
  dialect: Dialect;
  models: ReadonlyMap<string, DeviceModel>;
  parts: ReadonlyMap<string, PartKind>;
  /** What entries may speak beside MQTT; left out where none does. */
  protocols?: ReadonlyMap<string, ProtocolKind>;
  /** Opens buses that are real ones; left out where all are modelled. */
  fieldBus?: OpenFieldBus;
  /** Seams of a planted firmware bug. */
  firmware: Readonly<Record<string, unknown>> | null;
  /** Hears of each state that a device enters; left out where nobody wants to. */
  entered?: ((device: number, state: string) => void) | null;
}

export class Fleet {
  readonly agents: readonly DeviceAgent[];
  readonly #wheel: PacingWheel;
  readonly #byIndex = new Map<number, DeviceAgent>();
  readonly #plan: Plan;
  readonly #ledger: LedgerWriter;
  /** Faults on a bus or a part that act now. */
  readonly #struck = new Set<string>();

  constructor(ports: FleetPorts, lanes: ReadonlySet<number>) {
    const context = contextOf(ports);
    this.#wheel = ports.wheel;
    this.#plan = ports.plan;
    this.#ledger = ports.ledger;
    const agents: DeviceAgent[] = [];
    ports.plan.devices.forEach((device, index) => {
      if (!lanes.has(device.lane) || device.load === true) return;
      const agent = new DeviceAgent(context, index, (owner) => reachOf(ports, context, owner));
      agents.push(agent);
      this.#byIndex.set(index, agent);
    });
    this.agents = agents;
  }

  start(): void {
    for (const agent of this.agents) agent.start();
  }

  /** Those of the named devices that live here. */
  pick(devices: readonly number[]): DeviceAgent[] {
    return devices.flatMap((index) => this.#byIndex.get(index) ?? []);
  }

  /** On a bus its carrier hears of it, else its own parts; the ledger tells of each device. */
  strike(id: string): void {
    const devices = this.pick(this.#faultOf(id)?.devices ?? []).map(({ index }) => index);
    for (const device of devices) {
      this.#ledger.write('struck', { device, n: 0, fault: id });
      this.afflict(id, [device]);
    }
    this.#struck.add(id);
  }

  relieve(id: string): void {
    if (!this.#struck.delete(id)) return;
    for (const { index } of this.pick(this.#faultOf(id)?.devices ?? [])) {
      this.recover(id, [index]);
      this.#ledger.write('relieved', { device: index, n: 0, fault: id });
    }
  }

  /** Some of a fault's devices feel it; whoever lets them writes it down. */
  afflict(id: string, devices: readonly number[]): void {
    const { bus: trouble = {}, part } = this.#faultOf(id) ?? {};
    if (part !== undefined) {
      for (const { parts } of this.pick(devices)) parts.ailed(id, part);
      return;
    }
    for (const { index, carriers } of this.#onBus(devices)) {
      for (const { parts } of carriers) parts.struck(index, id, trouble);
    }
  }

  recover(id: string, devices: readonly number[]): void {
    if (this.#faultOf(id)?.part !== undefined) {
      for (const { parts } of this.pick(devices)) parts.eased(id);
      return;
    }
    for (const { index, carriers } of this.#onBus(devices)) {
      for (const { parts } of carriers) parts.relieved(index, id);
    }
  }

  #faultOf = (id: string): FaultPlan | undefined => this.#plan.faults.find((one) => one.id === id);

  #onBus(devices: readonly number[]) {
    return this.pick(devices).map(({ index, device: { fallBack } }) => {
      const own = carrierOf(this.#plan, index);
      // It is off both buses where it stands on two.
      return { index, carriers: this.pick(fallBack === undefined ? [own] : [own, fallBack]) };
    });
  }

  stopSampling(): void {
    for (const agent of this.agents) agent.stopSampling();
  }

  accountSamples(untilMs: number): void {
    for (const agent of this.agents) agent.accountSamples(untilMs);
  }

  /** A few at a time: twenty thousand goodbyes at once would be a stall of our own making. */
  async end(): Promise<void> {
    const leaving = [
      ...this.agents.filter((agent) => !agent.isCarried),
      // Last: what of theirs a carrier still held has then not been sent for certain.
      ...this.agents.filter((agent) => agent.isCarried),
    ];
    for (let at = 0; at < leaving.length; at += GOODBYES) {
      if (at > 0) await new Promise<void>((resolve) => this.#wheel.after(1, resolve));
      for (const agent of leaving.slice(at, at + GOODBYES)) agent.end();
    }
  }
}

/** In one turn of the wheel. */
const GOODBYES = 500;

/** Per shard; the shards of a machine share a target that likes about sixty. */
const HANDSHAKES_MAX = 30;

function contextOf(ports: FleetPorts): FleetContext {
  const warm = phaseOf(ports.plan.phases, 'steady').from;
  const { wheel } = ports;
  const down = ports.plan.streams.filter(({ way }) => way === 'down');
  return {
    plan: ports.plan,
    run: ports.run,
    clock: ports.clock,
    wheel,
    ledger: ports.ledger,
    tally: ports.tally,
    numbers: new EventNumbers(ports.plan.devices.length),
    dialect: ports.dialect,
    statecharts: new Statecharts({
      setTimeout: (action, ms) => wheel.after(ms, action),
      clearTimeout: (cancel) => (cancel as (() => void) | undefined)?.(),
    }),
    clientEvents: {
      connected: (client, present) => client.owner.connected(client, present),
      subscribed: (client, granted) => client.owner.subscribed(client, granted),
      refused: (client, reason) => client.owner.refused(client, reason),
      closed: (client, reason) => client.owner.closed(client, reason),
      unheard: (client) => client.owner.unheard(),
      sentOnWire: (client, key, resend, payload) =>
        client.owner.sentOnWire(client, key, resend, payload),
      acked: (client, key) => client.owner.acked(key),
      abandoned: (client, key) => client.owner.abandoned(key),
      agreed: (client, agreed) => client.owner.agreed(agreed),
      rejected: (client, key, why) => client.owner.rejected(key, why),
      packetIn: (client, packet) => client.owner.packetIn(packet),
      packetDone: (client, id) => client.owner.packetDone(id),
      received: (client, topic, payload, qos, { retain }) =>
        client.owner.received(topic, payload, qos | (retain ? FLAG.retain : 0)),
    },
    handshakes: new Handshakes(HANDSHAKES_MAX, () => ports.clock.now() >= warm),
    samplingEnd: phaseOf(ports.plan.phases, 'drain').from,
    downStreams: down.map(({ name }) => name),
    downQos: Math.max(ports.dialect.listensAt ?? 0, ...down.map(({ qos }) => qos ?? 0)) as Qos,
    modelOf: (entry) => {
      const model = ports.models.get(entry.model);
      assert(model !== undefined, `model ${entry.model} was in the catalog when the plan was made`);
      return model;
    },
    partsOf: partsOf(ports.parts),
    lookAt: looker(),
    firmware: ports.firmware,
    entered: ports.entered ?? null,
    carriageOf: carriages(),
    openLink: (device, channel) => ports.links.open(device, channel),
    openFieldBus: (kind, options, enter) => ports.fieldBus?.(kind, options, enter) ?? null,
    abandonLink: (stream) => ports.links.abandon(stream),
    ...ports.credentials,
  };
}

/** Where an entry says nothing of it, MQTT is spoken. */
function reachOf({ protocols }: FleetPorts, context: FleetContext, owner: ReachOwner): Reach {
  const { protocol } = owner.entry;
  if (protocol === undefined) return new DeviceConnection(context, owner);
  const kind = protocols?.get(protocol.kind);
  assert(kind !== undefined, `${protocol.kind} was in the catalog when the plan was made`);
  return kind.reach(context, owner);
}

/** One for each carrier, made when it or the first of those it carries is. */
function carriages(): FleetContext['carriageOf'] {
  const made = new Map<number, Carriage>();
  return (carrier) => {
    const carriage = made.get(carrier) ?? new Carriage();
    made.set(carrier, carriage);
    return carriage;
  };
}

/** All of a kind have the same hooks. */
function looker(): FleetContext['lookAt'] {
  const seen = new Set<PartKind>();
  return (kind, part) => {
    if (seen.has(kind)) return;
    seen.add(kind);
    const flaw = hookFlaw(part, PART_HOOKS);
    if (flaw !== null) throw flaw;
  };
}

/** Looked up once per entry: every device of it has the same. */
function partsOf(known: ReadonlyMap<string, PartKind>): FleetContext['partsOf'] {
  const found = new Map<EntryPlan, { kinds: readonly PartKind[]; regions: Regions }>();
  return (entry) => {
    let parts = found.get(entry);
    if (parts === undefined) {
      const kinds = entry.parts.map(({ kind }) => {
        const part = known.get(kind);
        assert(part !== undefined, `part ${kind} was in the catalog when the plan was made`);
        return part;
      });
      const regions = kinds.flatMap(({ kind, region }) =>
        region ? [[kind, region] as const] : [],
      );
      parts = { kinds, regions: Object.fromEntries(regions) };
      found.set(entry, parts);
    }
    return parts;
  };
}
