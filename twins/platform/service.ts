/**
 * What a platform does beside passing messages on: keep telemetry, know who is online, answer an
 * echo. One service per file of services/, or a file of a user's own; none knows the broker. A
 * service brings its tables, takes messages inside the transaction that comes before their
 * acknowledgement, and says by which route its truth can be read back when a run is over.
 *
 * One name goes through all of it: its kind is the name of its port, of the route behind that port,
 * and of the key under which a page of the list has its rows.
 *
 * The least of them:
 *
 *   export default defineService({
 *     kind: 'deaf',
 *     summary: 'takes nothing and keeps nothing',
 *     schema: '',
 *     truth: 'deaf',
 *     start: () => ({ routes: { deaf: () => ({ deaf: [], next: null }) } }),
 *   });
 */
import type { Duplex } from 'node:stream';
import { type Clock, type Hooks, type ParamValues, stamp } from '#kernel';
import type { Account } from './account.ts';
import type { Call } from './outward.ts';
import type { Commits } from './store/commit-queue.ts';
import type { Sql } from './store/store.ts';

export interface ServiceKind<Seams extends object = object> {
  kind: string;
  summary: string;
  /**
   * Its tables, as `CREATE … IF NOT EXISTS` statements: they are run at every start, and what is in
   * them outlives a kill.
   */
  schema: string;
  /** Where a mutant may plant a bug, by name. */
  seams?: readonly string[];
  /** The route by which what it holds can be read back at the end. */
  truth: string;
  /** The channels of devices that it answers, by name: a plan says which nobody answers. */
  channels?: readonly string[];
  /** Topics outside our own scheme on which devices speak to it, each on its own. */
  listens?: Speech;
  /** The dialects that it speaks with devices, by name; our own needs nobody to speak it. */
  speaks?: readonly string[];
  /** It goes by connections alone, so it does its work whatever dialect devices speak. */
  readsNothing?: true;
  /**
   * By protocol, where its devices bring what they send: what a scenario would say under `intake`
   * of a target that is not ours. The address is that of the channel, whatever stands there.
   */
  intake?: Readonly<Record<string, ParamValues>>;
  /**
   * Called once per life of the platform, when all tables are there. Its fellows may not have been
   * started yet, so it asks nothing of the registry here.
   */
  start(ports: ServicePorts<Seams>): Service;
}

export interface Speech {
  /** All of it begins so; observers may read what does. */
  root: string;
  /** What one device may use of that: all that begins with the root, and then with this. */
  of(device: string): string;
}

/** What a device said there. */
export interface Spoken {
  device: string;
  /** What stands behind `of` in its topic. */
  what: string;
  payload: Uint8Array;
}

/**
 * A service of a living platform. Nothing in here may throw: what is malformed in a question is
 * refused by `asked`, and a `take` that throws leaves the platform nothing but to die.
 */
export interface Service {
  /** All services are started, and nobody can connect yet: what a former life owed is taken up. */
  ready?(): void;
  /** Whether it takes the messages of a stream; asked once per stream. */
  takes?(stream: string): boolean;
  /**
   * A message has come that somebody takes, and nobody has yet: whether it is taken at all, and
   * when. Asked outside any transaction, once for each time that the message comes; the first
   * service that answers decides. Left out or answering null, it is taken at once.
   */
  admit?(arrival: Arrival): Admission | null;
  /** Ahead of all who take a message: it stores it, and says whether it is new to the store. */
  store?(row: TakenRow): boolean;
  /**
   * A message it takes. Runs inside the transaction before the acknowledgement: what is written or
   * published from here is as durable as the message itself. A message that its device sends again
   * is taken again, but for QoS 2; (device, stream, n) tells. `isNew`: no store had it before.
   */
  take?(row: TakenRow, isNew: boolean): void;
  /**
   * A device said something on a topic of `listens`. Runs inside the transaction before that is
   * acknowledged, and again where it is sent again.
   */
  spoken?(word: Spoken): void;
  /**
   * A carrier brought a message of a device that it may not speak for, and nobody takes it. Runs
   * inside the transaction before that is acknowledged.
   */
  refused?(by: string, about: { device: string; stream: string }): void;
  /**
   * A fellow says that something has happened, in its own transaction: what is written or published
   * from here is as durable as that. Nothing is known here of who listens, so it may not answer.
   */
  noticed?(notice: Notice): void;
  /** `connection` tells an old connection that ends late from the one that replaced it. */
  connected?(device: string, connection: object): void;
  disconnected?(device: string, connection: object): void;
  /** Path → what it answers; `*` stands for one segment. Routes read and never write. */
  routes: Readonly<Record<string, Route>>;
  /** Path → what a POST there does. */
  acts?: Readonly<Record<string, Act>>;
  /**
   * Channel of devices → who takes a connection that comes over it. It is bytes and no more: who
   * connects has told nobody its name yet. It ends with the platform.
   */
  channels?: Readonly<Record<string, (connection: Duplex) => void>>;
  /**
   * Dialect → who takes a connection in it, and has one to the broker for it, in our own dialect.
   * Both end with the platform.
   */
  speaks?: Readonly<Record<string, (connection: Duplex, door: Door) => void>>;
  /** What it says of a device wherever devices are listed. */
  summaryOf?(device: DeviceRecord): object;
  /** What it says besides on the device's own page. */
  detailOf?(device: DeviceRecord): object;
  /** Its figures in `stats`. */
  counts?(): Readonly<Record<string, number>>;
  /** Of one service only: it says which devices there are. */
  registry?: DeviceRegistry;
  /** Of one service only: it keeps rows that others may take over. */
  shelf?: RowShelf;
}

