/**
 * The way to the broker for a service that speaks another dialect with devices: it knows them by
 * their secrets, and what it says for one goes over a pair of streams in memory, so that the broker
 * meets a connection like any other.
 */
import { type Duplex, duplexPair } from 'node:stream';
import type { PlatformOptions } from './platform.ts';
import type { Door } from './service.ts';

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
  return {
    run: topics.run,
    known: (secret) => bySecret.get(digests.sha256Hex(secret)) ?? null,
    prefixOf: (device) => prefixes.get(device) ?? null,
    adopt: (carrier, device) => {
      const lane = topics.parse(`${carrier.topics[0] ?? ''}telemetry`)?.lane;
      if (lane === undefined || prefixes.has(device)) return;
      const prefix = topics.prefixOf(lane, device);
      // The broker goes by the account itself, from the next packet on.
      carrier.topics = [...carrier.topics, prefix];
      carrier.speaksFor = [...(carrier.speaksFor ?? []), device];
      prefixes.set(device, prefix);
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
