/**
 * Puts the platform twin together over its store. Start, stop and kill are here; the parts know
 * nothing of each other's lives.
 *
 * A stop of the platform, by kill or by close, ends connections without a farewell, so the wills of
 * those that were connected are owed. They are published once, at the next start, before anybody
 * can connect.
 */
import type { Duplex } from 'node:stream';
import { type Guarantees, inNameOf, Misuse, misnamed, PLAIN, plantedBy } from '#kernel';
import { makeApi } from './api/router.ts';
import { asks } from './asks.ts';
import type { AedesPacket, ClientInside } from './broker/aedes-inside.ts';
import { startBroker, type TwinBroker } from './broker/broker.ts';
import { Credentials, maySubscribe, withSpeech } from './broker/credentials.ts';
import { Forward } from './broker/forward.ts';
import { Intake } from './broker/intake.ts';
import { DurablePersistence } from './broker/persistence.ts';
import { BROKER_SEAMS, type BrokerSeams } from './broker/seams.ts';
import { QUEUE_ID_MAX } from './broker/session.ts';
import { doorOf } from './door.ts';
import type { Account, ApiAnswer, Platform, PlatformOptions } from './platform.ts';
import { RunningServices } from './running-services.ts';
import type { Bring, Publication } from './service.ts';
import { problemsOf } from './service-check.ts';
import { brokerTables } from './store/broker-tables.ts';
import { CommitQueue } from './store/commit-queue.ts';
import { openStore, type Store } from './store/store.ts';
import { Troubles } from './troubles.ts';

const FIRED_EXAMPLES_MAX = 100;

export async function startPlatform(given: PlatformOptions): Promise<Platform> {
  const planted = plant(given);
  const options = { ...given, accounts: accountsOf(given) };
  const store = openStore(options.storeFile, options.commitOutlives);
  const life: Life = { broker: null, services: null, isShut: () => true };
  // A configuration that is pushed changes them while it lives.
  const limits = { ...options.limits };
  const commits = new CommitQueue(store, options.clock, (error) => {
    if (life.broker !== null) stop(commits, life.broker, life.services, store);
    if (options.onFatal === undefined) throw error;
    options.onFatal(error);
  });
  const troubles = new Troubles(commits, limits);
  life.isShut = () => troubles.isShut;
  try {
    const own = { ...options, limits };
    const parts = buildParts(own, store, commits, planted.seams, life);
    const broker = await startBroker({
      ...parts,
      ...{ limits, troubles },
      onFatal: options.onFatal,
    });
    publishOrphanedWills(parts.persistence, commits);
    life.broker = broker;
    life.services = parts.services;
    return platformOf(options, store, commits, parts, broker, planted, troubles);
  } catch (error) {
    commits.stop();
    store.close();
    throw error;
  }
}

/** One list for all: a carrier that brings somebody new is changed for whoever asks of it. */
function accountsOf({ accounts, services }: PlatformOptions): Account[] {
  const speeches = services.flatMap(({ listens }) => listens ?? []);
  return accounts.map((account) => withSpeech(account, speeches));
}

/** What is there only once the platform lives. */
interface Life {
  broker: TwinBroker | null;
  services: RunningServices | null;
  /** Nobody new is let in. */
  isShut(): boolean;
}

/**
 * What this twin promises. An acknowledgement comes after the commit of the row and of every queued
 * copy.
 */
export const guaranteesOf = (options: Pick<PlatformOptions, 'limits'>): Guarantees => ({
  ...PLAIN,
  durableSessions: true,
  durableRetained: true,
  durableTelemetry: true,
  queueLimit: Math.min(options.limits.queueLimit, QUEUE_ID_MAX),
  inflightLimit: options.limits.inflightLimit,
  maxQos: 2,
  acknowledgesEarly: false,
  ordered: true,
  willOnTakeOver: 'all',
  // It hands them over in the turn in which it is asked; the rest is for a busy machine.
  retainedWithinMs: 2000,
  mqtt: '3.1.1',
});

interface Planted {
  /** Every part reads its own names of it, and the types of those stand where they are read. */
  seams: BrokerSeams | null;
  fired: number;
  examples: string[];
}

/** Refuses services that are malformed, and a bug in a place that nobody asks for. */
function plant({ mutant, clock, services }: PlatformOptions): Planted {
  const problems = problemsOf(services, BROKER_SEAMS);
  if (problems.length > 0) throw new Misuse(problems.join('; '));
  const planted: Planted = { seams: null, fired: 0, examples: [] };
  const fired = (what: string): void => {
    planted.fired++;
    if (planted.examples.length < FIRED_EXAMPLES_MAX) planted.examples.push(what);
  };
  if (mutant) {
    planted.seams = plantedBy(mutant, fired, () => clock.now());
  }
  const known = new Set([...BROKER_SEAMS, ...services.flatMap(({ seams }) => seams ?? [])]);
  for (const name of Object.keys(planted.seams ?? {})) {
    if (!known.has(name))
      throw misnamed(`no part of the platform has the seam '${name}'`, name, known);
  }
  return planted;
}

