/**
 * Shopify's toxiproxy-server as a process of the run. It tells nobody which port it got and does
 * not end when it gets none, so a free one is looked for, and what answers there must be ours.
 */
import { readFileSync } from 'node:fs';
import { WorldError } from '#kernel';
import { OF_A_RUN } from '../../processes/command-line.ts';
import { BRING_TOXIPROXY, toxiproxyBinary, wantedBinary } from '../components/toxiproxy-binary.ts';
import { toxiproxyVersion } from '../components/toxiproxy-version.ts';
import { defineProxy, ON_LOOPBACK, type ProxyContext } from '../proxy.ts';
import { awaitListener, freePort } from '../tcp-ports.ts';

const LISTENS_MS = 10_000;
const TRIES = 3;
const ELSE = 'see log/proxy.log in the run directory, or use --proxy embedded';

export default defineProxy({
  kind: 'toxiproxy',
  summary: "Shopify's toxiproxy-server, started and ended by the run",
  bring: BRING_TOXIPROXY,
  start: async (context) => {
    const binary = toxiproxyBinary(context.env);
    if (binary === null) throw missing(wantedBinary(context.env));
    const port = await listening(context, binary);
    const url = `http://127.0.0.1:${port}`;
    const version = await toxiproxyVersion(url, ELSE);
    const how = `process on port ${port}, driven by toxiproxy-node-client`;
    return {
      url,
      listen: ON_LOOPBACK,
      process: 'proxy',
      component: { name: 'toxiproxy-server', version, how },
    };
  },
});

const missing = (wanted: string): WorldError =>
  new WorldError(
    'missing-binary',
    `there is no ${wanted} on the PATH`,
    `install it: ${BRING_TOXIPROXY}; or use --proxy embedded`,
  );

/** The port that it got. */
async function listening(context: ProxyContext, binary: string): Promise<number> {
  const log = context.directory.file('log/proxy.log');
  for (let tries = 1; ; tries++) {
    const port = await freePort();
    const ended = launch(context, binary, port, log);
    const listens = await Promise.race([awaitListener('127.0.0.1', port, LISTENS_MS), ended.early]);
    const isTaken = readFileSync(log, 'utf8').includes(`:${port}: bind: address already in use`);
    if (listens === true && !isTaken) {
      ended.isReady = true;
      return port;
    }
    if (isTaken && tries < TRIES) continue;
    const why = typeof listens === 'string' ? listens : `no answer within ${LISTENS_MS / 1000} s`;
    throw new WorldError('component', `toxiproxy-server did not start: ${why}`, ELSE);
  }
}

/** Once it is ready, its end is the end of the run. */
function launch(
  { plan, processes, onLost }: ProxyContext,
  command: string,
  port: number,
  log: string,
): { isReady: boolean; early: Promise<string> } {
  const early = Promise.withResolvers<string>();
  const launched = { isReady: false, early: early.promise };
  // It passes over the last one, by which it is known to be ours.
  const args = ['-host', '127.0.0.1', '-port', String(port), '-seed', String(plan.seed), OF_A_RUN];
  processes.start(
    { id: 'proxy', command, args, log },
    () => {},
    (why) => {
      early.resolve(why);
      if (!launched.isReady) return;
      onLost(new WorldError('proxy', `toxiproxy-server ${why} in the middle of the run`));
    },
  );
  return launched;
}
