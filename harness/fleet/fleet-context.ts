/**
 * What surrounds a device: where bytes go, who it is on the wire, and everything the devices of a
 * shard share. Kept apart from the fleet and from the agent, which both need it.
 */
import type { Duplex } from 'node:stream';
import type { IPublishPacket } from 'mqtt-packet';
import type {
  DeviceModel,
  EventNumbers,
  OpenFieldBus,
  Part,
  PartKind,
  Regions,
  Statecharts,
} from '#devices';
import type { Clock, DevicePlan, EntryPlan, Plan, Qos } from '#kernel';
import type { Dialect } from '../dialects/dialect.ts';
import type { LedgerWriter } from '../record/ledger-writer.ts';
import type { LightClient, LightClientEvents } from '../wire/light-client.ts';
import type { Agreed } from '../wire/light-client-mqtt5.ts';
import type { Carriage } from './carriage.ts';
import type { Handshakes } from './handshakes.ts';
import type { PacingWheel } from './pacing.ts';
import type { Tally } from './tally.ts';

/** Whoever holds a client hears what happens to it. */
export interface ClientOwner {
  connected(client: LightClient<ClientOwner>, sessionPresent: boolean): void;
  /** What the target granted for each filter, a refusal among it. */
  subscribed(client: LightClient<ClientOwner>, granted: readonly number[]): void;
  refused(client: LightClient<ClientOwner>, reason: string): void;
  closed(client: LightClient<ClientOwner>, reason: string): void;
  unheard(): void;
  sentOnWire(
    client: LightClient<ClientOwner>,
    key: number,
    resend: boolean,
    payload: Uint8Array,
  ): void;
  acked(key: number): void;
  abandoned(key: number): void;
  agreed(agreed: Agreed): void;
  rejected(key: number, why: string): void;
  /** MQTT 5: each PUBLISH that came, and when the last answer to it went. */
  packetIn(packet: IPublishPacket): void;
  packetDone(id: number): void;
  /** `flags` are those of the ledger. */
  received(topic: string, payload: Uint8Array, flags: number): void;
}

/** What an agent sees of its shard. */
export interface FleetContext {
  plan: Plan;
  clock: Clock;
  wheel: PacingWheel;
  ledger: LedgerWriter;
  tally: Tally;
  /** How far the streams of what just happens are counted. */
  numbers: EventNumbers;
  dialect: Dialect;
  statecharts: Statecharts;
  clientEvents: LightClientEvents<ClientOwner>;
  handshakes: Handshakes;
  samplingEnd: number;
  /** Streams that go to devices, each of which subscribes to its own at this QoS. */
  downStreams: readonly string[];
  downQos: Qos;
  /** Name of the run. */
  run: string;
  modelOf(entry: EntryPlan): DeviceModel;
  /** The parts of an entry's devices, in the order of their names, and the regions they bring. */
  partsOf(entry: EntryPlan): { kinds: readonly PartKind[]; regions: Regions };
  /** Refuses a living part with a hook that nobody would call; looks at the first of each kind. */
  lookAt(kind: PartKind, part: Part): void;
  /** Seams of a planted firmware bug, by name; null in honest firmware. */
  firmware: Readonly<Record<string, unknown>> | null;
  /** Somebody hears of each state that a device enters. */
  entered: ((device: number, state: string) => void) | null;
  /** Of a device that carries others. */
  carriageOf(carrier: number): Carriage;
  openLink(device: DevicePlan, channel?: string): Duplex;
  /** A bus of a carrier that is a real one; null where all are modelled. */
  openFieldBus: OpenFieldBus;
  /** Leaves a connection half-open and silent. */
  abandonLink(stream: Duplex): void;
  clientId(device: string): string;
  userName(device: string): string;
  password(device: string): string;
}
