/**
 * A target that somebody else runs, reached by its URL; killed and started by the hands the
 * scenario gives it.
 */
import { resolve } from 'node:path';
import { assert, type Plan, type Problem, type TargetPlan, WorldError } from '#kernel';
import { parseTarget } from '#scenarios';
import { elsewhereOf } from '../plan/elsewhere.ts';
import type { Processes } from '../processes/processes.ts';
import type { Credentials } from '../wire/links.ts';
import type { Address } from '../wire/tcp-links.ts';
import { checkCertificates } from './certificate-check.ts';
import { credentialsOf } from './credentials.ts';
import { inFolder, obey } from './obey.ts';
import { defineTarget } from './target.ts';
import { accepts, awaitListener } from './tcp-ports.ts';
import { UNKNOWN_BROKER } from './unknown-broker.ts';
import { addressOf, TLS_PARAMS, tlsProblems } from './url-address.ts';

const REACH_MS = 5000;
const START_MS = 30_000;

export default defineTarget({
  kind: 'url',
  summary: 'a target that somebody else runs, by its address',
  params: {
    url: { kind: 'text', about: 'Its address: mqtt://, mqtts://, ws:// or wss://.' },
    ...TLS_PARAMS,
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
      elsewhere: elsewhereOf(url) ?? (observe === null ? null : elsewhereOf(observe)),
      killable: written.hands !== null,
      // Where `kind: url` and not `url:` was written, nobody has looked at the addresses yet.
      problems: [
        ...addresses.flatMap(([key, text]) => flawOf(`${written.place}.${key}`, text)),
        ...tlsProblems(params, written.place),
      ],
    };
  },
  start: async ({ plan, base, processes, run, secret }) => {
    const { target } = plan;
    const [address, observe] = addressesOf(target, base);
    lookAtCertificates(plan, address.tls ?? observe?.tls ?? null);
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
      ...handsOn(`${address.host}:${address.port}`, address, target, base, processes),
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

function addressesOf({ params }: TargetPlan, base: string): [Address, Address | null] {
  const { url, observe } = params;
  // The name that was given is that of the target, and not of wherever else it is watched.
  const { 'server-name': _, ...there } = params;
  return [
    addressOf(String(url), params, base),
    observe === undefined ? null : addressOf(String(observe), there, base),
  ];
}

function lookAtCertificates(plan: Plan, tls: Address['tls']): void {
  if (tls?.certificates === undefined) return;
  const now = Date.now();
  const lasts = plan.phases.at(-1)?.to ?? 0;
  checkCertificates(plan, tls.certificates, 'target.certificates', now, now + lasts);
}

/** Kills and starts it by the commands that the scenario gives, in its folder. */
function handsOn(
  where: string,
  { host, port }: Address,
  { hands }: TargetPlan,
  cwd: string,
  processes: Processes,
): { kill(): Promise<void>; start(): Promise<void> } {
  return {
    kill: async () => {
      assert(hands !== null, 'a target without hands is never killed');
      processes.undo('hands', inFolder(cwd, hands.start));
      await obey({ place: 'target.hands.kill', shell: hands.kill, mayStay: false, cwd });
    },
    start: async () => {
      if (hands === null) return;
      await obey({ place: 'target.hands.start', shell: hands.start, mayStay: true, cwd });
      if (!(await awaitListener(host, port, START_MS))) {
        const message = `${where} did not come back after its start command`;
        throw new WorldError('unreachable', message);
      }
      // Not before: until it listens, whoever outlives us must try again.
      processes.undo('hands', null);
    },
  };
}