/** What of it is called. The rest (routes, acts, channels, a registry …) is looked up. */
export const SERVICE_HOOKS: Hooks<
  Exclude<keyof Service, 'routes' | 'acts' | 'channels' | 'speaks' | 'registry' | 'shelf'>
> = {
  ready: 'may',
  takes: 'may',
  admit: 'may',
  store: 'may',
  take: 'may',
  spoken: 'may',
  refused: 'may',
  noticed: 'may',
  connected: 'may',
  disconnected: 'may',
  summaryOf: 'may',
  detailOf: 'may',
  counts: 'may',
};

/** The way to the broker for who takes connections in another dialect. */
export interface Door {
  /** The account of which that is the secret; null for nobody's. */
  known(secret: Uint8Array): Account | null;
  /** The name of the run, as it stands in topics of our own dialect. */
  run: string;
  /** Where the topics of a device begin. */
  prefixOf(device: string): string | null;
  /** Whose topic of our own dialect it is, known or not; null for nobody's. */
  deviceOf(topic: string): string | null;
  /**
   * Whether a carrier may speak for a device. One that nobody knows is one of its own from now on,
   * where there is room for it and its topics would be nobody else's.
   */
  adopt(carrier: Account, device: string): boolean;
  /** A new connection to the broker: what is written to it is MQTT of our own dialect. */
  open(): Duplex;
}

/** A message of a device's stream that names itself. */
export interface TakenRow {
  /** The account that brought it: the device's own, its carrier's, or an operator's. */
  by: string;
  device: string;
  stream: string;
  lane: number;
  n: number;
  epoch: number;
  /** Milliseconds of scenario time. */
  intended: number;
  /** When it was taken, or came where it is not yet. */
  receivedAt: number;
  payload: Uint8Array;
}

/** A message that has come and is not taken yet. */
export interface Arrival extends Omit<TakenRow, 'payload'> {
  /**
   * It may be acknowledged and passed over. Not so at QoS 2, where that would be a promise, nor
   * where it is to be retained, since the value before it would stand.
   */
  mayPassOver: boolean;
}

/** What becomes of it. */
export type Admission =
  /**
   * It is taken when this lets it in, once, and not acknowledged before: who waits for that holds
   * back whoever sends more than it takes. `committed` is called when the message is durable, or
   * gone with its connection: then its device sends it again.
   */
  | { wait(enter: (committed: () => void) => void): void }
  /**
   * It is acknowledged, and neither kept nor passed on. This runs inside the transaction before the
   * acknowledgement, so that what is said of it there is as durable as that.
   */
  | { passOver(): void };

/** A device with an account: whose messages it brings, and those of them that are another's. */
export interface Enrolled {
  id: string;
  lane: number;
  speaksFor?: readonly string[];
  standsInFor?: readonly string[];
}

/** What a service is given to work with. */
export interface ServicePorts<Seams extends object = object> {
  sql: Sql;
  commits: Commits;
  clock: Clock;
  /** The devices that have an account, with the lane that their topics tell; -1 when none does. */
  enrolled: readonly Enrolled[];
  /** The streams that this run wants kept as telemetry. */
  kept: readonly string[];
  registry: DeviceRegistry;
  /** Rows as they came, of which a service may take over what it keeps in another form. */
  shelf: RowShelf;
  /**
   * Publishes on the platform's own account, durable like everybody's, and taken by no service.
   */
  publish(message: Publication): void;
  /**
   * Takes in what a device brought by another protocol than the broker's, as if it had published
   * it: by the same rules, in the same transaction, and passed on to whoever listens.
   */
  bring: Bring;
  /** Calls an address outside; what came of it is told to a platform that still lives. */
  call: Call;
  /** Tells all fellows that something has happened; only inside a transaction. */
  notify(notice: Notice): void;
  /**
   * Does by itself what an operator would by a POST there, only inside a transaction. A path that
   * nobody knows is answered with 404, and whatever refuses has written nothing.
   */
  perform(path: string, body: unknown): Performed;
  /** What a page says, whoever's it is; 404 where there is none. */
  ask(path: string): Performed;
  /**
   * Where a device listens to a stream, or who stands in for its carrier listens for it; null while
   * no topic has told its lane.
   */
  topicOf(device: string, stream: string, through?: string): string | null;
  /** What all services say of a device. */
  summaryOf(device: DeviceRecord): object;
  detailOf(device: DeviceRecord): object;
  /** What a mutant planted here; null in an honest twin. */
  seams: Partial<Seams> | null;
}

