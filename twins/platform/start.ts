/**
 * Puts the platform twin together over its store. Start, stop and kill are here; the parts know
 * nothing of each other's lives.
 *
 * A stop of the platform, by kill or by close, ends connections without a farewell, so the wills of
 * those that were connected are owed. They are published once, at the next start, before anybody
 * can connect.
 */
import type { Guarantees } from '#kernel';
import type { ClientInside } from './aedes-inside.ts';
import { makeApi } from './api.ts';
import { startBroker, type TwinBroker } from './broker.ts';
import { CommitQueue } from './commit-queue.ts';
import { maySubscribe } from './credentials.ts';
import { Forward } from './forward.ts';
import { Ingest } from './ingest.ts';
import { DurablePersistence } from './persistence.ts';
import type { Account, ApiAnswer, MutantSeams, Platform, PlatformOptions } from './platform.ts';
import { Presence } from './presence.ts';
import { Registry } from './registry.ts';
import { QUEUE_ID_MAX } from './session.ts';
import { openStore, type Store } from './store.ts';

const FIRED_EXAMPLES_MAX = 100;

export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const store = openStore(options.storeFile);
  const life: { stop: (() => void) | null } = { stop: null };
  const commits = new CommitQueue(store, options.clock, (error) => {
    life.stop?.();
    if (options.onFatal === undefined) throw error;
    options.onFatal(error);
  });
  try {
    const planted = plant(options);
    const parts = buildParts(options, store, commits, planted.seams);
    const broker = await startBroker(parts);
    publishOrphanedWills(parts.persistence, commits);
    life.stop = () => stop(commits, broker, store);
    return platformOf(options, store, commits, parts, broker, planted);
  } catch (error) {
    commits.stop();
    store.close();
    throw error;
  }
}

/**
 * What this twin promises. An acknowledgement comes after the commit of the row and of every queued
 * copy.
 */
export const guaranteesOf = (options: Pick<PlatformOptions, 'limits'>): Guarantees => ({
  durableSessions: true,
  durableRetained: true,
  durableTelemetry: true,
  queueLimit: Math.min(options.limits.queueLimit, QUEUE_ID_MAX),
  inflightLimit: options.limits.inflightLimit,
  maxQos: 2,
  acknowledgesEarly: false,
  ordered: true,
  willOnTakeOver: true,
  mqtt: '3.1.1',
});

interface Planted {
  seams: MutantSeams | null;
  fired: number;
  examples: string[];
}

function plant({ mutant, clock }: PlatformOptions): Planted {
  const planted: Planted = { seams: null, fired: 0, examples: [] };
  const fired = (what: string): void => {
    planted.fired++;
    if (planted.examples.length < FIRED_EXAMPLES_MAX) planted.examples.push(what);
  };
  planted.seams = mutant?.plant(fired, () => clock.now()) ?? null;
  return planted;
}

function buildParts(
  platform: PlatformOptions,
  store: Store,
  commits: CommitQueue,
  seams: MutantSeams | null,
) {
  const accounts = new WeakMap<ClientInside, Account>();
  const persistence = new DurablePersistence({
    store,
    commits,
    seams,
    queueLimit: platform.limits.queueLimit,
    maySubscribe: (client, filter) => {
      const account = accounts.get(client);
      return account !== undefined && maySubscribe(account, filter);
    },
  });
  const registry = new Registry(store);
  commits.defer(() => registry.enrol(platform.accounts, platform.isTelemetry));
  const accountOf = (client: ClientInside): Account | undefined => accounts.get(client);
  return {
    platform,
    seams,
    accounts,
    persistence,
    registry,
    ingest: new Ingest({ store, commits, registry, persistence, platform, seams, accountOf }),
    forward: new Forward(persistence, seams),
    presence: new Presence(store, commits, () => platform.clock.now(), seams),
  };
}

type Parts = ReturnType<typeof buildParts>;

/** Nobody is connected yet, so publishing is queueing for persistent sessions, and retaining. */
function publishOrphanedWills(persistence: DurablePersistence, commits: CommitQueue): void {
  commits.defer(() => {
    for (const { topic, payload, qos, retain } of persistence.wills.takeOrphans()) {
      persistence.stage(null, { cmd: 'publish', topic, payload, qos, retain });
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
): Platform {
  let isOver = false;
  const { persistence, registry, presence, ingest } = parts;
  const guarantees = guaranteesOf(options);
  const stats = () => ({
    sessions: broker.connected,
    ...ingest.counts,
    queued: persistence.sessions.queued,
    dropped: persistence.sessions.dropped,
    fired: planted.fired,
  });
  const api = makeApi({
    store,
    registry,
    presence,
    guarantees,
    retained: () => persistence.retained.all(),
    stats,
    now: () => options.clock.now(),
    flush: () => commits.flush(),
    mutant: () =>
      options.mutant && {
        kind: options.mutant.kind,
        fired: planted.fired,
        examples: planted.examples,
      },
  });
  const end = (): void => {
    if (isOver) return;
    isOver = true;
    stop(commits, broker, store);
  };
  return {
    guarantees,
    handle: (connection) => broker.take(connection),
    request: (method, path, query): ApiAnswer =>
      isOver
        ? { status: 503, body: { error: 'the platform has stopped' } }
        : api(method, path, query),
    stats,
    close: async () => {
      if (!isOver) commits.flush();
      end();
    },
    kill: end,
  };
}

function stop(commits: CommitQueue, broker: TwinBroker, store: Store): void {
  commits.stop();
  broker.stop();
  store.close();
}
