/**
 * The way from the fleet to the target: the embedded proxy as a process, and in it one listener per
 * cohort that a fault or a profile may spoil. Who has no proxy dials the target itself.
 */
import { ToxiproxyInjector } from '#chaos';
import { WorldError } from '#kernel';
import { ready } from '../../processes/ready.ts';
import type { RunningTarget } from '../../targets/target.ts';
import type { Address } from '../../wire/tcp-links.ts';
import type { RealRun } from './real-run.ts';
import { script } from './script.ts';

const PROXY_READY_MS = 30_000;

export interface OpenLinks {
  injector: ToxiproxyInjector;
  /** Where a cohort is reached, by its number; who is not in here dials the target itself. */
  cohorts: ReadonlyMap<number, Address>;
}

export async function openLinks(run: RealRun, target: RunningTarget): Promise<OpenLinks> {
  const { address } = target;
  const injector = new ToxiproxyInjector(hasProxy(run) ? await startProxy(run) : '');
  run.undo.register('the links', () => injector.close());
  await injector.open(
    run.plan.cohorts.flatMap((cohort, index) =>
      cohort.id === 'direct'
        ? []
        : [
            {
              index,
              id: `tw-${run.id}-${cohort.id}`,
              upstream: `${address.host}:${address.port}`,
              profile: cohort.profile,
            },
          ],
    ),
  );
  const cohorts = new Map<number, Address>();
  run.plan.cohorts.forEach((cohort, index) => {
    const listener = cohort.id === 'direct' ? null : injector.addressOf(index);
    if (listener !== null) cohorts.set(index, { ...listener, tls: address.tls });
  });
  return { injector, cohorts };
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
    (why) =>
      run.lose(new WorldError('proxy', `the embedded proxy ${why} in the middle of the run`)),
  );
  return url;
}
