/**
 * The way to the broker for a service that speaks another dialect with devices: it knows them by
 * their secrets, and what it says for one goes over a pair of streams in memory, so that the broker
 * meets a connection like any other.
 */
import { type Duplex, duplexPair } from 'node:stream';
import type { Account, PlatformOptions } from './platform.ts';
import type { Door } from './service.ts';

/** Devices that nobody named, of one carrier: every message of it is held against their topics. */
const ADOPTED_MAX = 1000;
const NAME_MAX = 200;

export function doorOf(
  { accounts, digests, topics }: Pick<PlatformOptions, 'accounts' | 'digests' | 'topics'>,
  take: (connection: Duplex) => void,
): Door {
  const bySecret = new Map(accounts.map((one) => [one.passwordSha256.toLowerCase(), one]));
  const prefixes = new Map<string, string>();
  for (const prefix of accounts.flatMap(({ role, topics: own }) =>
    role === 'device' ? own : [],
  )) {
    const device = topics.parse(`${prefix}telemetry`)?.device;
    if (device !== undefined) prefixes.set(device, prefix);
  }
  const adopted = new Map<string, number>();
  const takes = (carrier: Account, device: string, prefix: string): boolean => {
    const isRoom = (adopted.get(carrier.user) ?? 0) < ADOPTED_MAX;
    const isName = device.length <= NAME_MAX && !/[+#\0]/.test(device);
    if (!isRoom || !isName || topics.parse(`${prefix}telemetry`)?.device !== device) return false;
    // What is below a prefix may be used by whoever has it.
    const isShared = ([id, known]: [string, string]): boolean =>
      known.startsWith(prefix) || (id !== carrier.user && prefix.startsWith(known));
    return ![...prefixes].some(isShared);
  };
  return {
    run: topics.run,
    known: (secret) => bySecret.get(digests.sha256Hex(secret)) ?? null,
    prefixOf: (device) => prefixes.get(device) ?? null,
    deviceOf: (topic) => topics.parse(topic)?.device ?? null,
    adopt: (carrier, device) => {
      const isOwn = device === carrier.user || carrier.speaksFor?.includes(device) === true;
      if (isOwn || prefixes.has(device)) return isOwn;
      const lane = topics.parse(`${carrier.topics[0] ?? ''}telemetry`)?.lane;
      if (lane === undefined) return false;
      const prefix = topics.prefixOf(lane, device);
      if (!takes(carrier, device, prefix)) return false;
      // The broker goes by the account itself, from the next packet on.
      carrier.topics = [...carrier.topics, prefix];
      carrier.speaksFor = [...(carrier.speaksFor ?? []), device];
      prefixes.set(device, prefix);
      adopted.set(carrier.user, (adopted.get(carrier.user) ?? 0) + 1);
      return true;
    },
    open: () => {
      const [near, far] = duplexPair();
      // Where one end is gone, the other has nobody to speak with.
      near.once('close', () => far.destroy());
      far.once('close', () => near.destroy());
      for (const end of [near, far]) end.on('error', () => {});
      take(far);
      return near;
    },
  };
}