function buildParts(
  options: PlatformOptions,
  store: Store,
  commits: CommitQueue,
  seams: BrokerSeams | null,
  life: Life,
) {
  const { clock, limits, topics, readEnvelope } = options;
  const known = new WeakMap<ClientInside, Account>();
  const persistence = new DurablePersistence({
    tables: brokerTables(store),
    commits,
    seams,
    queueLimit: limits.queueLimit,
    maySubscribe: (client, filter) => {
      const account = known.get(client);
      return account !== undefined && maySubscribe(account, filter);
    },
  });
  const intake = new Intake({
    commits,
    persistence,
    topics,
    readEnvelope,
    limits,
    clock,
    seams,
    accountOf: (client) => known.get(client),
    takersOf: (stream) => services.takersOf(stream),
    admit: (arrival) => services.admit(arrival),
    refused: (by, about) => services.refused(by, about),
    ask: (user, payload) => ask(user, payload),
    listenerOf: (device, topic) => services.listenerOf(device, topic),
  });
  // Before anybody can connect, to publish is to queue and to retain.
  const publish = (message: Publication): void =>
    intake.inject(packetOf(message), (packet) => life.broker?.publishStaged(packet));
  layTables(options, store);
  const credentials = new Credentials(options.accounts, options.digests);
  const services: RunningServices = new RunningServices(options.services, {
    sql: store,
    commits,
    clock,
    kept: options.kept,
    enrolled: enrolledOf(options),
    topics,
    ...{ publish, bring: bringing(credentials, intake, life), seams },
    call: options.call ?? (async () => 0),
  });
  const ask = asks(services, publish, topics.answerTopicOf);
  return {
    seams,
    accounts: known,
    credentials,
    persistence,
    ...{ services, devices: services, intake },
    forward: new Forward(persistence.handOver, seams),
  };
}

function layTables({ services }: PlatformOptions, store: Store): void {
  for (const { kind, schema } of services) {
    inNameOf(`the service ${kind}`, 'schema', () => store.create(schema));
  }
}

/** What comes past the broker: whoever brings it says who it is with each message. */
const bringing =
  (credentials: Credentials, intake: Intake, life: Life): Bring =>
  ({ user, password, topic, payload }, isNew, done) => {
    if (life.broker === null || life.isShut()) return done('shut');
    const account = credentials.check(user, user, password);
    if (account === null) return done('stranger');
    const packet = packetOf({ topic, payload, qos: 2, retain: false });
    intake.bring(account, packet, isNew, done, (staged) => life.broker?.publishStaged(staged));
  };

type Parts = ReturnType<typeof buildParts>;

/** The lane of a device stands in its topics, whatever the stream. */
const enrolledOf = ({ accounts, topics }: PlatformOptions) =>
  accounts
    .filter(({ role }) => role === 'device')
    .map(({ user, topics: [prefix = ''], speaksFor = [], standsInFor = [] }) => {
      const sample = topics.parse(`${prefix.replace(/\/$/, '')}/telemetry`);
      return { id: user, lane: sample?.lane ?? -1, speaksFor, standsInFor };
    });

const packetOf = (message: Publication): AedesPacket => ({ cmd: 'publish', ...message });

/** Nobody is connected yet, so publishing is queueing for persistent sessions, and retaining. */
function publishOrphanedWills(persistence: DurablePersistence, commits: CommitQueue): void {
  commits.defer(() => {
    for (const { topic, payload, qos, retain } of persistence.wills.takeOrphans()) {
      persistence.staging.stage(null, packetOf({ topic, payload, qos, retain }));
    }
  });
  commits.flush();
}

function platformOf(
  options: PlatformOptions,
  store: Store,
  commits: CommitQueue,
  parts: Parts,
  broker: TwinBroker,
  planted: Planted,
  troubles: Troubles,
): Platform {
  let isOver = false;
  const { persistence, services, intake } = parts;
  const guarantees = guaranteesOf(options);
  const take = takerOf(options, services, broker);
  const stats = () => ({
    ...services.counts,
    sessions: broker.connected,
    ...intake.counts,
    queued: persistence.sessions.queued,
    dropped: persistence.sessions.dropped,
    fired: planted.fired,
  });
  const mutant = options.mutant && { kind: options.mutant.kind, examples: planted.examples };
  const api = makeApi(
    {
      health: () => ({ status: 'ok', now: options.clock.now() }),
      stats: () => ({ ...stats(), mutant: mutant && { ...mutant, fired: planted.fired } }),
      guarantees: () => guarantees,
      retained: (asked) => persistence.retained.page(asked),
      ...services.routes,
    },
    services.acts,
    commits,
  );
  const end = (): void => {
    if (isOver) return;
    isOver = true;
    stop(commits, broker, services, store);
  };
  return {
    guarantees,
    handle: (connection, channel) => {
      const isAnswered = !isOver && channel !== undefined && services.accept(connection, channel);
      if (!isAnswered) take(connection);
    },
    request: (method, path, query, body): ApiAnswer =>
      isOver
        ? { status: 503, body: { error: 'the platform has stopped' } }
        : api(method, path, query, body),
    stats,
    suffer: (fault, trouble) => troubles.suffer(fault, trouble),
    close: async () => {
      if (!isOver) commits.flush();
      end();
    },
    kill: end,
  };
}

/** Who takes a connection: the broker, or a service that speaks the dialect of the run with it. */
function takerOf(options: PlatformOptions, services: RunningServices, broker: TwinBroker) {
  const { dialect = '' } = options;
  const take = (connection: Duplex): void => broker.take(connection);
  if (!services.speaks(dialect)) return take;
  const door = doorOf(options, take);
  return (connection: Duplex): void => services.speak(connection, dialect, door);
}

function stop(
  commits: CommitQueue,
  broker: TwinBroker,
  services: RunningServices | null,
  store: Store,
): void {
  commits.stop();
  broker.stop();
  services?.stop();
  store.close();
}
