/**
 * How a persistent session begins, is found again, and ends: with a connection that asks for one,
 * through the subscriptions made in it, to a clean connection under the same id. A connection of it
 * comes and goes meanwhile, and takes its will along.
 */
import type { CommitQueue } from '../store/commit-queue.ts';
import type { ClientInside } from './aedes-inside.ts';
import type { OpenIncoming } from './open-incoming.ts';
import type { Sessions } from './sessions.ts';
import { DONE, settled } from './settled.ts';
import type { Wills } from './wills.ts';

/**
 * Stands in for the subscriptions of a session that has none: without one Aedes says "session
 * present 0".
 */
const PLACEHOLDER_FILTER = '$session';

export interface SessionSeams {
  /**
   * A persistent session is looked up at connect: false forgets it. Only called when there is one.
   */
  session?(client: string): boolean;
}

export interface Subscription {
  topic: string;
  qos: 0 | 1 | 2;
}

export interface SessionLifeOptions {
  sessions: Sessions;
  incoming: OpenIncoming;
  wills: Wills;
  commits: CommitQueue;
  seams: SessionSeams | null;
  /**
   * Aedes stores all filters of a SUBSCRIBE once one of them is granted, so the policy is asked
   * again here.
   */
  maySubscribe(client: ClientInside, filter: string): boolean;
}

export class SessionLife {
  readonly #options: SessionLifeOptions;
  /** Of each SUBSCRIBE, when what it asks for is stored. */
  readonly #stored = new WeakMap<readonly Subscription[], Promise<void>>();

  constructor(options: SessionLifeOptions) {
    this.#options = options;
  }

  attach(client: ClientInside): void {
    const session = this.#options.sessions.get(client.id);
    if (session !== undefined) session.isAttached = true;
  }

  detach(client: ClientInside, isReplaced: boolean): void {
    const { sessions, wills, commits } = this.#options;
    const session = sessions.get(client.id);
    if (session !== undefined && !isReplaced) session.isAttached = false;
    // After a farewell; a will that is published is removed with its publication. At once: a kill
    // in between would publish the will of somebody who left politely.
    if (!wills.has(client)) return;
    commits.add(
      () => wills.drop(client),
      () => {},
    );
  }

  /** Only asked for a persistent connection, which thereby has a session. */
  find(client: string): PromiseLike<Subscription[]> {
    const { sessions, commits, seams } = this.#options;
    const session = sessions.get(client);
    const isLost = session && seams?.session?.(client) === false;
    if (session === undefined || isLost) {
      const opened = commits.run(() => {
        if (isLost) this.#forget(client);
        sessions.open(client);
      });
      return opened.then(() => []);
    }
    const filters = [...session.subscriptions].map(([topic, qos]) => ({ topic, qos }));
    return settled(filters.length > 0 ? filters : [{ topic: PLACEHOLDER_FILTER, qos: 0 as const }]);
  }

  /**
   * Aedes hands over the whole SUBSCRIBE once for each of its filters. A gateway has hundreds: it
   * is stored once, and the other times wait for that.
   */
  subscribe(client: ClientInside, subscriptions: readonly Subscription[]): Promise<void> {
    const before = this.#stored.get(subscriptions);
    if (before !== undefined) return before;
    const stored = this.#store(client, subscriptions);
    this.#stored.set(subscriptions, stored);
    return stored;
  }

  #store(client: ClientInside, subscriptions: readonly Subscription[]): Promise<void> {
    const { sessions, commits, maySubscribe } = this.#options;
    return commits.run(() => {
      for (const { topic, qos } of subscriptions) {
        if (maySubscribe(client, topic)) sessions.subscribe(client.id, topic, qos);
      }
    });
  }

  unsubscribe(client: string, filters: readonly string[]): Promise<void> {
    const { sessions, commits } = this.#options;
    return commits.run(() => {
      for (const filter of filters) sessions.unsubscribe(client, filter);
    });
  }

  /** A clean connection ends what was: subscriptions, queue and open ids, before its CONNACK. */
  end(client: string): PromiseLike<void> {
    const { sessions, commits } = this.#options;
    if (sessions.get(client) === undefined) return DONE;
    return commits.run(() => this.#forget(client));
  }

  #forget(client: string): void {
    this.#options.sessions.forget(client);
    this.#options.incoming.forget(client);
  }
}
