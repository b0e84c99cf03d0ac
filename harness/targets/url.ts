/**
 * A target that somebody else runs, reached by its URL; killed and started by the hands the
 * scenario gives it.
 */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { WorldError } from '#kernel';
import { credentialsOf } from './credentials.ts';
import { sayHello } from './hello.ts';
import { accepts, awaitListener } from './ports.ts';
import type { TargetKind } from './target.ts';

const REACH_MS = 5000;
const START_MS = 30_000;

const target: TargetKind = {
  kind: 'url',
  async start({ plan, base, household, run, secret }) {
    const url = new URL(plan.target.url ?? '');
    const secure = url.protocol === 'mqtts:';
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const port = Number(url.port === '' ? (secure ? 8883 : 1883) : url.port);
    if (!(await accepts(host, port, REACH_MS))) {
      throw new WorldError(
        'unreachable',
        `nothing accepts connections at ${url.host}`,
        'start the broker, or check host and port of target.url',
      );
    }
    const ca = plan.target.ca === null ? null : resolve(base, plan.target.ca);
    const { hands, credentialsFile } = plan.target;
    const address = { host, port, tls: secure ? { ca, serverName: host } : null };
    const file = credentialsFile === null ? null : resolve(base, credentialsFile);
    await sayHello(address, credentialsOf(plan.target, run, secret, file));
    return {
      address,
      http: null,
      component: { name: plan.target.name, version: '', how: 'by URL' },
      kill: async () => {
        if (hands === null)
          throw new Error('broken invariant: a url target without hands is never killed');
        household.undo('hands', hands.start);
        await shell(hands.kill);
      },
      start: async () => {
        if (hands === null) return;
        await shell(hands.start);
        household.undo('hands', null);
        if (!(await awaitListener(host, port, START_MS))) {
          throw new WorldError(
            'unreachable',
            `${url.host} did not come back after its start command`,
          );
        }
      },
      stop: async () => {},
    };
  },
};
export default target;

/** Hands are commands of the user, started on their own so that what they start outlives us. */
function shell(command: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('sh', ['-c', command], { stdio: 'ignore', detached: true });
    child.on('error', reject);
    child.on('exit', () => resolve());
    child.unref();
  });
}