/** A message that came by a channel, and who says that it is his. */
export interface Brought {
  user: string;
  password: Uint8Array;
  /** As its device would publish it. */
  topic: string;
  payload: Uint8Array;
}

/**
 * What became of it: committed, known already and left as it was, or not taken and why. `shut`:
 * nobody is let in now.
 */
export type BroughtEnd = 'taken' | 'known' | 'stranger' | 'not-allowed' | 'malformed' | 'shut';

/**
 * `isNew` runs inside the transaction, ahead of everything: false leaves the message as it is.
 * `done` is called once when what was written is committed, or at once where nothing is.
 */
export type Bring = (
  brought: Brought,
  isNew: () => boolean,
  done: (end: BroughtEnd) => void,
) => void;

/** `of` is the kind of the service that says it; the rest is for those who know `what`. */
export interface Notice {
  of: string;
  what: string;
  [datum: string]: unknown;
}

export interface Performed {
  status: number;
  body: unknown;
}

export interface Publication {
  topic: string;
  payload: Uint8Array;
  qos: 0 | 1 | 2;
  retain: boolean;
}

export interface DeviceRecord {
  /** Its number: small in a row, and an order to page by. */
  key: number;
  id: string;
  /** -1 while no topic has told it. */
  lane: number;
  /** When its last message was stored in this life of the platform; null before. */
  receivedAt: number | null;
}

export interface DeviceRegistry {
  readonly size: number;
  get(id: string): DeviceRecord | undefined;
  /** The record of a device, made when it is new; runs inside a transaction. */
  record(id: string, lane: number): DeviceRecord;
  /** The device that a path names, or a refusal. */
  asked(asked: Asked, id: string): DeviceRecord;
  /** The ids of all, in order of their numbers. */
  all(): string[];
  /** One page of the devices, in order of their numbers; `after`: else as its cursor says. */
  page(asked: Asked, after?: number): { limit: number; items: DeviceRecord[]; next: string | null };
}

/** Rows that one service keeps, and that another one may take over, one by one. */
export interface RowShelf {
  /** Rows of a device in the order of n, those behind `after`, and no more than `limit`. */
  rows(device: DeviceRecord, stream: string, after: number, limit: number): ShelvedRow[];
  /** Inside a transaction. Whoever takes a row away answers for it from then on. */
  takeAway(device: DeviceRecord, stream: string, n: number): void;
  /** From now on this one is asked for what was taken away. */
  answers(keeper: ShelfKeeper): void;
}

export interface ShelvedRow {
  n: number;
  intended: number;
  received: number;
  payload: Uint8Array;
}

/** Who took rows away: they are not kept once more, and stand in the list behind those kept. */
export interface ShelfKeeper {
  has(device: DeviceRecord, stream: string, n: number): boolean;
  /** Of a lane, or of all; `cursor` is empty for the first page, else what a page calls `next`. */
  list(lane: number | null, cursor: string, limit: number): MovedPage;
}

export interface MovedPage {
  rows: readonly MovedRow[];
  next: string | null;
}

/** By its name, and by what hash its bytes had: who never had them cannot tell it. */
export interface MovedRow {
  device: string;
  stream: string;
  n: number;
  hash: number;
}

export type Route = (asked: Asked) => unknown;

/**
 * What an operator does: it refuses before it writes, writes inside a transaction, and is answered
 * when that is committed. `body` is JSON from outside, and nobody has looked at it.
 */
export type Act = (asked: Asked, body: unknown) => unknown;

/** A question over HTTP. What is malformed in it is refused on reading. */
export interface Asked {
  /** The path, cut at its slashes and decoded. */
  readonly path: readonly string[];
  text(name: string): string | null;
  whole(name: string, otherwise: number): number;
  number(name: string, otherwise: number): number;
  /** How many items a page may have. */
  limit(): number;
  refuse(status: 400 | 404 | 409 | 413, why: string): never;
}

type SeamNames<Seams> = keyof Seams extends never ? string : keyof Seams & string;

export const defineService = <Seams extends object = object>(
  service: ServiceKind<NoInfer<Seams>> & { seams?: readonly SeamNames<Seams>[] },
): ServiceKind => stamp<ServiceKind>('service', service);
