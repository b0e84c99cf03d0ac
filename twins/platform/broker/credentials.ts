/**
 * Who may connect and what they may touch. Every account has its own secret, compared in constant
 * time; a device has one client id and its own topics, an observer reads, a service does both.
 * Of `$` topics nobody gets others than those that a service speaks on (shared subscriptions would
 * be granted by Aedes and never served).
 */
import { timingSafeEqual } from 'node:crypto';
import type { Digests } from '#kernel';
import type { Account } from '../platform.ts';
import type { Speech } from '../service.ts';

const CLIENT_ID_MAX = 256;

export class Credentials {
  readonly #accounts: ReadonlyMap<string, Account>;
  /** Client ids that belong to one device: nobody else may take its session over. */
  readonly #reserved: ReadonlyMap<string, string>;
  readonly #digests: Digests;

  constructor(accounts: readonly Account[], digests: Digests) {
    this.#accounts = new Map(accounts.map((account) => [account.user, account]));
    const devices = accounts.filter((account) => account.role === 'device');
    this.#reserved = new Map(devices.map((account) => [clientIdOf(account), account.user]));
    this.#digests = digests;
  }

  /** The account, or null when user, secret or client id do not fit together. */
  check(
    clientId: string,
    user: string | undefined,
    password: Uint8Array | undefined,
  ): Account | null {
    const account = this.#accounts.get(user ?? '');
    const given = this.#digests.sha256Hex(password ?? new Uint8Array(0));
    // An unknown user costs the same comparison as a wrong password.
    const isRight = isEqualText(given, account?.passwordSha256.toLowerCase() ?? '0'.repeat(64));
    if (account === undefined || !isRight || clientId.length > CLIENT_ID_MAX) return null;
    if (account.role === 'device') return clientId === clientIdOf(account) ? account : null;
    return this.#reserved.has(clientId) ? null : account;
  }
}

const clientIdOf = (account: Account): string => account.clientId ?? account.user;

function isEqualText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

/** With the topics on which services are spoken to: each device its own, all others may read. */
export const withSpeech = (account: Account, speeches: readonly Speech[]): Account => {
  if (speeches.length === 0) return account;
  const { role, user, topics, speaksFor = [] } = account;
  const own = speeches.flatMap(({ root, of }) =>
    role === 'device' ? [user, ...speaksFor].map((device) => `${root}${of(device)}`) : [root],
  );
  return { ...account, topics: [...topics, ...own] };
};

export function mayPublish(account: Account, topic: string): boolean {
  if (account.role === 'observer') return false;
  if (topic.startsWith('$')) return account.role === 'device' && isBelow(account.topics, topic);
  return account.role === 'service' || isBelow(account.topics, topic);
}

/** Whose messages it may bring, beside where it may publish at all. */
export const maySpeakFor = ({ role, speaksFor, user }: Account, device: string): boolean =>
  role !== 'device' || device === user || speaksFor?.includes(device) === true;

/** A wildcard inside the prefix is not the prefix, so a device cannot widen its own part. */
export function maySubscribe(account: Account, filter: string): boolean {
  if (filter.startsWith('$')) return isBelow(account.topics, filter);
  return account.role !== 'device' || isBelow(account.topics, filter);
}

function isBelow(prefixes: readonly string[], topic: string): boolean {
  for (const prefix of prefixes) {
    if (!topic.startsWith(prefix)) continue;
    if (topic.length === prefix.length || prefix.endsWith('/')) return true;
    if (topic.charAt(prefix.length) === '/') return true;
  }
  return false;
}
