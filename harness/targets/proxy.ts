/**
 * A kind of proxy: how one that speaks Toxiproxy's HTTP API is started or found. One file per kind
 * in proxies/, found by the catalog. Whatever answers is driven by the same client, and nobody
 * behind this contract asks which kind it is.
 */
import { type Plan, stamp, type WorldError } from '#kernel';
import type { ProxyWords } from '../plan/proxy-words.ts';
import type { Processes } from '../processes/processes.ts';
import type { RunDirectory } from '../record/run-directory.ts';

export interface ProxyContext {
  plan: Plan;
  /** What stands behind the word in the scenario; of `url` the address. */
  of: string | null;
  directory: RunDirectory;
  processes: Processes;
  /** Name of the run. */
  run: string;
  env: Readonly<Record<string, string | undefined>>;
  /** All kinds there are, for one that only chooses. */
  kinds: ReadonlyMap<string, ProxyKind>;
  /** It is gone in the middle of the run. */
  onLost(error: WorldError): void;
}

export interface RunningProxy {
  url: string;
  /**
   * What its listeners are bound to, and the host under which they are reached; null where that is
   * the one they are bound to.
   */
  listen: { on: string; reachedAt: string | null };
  /** Name of the process of this run; null where it was there before us and stays. */
  process: string | null;
  component: { name: string; version: string; how: string };
  /** Takes back what is no process of this run and yet ours; called on every way out. */
  stop?(): Promise<void>;
}

export interface ProxyKind extends ProxyWords {
  family: 'proxy';
  start(context: ProxyContext): Promise<RunningProxy>;
}

export const defineProxy = (kind: Omit<ProxyKind, 'family'>): ProxyKind =>
  stamp('proxy', { family: 'proxy', ...kind });

/** Of one on this machine: any free port of the loopback. */
export const ON_LOOPBACK: RunningProxy['listen'] = { on: '127.0.0.1:0', reachedAt: null };
