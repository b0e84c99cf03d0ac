/** Everybody who may connect to the platform twin in this run, each with a secret of its own. */
import { type DevicePlan, isCarried, leaningOn, type Plan, spokenForBy } from '#kernel';
import type { Account } from '#platform';
import type { Dialect } from '../dialects/dialect.ts';
import { digests } from '../record/run-directory.ts';
import { DIRECT_PROBE } from '../watch/probes.ts';
import type { Credentials } from '../wire/links.ts';

/** Observer sessions a shard can have at most: one per lane. */
const OBSERVERS_MAX = 64;

interface Around {
  run: string;
  credentials: Credentials;
  shards: number;
  dialect: Pick<Dialect, 'owned'>;
}

export function accountsOf(plan: Plan, { run, credentials, shards, dialect }: Around): Account[] {
  const topicsOf = ({ id, lane }: DevicePlan): string => `tw/${run}/${lane}/${id}/`;
  const account = (name: string, role: Account['role'], topics: readonly string[]): Account => ({
    user: credentials.account?.(name) ?? credentials.userName(name),
    passwordSha256: digests.sha256Hex(credentials.password(name) || credentials.userName(name)),
    role,
    topics,
  });
  // Who carries others speaks for them, and they have nothing to connect with.
  const accounts = plan.devices.flatMap((row, device) => {
    if (isCarried(plan, device)) return [];
    const { id } = row;
    const carried = spokenForBy(plan, device).flatMap((index) => plan.devices[index] ?? []);
    const topics = [...[row, ...carried].map(topicsOf), ...(dialect.owned?.(id) ?? [])];
    const own = account(id, 'device', topics);
    if (carried.length === 0) return [own];
    const speaks = { ...own, speaksFor: carried.map((one) => one.id) };
    const leaning = leaningOn(plan, device).flatMap((index) => plan.devices[index]?.id ?? []);
    return leaning.length === 0 ? [speaks] : [{ ...speaks, standsInFor: leaning }];
  });
  for (let shard = 0; shard < shards; shard++) {
    for (let k = 0; k < OBSERVERS_MAX; k++)
      accounts.push(account(`observer/${shard}/${k}`, 'observer', []));
    // It publishes what it must see come back before it believes that all has come.
    accounts.push(account(`reader/${shard}`, 'service', [`tw/${run}/reader/`]));
    for (const { session } of plan.workflows) {
      accounts.push(account(`${session}/${shard}`, 'service', [`tw/${run}/`]));
    }
  }
  for (const word of [...plan.cohorts.keys(), DIRECT_PROBE]) {
    accounts.push(account(`probe/${word}`, 'service', [`tw/${run}/probe/`]));
  }
  return accounts;
}
