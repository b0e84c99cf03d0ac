/**
 * The connection of one device: attempts, sessions and how each ends, on a client that lives as
 * long as its connection. When to connect and when to stay away is the statechart's affair; what
 * goes over it is the parts'. Everything that happens is written down at the moment it happens.
 */
import type { IPublishPacket } from 'mqtt-packet';
import {
  carriedBy,
  leaningOn,
  mqtt5Of,
  SUBSCRIPTION_REFUSED,
  sendWindow,
  spokenForBy,
} from '#kernel';
import type { Counted } from '../dialects/dialect.ts';
import { hashOf } from '../dialects/message-hash.ts';
import { LightClient, type SessionState } from '../wire/light-client.ts';
import type { Agreed } from '../wire/light-client-mqtt5.ts';
import { receive } from './arrivals.ts';
import type { Carriage } from './carriage.ts';
import type { DeviceMessages } from './device-messages.ts';
import { FiveLog } from './five-log.ts';
import type { ClientOwner, FleetContext } from './fleet-context.ts';
import type { Reach, ReachOwner } from './reach.ts';
import type { Recipient, Recipients, Sorted } from './recipients.ts';
import type { Sender } from './way.ts';

type Client = LightClient<ClientOwner>;

/** The key of what is no message of anybody: what becomes of it nobody writes down. */
const NOBODYS = -1;

export class DeviceConnection implements Reach, ClientOwner, Recipients {
  readonly #fleet: FleetContext;
  readonly #owner: ReachOwner;
  /** For those it carries; most carry nobody. */
  readonly #carriage: Carriage | null;
  /** Null where 3.1.1 is spoken. */
  readonly #five: FiveLog | null;
  /** Null where packets go as they are encoded. */
  readonly #counted: Counted | null;
  #client: Client | null = null;
  #session: SessionState | null = null;
  #online = false;
  /** Attempts so far; the number of the next will. */
  #attempts = 0;
  /** Counts wishes to connect: one that had to wait and is no longer wanted is not granted. */
  #wish = 0;
  #handshaking = false;
  #ended = false;

