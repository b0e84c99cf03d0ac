/**
 * The broker of the twin: Aedes with every limit said out loud, everybody known by name, and three
 * of its habits corrected: `$SYS` chatter is left out, a connection that ends late does not sign
 * off the one that replaced it, and nothing is published after the end.
 */
import type { EventEmitter } from 'node:events';
import { Aedes, type Client } from 'aedes';
import type { Account, PlatformLimits } from '../platform.ts';
import type { Service } from '../service.ts';
import { type AedesPacket, type ClientInside, insideOf } from './aedes-inside.ts';
import { type Credentials, mayPublish, maySubscribe } from './credentials.ts';
import { REDELIVERY } from './drain.ts';
import type { Forward } from './forward.ts';
import type { Done, Intake } from './intake.ts';
import { LeftBehind } from './left-behind.ts';
import type { DurablePersistence } from './persistence.ts';

/** Aedes' heartbeats are for clusters; a day apart they cost nothing. */
const HEARTBEAT_MS = 24 * 3600 * 1000;

export interface AdmitSeams {
  /** Somebody with good credentials connects: false answers "server unavailable". */
  admit?(user: string): boolean;
  /** A connection or a publish comes in: false drops everybody, as if the broker were dead. */
  serve?(): boolean;
}

export interface BrokerParts {
  limits: PlatformLimits;
  credentials: Credentials;
  persistence: DurablePersistence;
  intake: Intake;
  forward: Forward;
  seams: AdmitSeams | null;
  /** Nobody is let in while they say so. */
  troubles: { readonly isShut: boolean };
  /** Hears of every device that comes and goes. */
  devices: Required<Pick<Service, 'connected' | 'disconnected'>>;
  /** Aedes' persistence failed. */
  onFatal?: ((error: Error) => void) | undefined;
  /** Who a connection is, from CONNECT to its end. */
  accounts: WeakMap<ClientInside, Account>;
}

export async function startBroker(parts: BrokerParts): Promise<TwinBroker> {
  const broker = new TwinBroker(parts);
  await broker.listen();
  return broker;
}

type Complete = (error?: Error) => void;

/** What Aedes' own class keeps but does not publish as types. */
interface AedesInside {
  clients: Record<string, ClientInside>;
  connectedClients: number;
}

export class TwinBroker extends Aedes {
  readonly #parts: BrokerParts;
  readonly #connections = new Set<Client>();
  /** Let in and not signed off. */
  readonly #registered = new Set<ClientInside>();
  readonly #leftBehind = new LeftBehind((packet) => this.#passOn(packet));
  #isStopped = false;

