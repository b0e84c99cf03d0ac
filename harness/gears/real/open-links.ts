/**
 * The way from the fleet to the target: a proxy, and in it one listener per cohort and channel that
 * a fault or a profile may spoil. Who has no proxy dials the target itself.
 */
import { cohortLinks, ToxiproxyInjector } from '#chaos';
import { channelsOf, WorldError } from '#kernel';
import { elsewhereOf } from '../../plan/elsewhere.ts';
import type { RunningProxy } from '../../targets/proxy.ts';
import type { RunningTarget } from '../../targets/target.ts';
import type { Address, ChannelAddresses } from '../../wire/tcp-links.ts';
import { type OpenHops, openHops } from './open-hops.ts';
import { reachIntakes } from './reach-intakes.ts';
import type { RealRun } from './real-run.ts';
import { proxyPrefix, startProxy } from './start-proxy.ts';

export interface OpenLinks {
  injector: ToxiproxyInjector;
  /** What they run through; null where nothing may be spoiled. */
  proxy: RunningProxy | null;
  /** Null where nothing stands on any link. */
  hops: OpenHops | null;
  /** Where a cohort is reached, by its number; who is not in here dials the target itself. */
  cohorts: ReadonlyMap<number, Address>;
  /** Of the further connections that devices open. */
  channels: ReadonlyMap<string, ChannelAddresses>;
}

export async function openLinks(run: RealRun, target: RunningTarget): Promise<OpenLinks> {
  const { address } = target;
  const intakes = await reachIntakes(run, target);
  const addressOf = (channel?: string): Address =>
    channel === undefined
      ? address
      : (target.channels?.[channel] ?? intakes.get(channel) ?? address);
  const hops = await openHops(run, addressOf);
  const proxy = hasProxy(run) ? await startProxy(run) : null;
  if (proxy !== null) refuseUnreachable(proxy, address);
  const injector = new ToxiproxyInjector(proxy?.url ?? '', undefined, proxy?.listen);
  run.undo.register('the links', () => closeLinks(run, injector));
  await injector.open(
    cohortLinks(run.plan.cohorts, proxyPrefix(run), (channel, cohort) => {
      const { host, port } = addressOf(channel);
      return hops?.addressOf(cohort, channel ?? null) ?? `${host}:${port}`;
    }),
  );
  const waysOf = (channel?: string): ChannelAddresses => ({
    target: addressOf(channel),
    cohorts: listenersOf(run, injector, addressOf(channel), channel),
  });
  return {
    injector,
    proxy,
    hops,
    cohorts: waysOf().cohorts,
    channels: new Map(channelsOf(run.plan).map((channel) => [channel, waysOf(channel)])),
  };
}

function listenersOf(
  { plan }: RealRun,
  injector: ToxiproxyInjector,
  address: Address,
  channel?: string,
): ReadonlyMap<number, Address> {
  const cohorts = new Map<number, Address>();
  plan.cohorts.forEach((cohort, index) => {
    const listener = cohort.id === 'direct' ? null : injector.addressOf(index, channel);
    if (listener !== null) cohorts.set(index, { ...address, ...listener });
  });
  return cohorts;
}

const hasProxy = ({ plan }: RealRun): boolean =>
  plan.cohorts.some((cohort) => cohort.id !== 'direct');

/** What is left in a proxy that is not ours stays on the warden's log, who tries again. */
async function closeLinks({ processes }: RealRun, injector: ToxiproxyInjector): Promise<void> {
  await injector.close();
  if (injector.left.length > 0) throw new Error(`${injector.left.length} proxies are still there`);
  processes.undo('proxies', null);
}

/** A proxy on another machine would dial that machine's own loopback. */
function refuseUnreachable({ listen, url }: RunningProxy, { host }: Address): void {
  if (listen.reachedAt === null || elsewhereOf(`tcp://${host}`) !== null) return;
  throw new WorldError(
    'proxy',
    `the Toxiproxy at ${url} cannot reach a target on the loopback of this machine`,
    'use a proxy on this machine, or name the target by an address that both can reach',
  );
}
