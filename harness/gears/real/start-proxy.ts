/**
 * The proxy of a real run: started or found as its kind says, watched while the run goes on, and
 * taken back. On one that is not ours the warden knows how to remove what we make there, before we
 * make it.
 */
import { assert, type WorldError } from '#kernel';
import { loadCatalog } from '../../catalog/load-catalog.ts';
import { script } from '../../processes/script.ts';
import { shellLine } from '../../processes/shell-words.ts';
import type { RunningProxy } from '../../targets/proxy.ts';
import { proxyFamily } from '../../targets/proxy-family.ts';
import { watchProxy } from './proxy-watch.ts';
import type { RealRun } from './real-run.ts';

/** What all proxies of a run are called: a second run on the same server is in nobody's way. */
export const proxyPrefix = ({ id }: RealRun): string => `tw-${id}-`;

export async function startProxy(run: RealRun): Promise<RunningProxy> {
  const catalog = await loadCatalog([proxyFamily], run.request.plugins);
  const kinds = catalog.of(proxyFamily);
  const { kind: word, of } = run.plan.proxy ?? { kind: 'auto', of: null };
  const kind = kinds.get(word);
  assert(kind !== undefined, `proxy kind ${word} is in the catalog`);
  const { plan, directory, processes } = run;
  const onLost = (error: WorldError): void => run.lose(error);
  let started: RunningProxy | null = null;
  run.undo.register('the proxy', () => started?.stop?.());
  const proxy = await kind.start({
    plan,
    run: run.id,
    of,
    directory,
    processes,
    env: process.env,
    kinds,
    onLost,
  });
  started = proxy;
  const { component, url } = proxy;
  const isForeign = proxy.process === null && proxy.stop === undefined;
  if (isForeign) run.processes.undo('proxies', takeBack(url, proxyPrefix(run)));
  run.undo.hold(
    'the watch over the proxy',
    () => watchProxy(url, component.name, (error) => giveUp(run, proxy, error)),
    (unwatch) => unwatch(),
  );
  return proxy;
}

/** One of ours that stands still would hold up whoever asks it: it goes before the run does. */
function giveUp(run: RealRun, proxy: RunningProxy, error: WorldError): void {
  run.lose(error);
  if (proxy.process !== null) run.processes.kill(proxy.process, 'SIGKILL').catch(() => {});
  proxy.stop?.().catch(() => {});
}

/** For a shell. */
function takeBack(url: string, prefix: string): string {
  const main = script('./take-back-process', import.meta.url);
  return shellLine([process.execPath, ...main, url, prefix]);
}