  constructor(parts: BrokerParts) {
    super(optionsOf(parts));
    this.#parts = parts;
    this.authorizePublish = (client, packet, done) => {
      if (client === null) done(new Error('nobody publishes without a connection'));
      else this.#authorize(insideOf(client), packet as unknown as AedesPacket, done as Done);
    };
    parts.intake.onPlantedWill = (packet) => this.#inject(packet);
    this.on('client', (client) => this.#began(insideOf(client)));
    // Errors of single connections end those connections; Aedes has done that by now.
    this.on('clientError', () => {});
    this.on('connectionError', () => {});
    // Aedes' types leave the event out that it raises when its persistence fails.
    (this as EventEmitter).on('error', (error: Error) => {
      if (!this.#isStopped) parts.onFatal?.(error);
    });
  }

  get connected(): number {
    return (this as unknown as AedesInside).connectedClients;
  }

  take(connection: Parameters<Aedes['handle']>[0]): void {
    if (this.#isStopped || !this.#serves()) {
      connection.destroy();
      return;
    }
    const client = this.handle(connection);
    this.#connections.add(client);
    connection.once('close', () => this.#connections.delete(client));
  }

  #inject(packet: AedesPacket): void {
    this.#parts.intake.inject(packet, (staged) => this.publishStaged(staged));
  }

  /** Sends what `intake` has made durable to those who are there. */
  publishStaged(packet: AedesPacket): void {
    this.#publish(packet, null, () => {});
  }

  /** Aedes calls this with (packet, client, done) or (packet, done). */
  override publish(
    packet: Parameters<Aedes['publish']>[0],
    clientOrDone: Client | Complete | null,
    done?: Complete,
  ): void {
    const client = typeof clientOrDone === 'function' ? null : clientOrDone;
    const complete = typeof clientOrDone === 'function' ? clientOrDone : (done ?? (() => {}));
    const plain = packet as unknown as AedesPacket;
    const isLeft = this.#leftBehind.isLeft(client === null ? null : insideOf(client), plain);
    const isNobodys = plain.topic.startsWith('$SYS/') || this.#parts.intake.isPassedOver(plain);
    if (isNobodys || !isLeft) complete();
    else this.#publish(plain, client, complete);
  }

  /**
   * Aedes signs off by client id. When the old connection of a device ends after the new one was
   * registered, it would take the new one off the list.
   */
  unregisterClient(client: ClientInside): void {
    if (!this.#registered.delete(client)) return;
    this.#leftBehind.ended(client);
    const inside = this as unknown as AedesInside;
    const isReplaced = inside.clients[client.id] !== client;
    inside.connectedClients--;
    if (!isReplaced) delete inside.clients[client.id];
    this.#ended(client, isReplaced);
    this.emit('clientDisconnect', client);
  }

  /** Ends like a killed process: connections drop, nobody is told anything. */
  stop(): void {
    this.#isStopped = true;
    this.#dropAll();
    this.close();
  }

  #serves(): boolean {
    if (this.#parts.seams?.serve?.() !== false) return true;
    this.#dropAll();
    return false;
  }

  #dropAll(): void {
    for (const client of this.#connections) {
      client.conn.destroy();
      client.close();
    }
  }

  #publish(packet: AedesPacket, client: Client | null, done: Complete): void {
    if (this.#isStopped || !this.#serves()) return;
    const { intake, persistence } = this.#parts;
    const publish = super.publish as unknown as (
      packet: AedesPacket,
      client: Client | null,
      done: Complete,
    ) => void;
    const ticket = intake.takeTicket(packet);
    persistence.staging.announce(ticket, () => publish.call(this, packet, client, done));
  }

  #authorize(client: ClientInside, packet: AedesPacket, done: Done): void {
    // Aedes forgets which packet is the will as soon as we return, and publishes it in any case.
    const isWill = packet === client.will;
    this.#parts.intake.authorize(client, packet, (error) => {
      if (!error && !isWill) this.#leftBehind.committed(client, packet);
      done(error);
    });
  }

  #passOn(packet: AedesPacket): void {
    if (this.#parts.intake.isTaken(packet)) this.publishStaged(packet);
  }

  #began(client: ClientInside): void {
    const { accounts, persistence, devices } = this.#parts;
    this.#registered.add(client);
    persistence.life.attach(client);
    const account = accounts.get(client);
    if (account?.role === 'device') devices.connected(account.user, client);
    // Aedes does not ask whether it has gone while it was being let in.
    if (client.closed) this.unregisterClient(client);
  }

  #ended(client: ClientInside, isReplaced: boolean): void {
    if (this.#isStopped) return;
    const { accounts, persistence, devices } = this.#parts;
    persistence.life.detach(client, isReplaced);
    const account = accounts.get(client);
    if (account?.role === 'device') devices.disconnected(account.user, client);
  }
}

type AedesOptions = NonNullable<ConstructorParameters<typeof Aedes>[0]>;

function optionsOf(parts: BrokerParts): AedesOptions {
  const { limits, persistence, forward } = parts;
  return {
    // The default is a random UUID.
    id: 'twin',
    persistence,
    concurrency: limits.concurrency,
    heartbeatInterval: HEARTBEAT_MS,
    connectTimeout: limits.connectTimeoutMs,
    drainTimeout: limits.drainTimeoutMs,
    keepaliveLimit: 0,
    queueLimit: limits.queueLimit,
    maxInflightInbound: limits.inflightLimit,
    maxClientsIdLength: 256,
    maxTopicLevels: limits.maxTopicLevels,
    trustProxy: false,
    authenticate: authenticator(parts),
    authorizeSubscribe: (client, subscription, done) => {
      const account = parts.accounts.get(insideOf(client));
      const isAllowed = account !== undefined && maySubscribe(account, subscription.topic);
      // Null is SUBACK 128: refused, and the connection lives.
      done(null, isAllowed ? subscription : null);
    },
    authorizeForward: (client, packet) => {
      const plain = packet as unknown as AedesPacket;
      return forward.authorize(insideOf(client), plain, plain.brokerId === REDELIVERY) as unknown as
        | typeof packet
        | null;
    },
  };
}

function authenticator(parts: BrokerParts): NonNullable<AedesOptions['authenticate']> {
  const { credentials, seams, troubles } = parts;
  return (client, user, password, done) => {
    const inside = insideOf(client);
    const account = credentials.check(inside.id, user, password);
    const will = inside._will;
    if (account === null) {
      done(refusal('bad user name or password', 4), false);
    } else if (will !== null && will !== undefined && !mayPublish(account, will.topic)) {
      done(refusal('will on a topic of somebody else', 5), false);
    } else if (troubles.isShut) {
      done(refusal('nobody can be asked whether this is so', 3), false);
    } else if (seams?.admit?.(account.user) === false) {
      done(refusal('server unavailable', 3), false);
    } else {
      parts.accounts.set(inside, account);
      parts.persistence.handOver.greet(inside);
      done(null, true);
    }
  };
}

const refusal = (message: string, returnCode: number) =>
  Object.assign(new Error(message), { returnCode });
