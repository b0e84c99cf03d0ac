/**
 * A target that somebody else runs, reached by its URL; killed and started by the hands the
 * scenario gives it.
 */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { assert, type Problem, type TargetPlan, WorldError } from '#kernel';
import { parseTarget } from '#scenarios';
import type { Processes } from '../processes/processes.ts';
import type { Credentials } from '../wire/links.ts';
import type { Address } from '../wire/tcp-links.ts';
import { credentialsOf } from './credentials.ts';
import { defineTarget } from './target.ts';
import { accepts, awaitListener } from './tcp-ports.ts';
import { UNKNOWN_BROKER } from './unknown-broker.ts';

const REACH_MS = 5000;
const START_MS = 30_000;
const HAND_MS = 10_000;

export default defineTarget({
  kind: 'url',
  summary: 'a target that somebody else runs, by its address',
  params: {
    url: { kind: 'text', about: 'Its address: mqtt:// or mqtts://.' },
    ca: { kind: 'text', about: 'File with the certificate authority to trust.', optional: true },
    observe: { kind: 'text', about: 'Where observers look, if not there.', optional: true },
  },
  gears: ['real'],
  promises: UNKNOWN_BROKER,
  ours: false,
  issuesAccounts: false,
  offers: ['retained'],
  takesMutants: false,
  plan: ({ params, written }) => {
    const given = String(params.url);
    const url = withoutCredentials(given);
    const observe = params.observe === undefined ? null : String(params.observe);
    const addresses: [string, string][] = [['url', given], ...named('observe', observe)];
    const seen = named('observe', observe === null ? null : withoutCredentials(observe));
    return {
      name: url,
      params: { ...params, url, ...Object.fromEntries(seen) },
      broker: written.broker,
      elsewhere: elsewhere(url) ?? (observe === null ? null : elsewhere(observe)),
      killable: written.hands !== null,
      // Where `kind: url` and not `url:` was written, nobody has looked at the addresses yet.
      problems: addresses.flatMap(([key, text]) => flawOf(`${written.place}.${key}`, text)),
    };
  },
  start: async ({ plan: { target }, base, processes, run, secret }) => {
    const url = new URL(String(target.params.url));
    const address = addressOf(url, target, base);
    const { observe: other } = target.params;
    const observe = other === undefined ? null : addressOf(new URL(String(other)), target, base);
    const { credentialsFile } = target;
    const file = credentialsFile === null ? null : resolve(base, credentialsFile);
    const credentials = credentialsOf(target, run, secret, file);
    await reach(address, 'target.url', credentials);
    if (observe !== null) await reach(observe, 'target.observe', credentials);
    return {
      address,
      ...(observe === null ? {} : { observe }),
      access: null,
      component: { name: target.name, version: '', how: 'by URL' },
      ...handsOn(url.host, address, target, processes),
      stop: async () => {},
    };
  },
});

const named = (key: string, text: string | null): [string, string][] =>
  text === null ? [] : [[key, text]];

function flawOf(path: string, text: string): Problem[] {
  const read = parseTarget(text);
  if (read.ok) return [];
  return [{ code: 'bad-value', path, message: `${path} ${read.message}`, hint: read.hint }];
}

/** It listens, and speaks MQTT with us. */
async function reach(address: Address, key: string, credentials: Credentials): Promise<void> {
  const { host, port } = address;
  if (!(await accepts(host, port, REACH_MS))) {
    throw new WorldError(
      'unreachable',
      `nothing accepts connections at ${host}:${port}`,
      `start the broker, or check host and port of ${key}`,
    );
  }
  // Loaded here, since the catalog reads this file for every command and mqtt is large.
  const { sayHello } = await import('./hello.ts');
  await sayHello(address, credentials);
}

/** Secrets never reach a plan or a report. */
const withoutCredentials = (url: string): string => url.replace(/\/\/[^/@]*@/, '//');

/** Only what is surely this machine is: a name that merely looks like it is not. */
export function elsewhere(url: string): string | null {
  const host = URL.parse(url)?.hostname ?? '';
  return /^(?:localhost|\[::1\]|127(?:\.\d{1,3}){3})$/.test(host) ? null : host;
}

export function addressOf(url: URL, { params }: Pick<TargetPlan, 'params'>, base: string): Address {
  const secure = url.protocol === 'mqtts:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port === '' ? (secure ? 8883 : 1883) : url.port);
  const ca = params.ca === undefined ? null : resolve(base, String(params.ca));
  return { host, port, tls: secure ? { ca, serverName: host } : null };
}

/** Kills and starts it by the commands that the scenario gives. */
function handsOn(
  where: string,
  { host, port }: Address,
  { hands }: TargetPlan,
  processes: Processes,
): { kill(): Promise<void>; start(): Promise<void> } {
  return {
    kill: async () => {
      assert(hands !== null, 'a target without hands is never killed');
      processes.undo('hands', hands.start);
      await obey('kill', hands.kill);
    },
    start: async () => {
      if (hands === null) return;
      await obey('start', hands.start);
      if (!(await awaitListener(host, port, START_MS))) {
        const message = `${where} did not come back after its start command`;
        throw new WorldError('unreachable', message);
      }
      // Not before: until it listens, whoever outlives us must try again.
      processes.undo('hands', null);
    },
  };
}

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
