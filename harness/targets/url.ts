/**
 * A target that somebody else runs, reached by its URL; killed and started by the hands the
 * scenario gives it.
 */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { WorldError } from '#kernel';
import { credentialsOf } from './credentials.ts';
import { sayHello } from './hello.ts';
import type { TargetKind } from './target.ts';
import { accepts, awaitListener } from './tcp-ports.ts';

const REACH_MS = 5000;
const START_MS = 30_000;
const HAND_MS = 10_000;

const target: TargetKind = {
  kind: 'url',
  async start({ plan, base, processes, run, secret }) {
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
        processes.undo('hands', hands.start);
        await obey('kill', hands.kill);
      },
      start: async () => {
        if (hands === null) return;
        await obey('start', hands.start);
        if (!(await awaitListener(host, port, START_MS))) {
          throw new WorldError(
            'unreachable',
            `${url.host} did not come back after its start command`,
          );
        }
        // Not before: until it listens, whoever outlives us must try again.
        processes.undo('hands', null);
      },
      stop: async () => {},
    };
  },
};
export default target;

/**
 * Hands are commands of the user, started on their own so that what they start outlives us. A start
 * command may stay in the foreground: then it is not waited for.
 */
function obey(hand: 'kill' | 'start', command: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void =>
      reject(new WorldError('hands', `target.hands.${hand} (${command}) ${why}`));
    const child = spawn('sh', ['-c', command], { stdio: 'ignore', detached: true });
    const timer = setTimeout(() => {
      if (hand === 'start') resolve();
      else fail(`did not end within ${HAND_MS / 1000} s`);
    }, HAND_MS);
    child.on('error', (error) => fail(error.message));
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) resolve();
      else fail(`ended with ${signal ?? code}`);
    });
    child.unref();
  });
}
