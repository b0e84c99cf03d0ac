/**
 * The way from the fleet to the target: the embedded proxy as a process, and in it one listener per
 * cohort and channel that a fault or a profile may spoil. Who has no proxy dials the target itself.
 */
import { cohortLinks, ToxiproxyInjector } from '#chaos';
import { channelsOf, WorldError } from '#kernel';
import { ready } from '../../processes/ready.ts';
import type { RunningTarget } from '../../targets/target.ts';
import type { Address, ChannelAddresses } from '../../wire/tcp-links.ts';
import { type OpenHops, openHops } from './open-hops.ts';
import type { RealRun } from './real-run.ts';
import { script } from './script.ts';

const PROXY_READY_MS = 30_000;

export interface OpenLinks {
  injector: ToxiproxyInjector;
  /** Null where nothing stands on any link. */
  hops: OpenHops | null;
  /** Where a cohort is reached, by its number; who is not in here dials the target itself. */
  cohorts: ReadonlyMap<number, Address>;
  /** Of the further connections that devices open. */
  channels: ReadonlyMap<string, ChannelAddresses>;
}

export async function openLinks(run: RealRun, target: RunningTarget): Promise<OpenLinks> {
  const { address } = target;
  const addressOf = (channel?: string): Address =>
    channel === undefined ? address : (target.channels?.[channel] ?? address);
  const hops = await openHops(run, addressOf);
  const injector = new ToxiproxyInjector(hasProxy(run) ? await startProxy(run) : '');
  run.undo.register('the links', () => injector.close());
  await injector.open(
    cohortLinks(run.plan.cohorts, `tw-${run.id}-`, (channel, cohort) => {
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
    hops,
    cohorts: waysOf().cohorts,
    channels: new Map(channelsOf(run.plan).map((channel) => [channel, waysOf(channel)])),
  };
}

function listenersOf(
  { plan }: RealRun,
  injector: ToxiproxyInjector,
  { tls }: Address,
  channel?: string,
): ReadonlyMap<number, Address> {
  const cohorts = new Map<number, Address>();
  plan.cohorts.forEach((cohort, index) => {
    const listener = cohort.id === 'direct' ? null : injector.addressOf(index, channel);
    if (listener !== null) cohorts.set(index, { ...listener, tls });
  });
  return cohorts;
}

export const hasProxy = ({ plan }: RealRun): boolean =>
  plan.cohorts.some((cohort) => cohort.id !== 'direct');

async function startProxy(run: RealRun): Promise<string> {
  const { url } = await ready<{ url: string }>(
    run.processes,
    {
      id: 'proxy',
      command: process.execPath,
      args: [...script('./proxy-process'), String(run.plan.seed)],
      log: run.directory.file('log/proxy.log'),
    },
    'the embedded proxy',
    PROXY_READY_MS,
    ({ why }) =>
      run.lose(new WorldError('proxy', `the embedded proxy ${why} in the middle of the run`)),
  );
  return url;
}