  constructor(fleet: FleetContext, owner: ReachOwner) {
    this.#fleet = fleet;
    this.#owner = owner;
    const five = mqtt5Of(fleet.plan, owner.entry);
    this.#five = five === null ? null : new FiveLog(fleet.ledger, owner.index, five);
    const carries = spokenForBy(fleet.plan, owner.index).length > 0;
    this.#carriage = carries ? fleet.carriageOf(owner.index) : null;
    const now = (): number => fleet.clock.now();
    this.#counted = fleet.dialect.counted?.(owner.device.id, fleet.firmware, now) ?? null;
    if (this.#carriage === null) return;
    this.#carriage.radio = owner.messages;
    if (this.#counted !== null) this.#carriage.hears = (id, isThere) => this.#carries(id, isThere);
  }

  get isOnline(): boolean {
    return this.#online;
  }

  get messages(): DeviceMessages {
    return this.#owner.messages;
  }

  pump(): void {
    if (this.#client !== null && this.#online) this.messages.pump(this.#client);
  }

  resume(): void {
    this.pump();
    this.#carriage?.resume();
  }

  connect(attempt: number, clean: boolean): void {
    const wish = ++this.#wish;
    this.#fleet.handshakes.begin(() => {
      this.#handshaking = true;
      if (wish === this.#wish) this.#open(attempt, clean);
      else this.#handshakeOver();
    });
  }

  hangUp(why: string): void {
    this.#noLongerWanted();
    const client = this.#client;
    if (client === null) return;
    this.#client = null;
    this.#session = client.takeSession();
    this.#takeLeave(client);
    this.#write(this.#online ? 'offline' : 'connect-failed', this.#online ? 'planned' : why);
    this.#setOnline(false);
  }

  abandon(why: string): void {
    this.#noLongerWanted();
    const client = this.#client;
    this.#client = null;
    this.#session = null;
    if (client !== null) this.#fleet.abandonLink(client.release());
    // For whoever listens, losing power and losing memory are one silence; `boot` tells the cause.
    if (this.#online) this.#write('offline', 'power-cut');
    else if (client !== null) this.#write('connect-failed', why);
    this.#setOnline(false);
    this.messages.forget(why);
    this.#carriage?.forget(why);
  }

  /** A graceful goodbye, for good. */
  end(): void {
    this.#ended = true;
    if (this.#client !== null) this.#takeLeave(this.#client);
    this.#client = null;
    this.#setOnline(false);
  }

  // --- events of the client ---------------------------------------------------------------------

  connected(client: Client, sessionPresent: boolean): void {
    if (client !== this.#client) return;
    this.#handshakeOver();
    this.#fleet.ledger.write('online', { device: this.#owner.index, present: sessionPresent });
    if (this.#carriage !== null) this.#carriage.way = client;
    const counted = this.#counted;
    // Births come behind what it listens to, and ahead of all that anybody has to say.
    if (counted !== null) {
      client.subscribe(this.#filters(), this.#fleet.downQos);
      for (const packet of counted.connected()) client.say(packet);
    }
    this.#setOnline(true);
    this.#owner.tell({ type: 'CONNECTED', sessionPresent });
    this.#introduce(client);
    if (counted === null) client.subscribe(this.#filters(), this.#fleet.downQos);
    this.#owner.parts.online(sessionPresent);
    this.pump();
    this.#carriage?.connected(sessionPresent);
  }

  /** One filter refused is one refused: whoever is owed what comes by it is told so. */
  subscribed(client: Client, granted: readonly number[]): void {
    if (client !== this.#client) return;
    const refusal = granted.find((code) => code >= SUBSCRIPTION_REFUSED);
    const worst = refusal === undefined ? Math.min(...granted) : SUBSCRIPTION_REFUSED;
    this.#fleet.ledger.write('subscribed', { device: this.#owner.index, granted: worst });
    // In MQTT 5 it says why; 3.1.1 knows the one code alone.
    if (refusal !== undefined && this.#five !== null) this.#five.refused('SUBACK', refusal);
    this.#owner.parts.subscribed(() => this.#heardBy(granted));
  }

  /** The streams of which no filter was refused. */
  #heardBy(granted: readonly number[]): string[] {
    const { dialect, downStreams } = this.#fleet;
    const { lane, id } = this.#owner.device;
    const asked = this.#filters();
    const taken = new Set(
      asked.filter((_, at) => (granted[at] ?? SUBSCRIPTION_REFUSED) < SUBSCRIPTION_REFUSED),
    );
    return downStreams.filter((stream) => {
      const own = dialect.downFilters(lane, id, [stream]);
      return own.length > 0 && own.every((filter) => taken.has(filter));
    });
  }

  refused(client: Client, reason: string): void {
    if (client !== this.#client) return;
    this.#handshakeOver();
    this.#dropClient(client);
    this.#fleet.tally.connectFailures++;
    this.#write('connect-failed', reason);
    this.#owner.tell({ type: 'REFUSED', reason });
  }

  closed(client: Client, reason: string): void {
    if (client !== this.#client) return;
    if (!this.#online) return this.refused(client, reason);
    this.#dropClient(client);
    this.#write('offline', reason);
    this.#setOnline(false);
    this.#owner.tell({ type: 'LOST', reason });
  }

  unheard(): void {
    if (!this.#ended) this.#fleet.ledger.write('unheard', { device: this.#owner.index });
  }

  sentOnWire(client: Client, key: number, resend: boolean, payload: Uint8Array): void {
    if (client !== this.#client) return;
    const made = this.#counted === null ? undefined : payload;
    this.#senderOf(key).messages.sentOnWire(this.#keyOf(key), resend, made);
    this.#carriage?.settled(key, 'gone');
  }

  acked(key: number): void {
    const sender = this.#senderOf(key);
    sender.messages.acked(this.#keyOf(key));
    this.#carriage?.settled(key, 'acked');
    sender.pump();
  }

  abandoned(key: number): void {
    this.#senderOf(key).messages.abandoned(this.#keyOf(key));
    this.#carriage?.settled(key, 'abandoned');
  }

  agreed(agreed: Agreed): void {
    this.#five?.agreed(agreed);
  }

  rejected(key: number, why: string): void {
    const sender = this.#senderOf(key);
    sender.messages.rejected(this.#keyOf(key), why);
    this.#carriage?.settled(key, 'abandoned');
    sender.pump();
  }

  packetIn(packet: IPublishPacket): void {
    this.#five?.packetIn(packet);
  }

  packetDone(id: number): void {
    this.#five?.packetDone(id);
  }

  received(topic: string, payload: Uint8Array, flags: number): void {
    const five = this.#five;
    // A part answers at once or never; later it is nobody's answer.
    if (five !== null) this.messages.asked = five.asked;
    for (const packet of this.#counted?.heard(topic, payload) ?? []) this.#client?.say(packet);
    receive(this.#fleet, this, topic, payload, flags);
    if (five !== null) this.messages.asked = null;
  }

  /** A device takes in whatever it can read, and a carrier what is for none that it carries. */
  give(message: Sorted, take: (to: Recipient) => void): void {
    const passenger = this.#carriage?.passenger(message.device);
    if (passenger === undefined) take(this.#owner);
    else this.#carriage?.give(passenger, message, take);
  }

  #open(attempt: number, clean: boolean): void {
    const fleet = this.#fleet;
    const { id } = this.#owner.device;
    const counted = this.#counted;
    const told = this.#owner.parts.will(this.#attempts++);
    const will = counted === null ? told : counted.connecting(told);
    // What a connection leaves behind of its own is no message.
    const left = told === null ? null : will;
    const hash = left === null ? 0 : hashOf(fleet.dialect, left.topic, left.payload);
    fleet.ledger.write('connect', { device: this.#owner.index, attempt, will: hash });
    fleet.tally.connects++;
    const options = {
      clientId: fleet.clientId(id),
      username: fleet.userName(id),
      password: fleet.password(id),
      clean,
      keepAliveS: this.#owner.entry.keepAliveS,
      window: sendWindow(fleet.plan.target.guarantees),
      ...(will === null ? {} : { will }),
      ...(counted === null ? {} : { leaves: counted.leaves }),
      ...(this.#five === null ? {} : { mqtt5: this.#five.options }),
      ...(this.#carriage === null ? {} : { queueLimit: this.#carriage.queueLimit }),
    };
    const stream = fleet.openLink(this.#owner.device);
    const client = new LightClient<ClientOwner>(stream, options, fleet.clientEvents, this);
    this.#client = client;
    // Also into a clean session: the client then knows what must not be sent again.
    if (this.#session !== null) client.resume(this.#session);
    this.#session = null;
    fleet.wheel.addAfter(1000, client);
  }

  /** Also without commands: some brokers report no session for a client without subscriptions. */
  #filters(): string[] {
    const { dialect, downStreams, plan } = this.#fleet;
    const { index } = this.#owner;
    const own = [index, ...carriedBy(plan, index)].flatMap((device) => {
      const { lane, id } = plan.devices[device] ?? this.#owner.device;
      const by = device === index ? [] : (['carrier'] as const);
      return dialect.downFilters(lane, id, downStreams, ...by);
    });
    return [...new Set([...own, ...this.#relayed()])];
  }

  /** Nobody asks for an answer to it: it goes ahead of all that speaks of them. */
  #introduce(client: Client): void {
    const { dialect, plan } = this.#fleet;
    if (this.#carriage === null || dialect.introduces === undefined) return;
    const ids = carriedBy(plan, this.#owner.index).flatMap(
      (index) => plan.devices[index]?.id ?? [],
    );
    for (const { topic, payload } of dialect.introduces(ids)) {
      client.publish(NOBODYS, topic, payload, 0, false);
    }
  }

  /** For those that fall back on it, what is sent through it and not through their own. */
  #relayed(): string[] {
    const { dialect, downStreams, plan } = this.#fleet;
    const { lane, id } = this.#owner.device;
    const isWanted = downStreams.length > 0 && leaningOn(plan, this.#owner.index).length > 0;
    const filter = isWanted ? dialect.relayFilter?.(lane, id) : undefined;
    return filter === undefined ? [] : [filter];
  }

  /** Whose message it is: its own, or of one that it carries. */
  #senderOf(key: number): { messages: Sender; pump(): void } {
    return this.#carriage?.senderOf(key) ?? this;
  }

  #keyOf(key: number): number {
    return this.#carriage?.keyOf(key) ?? key;
  }

  /** Somebody that it carries is there, or no longer. */
  #carries(device: string, isThere: boolean): void {
    for (const packet of this.#counted?.carries(device, isThere) ?? []) this.#client?.say(packet);
  }

  #takeLeave(client: Client): void {
    for (const packet of this.#counted?.goodbye() ?? []) client.say(packet);
    client.disconnect();
  }

  #noLongerWanted(): void {
    this.#wish++;
    this.#handshakeOver();
  }

  #handshakeOver(): void {
    if (!this.#handshaking) return;
    this.#handshaking = false;
    this.#fleet.handshakes.end();
  }

  #dropClient(client: Client): void {
    this.#client = null;
    this.#session = client.takeSession();
    client.destroy();
  }

  #setOnline(online: boolean): void {
    if (online === this.#online) return;
    this.#online = online;
    this.#fleet.tally.connected += online ? 1 : -1;
    if (online) return;
    if (this.#carriage !== null) this.#carriage.way = null;
    this.#owner.parts.lost();
    this.#carriage?.lost('carrier');
  }

  #write(op: 'offline' | 'connect-failed', why: string): void {
    this.#fleet.ledger.write(op, { device: this.#owner.index, why });
  }
}
