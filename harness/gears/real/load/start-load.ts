/**
 * Everything that load needs in a real run: a k6, its scripts, a bridge for those of its users that
 * speak MQTT in WebSocket, and the ways through the proxies of their cohorts.
 */
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { HTTP_API, loadsOf, type Plan, WorldError } from '#kernel';
import { ready } from '../../../processes/ready.ts';
import { removalOf } from '../../../processes/removal.ts';
import { script } from '../../../processes/script.ts';
import { makeFolder } from '../../../record/run-directory.ts';
import { type FoundK6, findK6, lookThrough } from '../../../targets/components/k6.ts';
import { credentialsOf } from '../../../targets/credentials.ts';
import type { RunningTarget } from '../../../targets/target.ts';
import type { Address } from '../../../wire/tcp-links.ts';
import type { OpenLinks } from '../open-links.ts';
import type { RealRun } from '../real-run.ts';
import { K6_FOLDER, K6Process, type Prepared } from './k6-process.ts';
import { LoadShard } from './load-shard.ts';
import { httpUrl, mqttUrl, usersOf } from './user-file.ts';

const BRIDGE_READY_MS = 20_000;

export interface PreparedLoad {
  k6: FoundK6;
  scripts: Prepared[];
}

/** Before anything else is started: without a k6, or with a script that it cannot read, none is. */
export async function prepareLoad(plan: Plan, base: string): Promise<PreparedLoad | null> {
  const entries = loadsOf(plan);
  if (entries.length === 0) return null;
  const k6 = await findK6();
  const scripts: Prepared[] = [];
  for (const entry of entries) {
    const path = resolve(base, entry.load.script);
    scripts.push({
      entry,
      script: path,
      thresholds: await lookThrough(k6, path, entry.load.script),
    });
  }
  return { k6, scripts };
}

export async function startLoad(
  run: RealRun,
  { k6, scripts }: PreparedLoad,
  target: RunningTarget,
  links: OpenLinks,
): Promise<LoadShard> {
  const { plan, processes, directory } = run;
  const folder = directory.file(K6_FOLDER);
  rmSync(folder, { recursive: true, force: true });
  makeFolder(folder);
  for (const { entry } of scripts) {
    const file = `${K6_FOLDER}/${entry.id}.users.json`;
    // It holds secrets, and a runner that is killed cannot see to that.
    processes.undo(file, removalOf(directory.file(file)));
  }
  const ways = plan.cohorts.map((_, cohort) => links.cohorts.get(cohort) ?? target.address);
  const port = k6.hasMqtt ? 0 : await startBridge(run, ways);
  const urlOf = (cohort: number): string =>
    k6.hasMqtt ? mqttUrl(ways[cohort] ?? target.address) : `ws://127.0.0.1:${port}/${cohort}`;
  const api = links.channels.get(HTTP_API);
  const apiOf = (cohort: number): string | null =>
    api === undefined ? null : httpUrl(api.cohorts.get(cohort) ?? api.target);
  const credentials = credentialsOf(plan.target, run.id, run.secret, run.credentialsFile);
  const around = { k6, processes, directory, onLost: (error: WorldError) => run.lose(error) };
  return run.undo.hold(
    'the load',
    () =>
      new LoadShard({
        ...{ plan, directory, clock: run.clock, planSha256: run.request.planSha256 },
        scripts: scripts.map((one) => new K6Process(one, around)),
        usersOf: ({ prepared: { entry } }) => ({
          run: run.id,
          every: entry.everyMs,
          qos: entry.qos,
          road: k6.hasMqtt ? 'x' : 'ws',
          token: tokenOf(target),
          users: usersOf(entry, { plan, run: run.id, credentials, urlOf, apiOf }),
        }),
      }),
    async (load) => {
      await load.stopSampling();
      load.close();
    },
  );
}

/** Of a target whose API the run itself asks. */
function tokenOf({ access }: RunningTarget): string | null {
  const { token } = (access ?? {}) as { token?: unknown };
  return typeof token === 'string' ? token : null;
}

async function startBridge(run: RealRun, ways: readonly Address[]): Promise<number> {
  const { port } = await ready<{ port: number }>(
    run.processes,
    {
      id: 'ws-bridge',
      command: process.execPath,
      args: script('../ws-bridge-process', import.meta.url),
      log: run.directory.file('log/ws-bridge.log'),
      input: `${JSON.stringify(ways)}\n`,
    },
    'the WebSocket bridge',
    BRIDGE_READY_MS,
    ({ why }) =>
      run.lose(new WorldError('ws-bridge', `the WebSocket bridge ${why} in the middle of the run`)),
  );
  return port;
}
